//! Who the suites connect as. Neither is a superuser, and there is nobody else.

/// A user of the test server.
#[derive(Debug)]
pub(crate) struct User {
    /// Its name in the database.
    name: &'static str,
    /// The environment variable that carries its connection URL.
    pub(crate) variable: &'static str,
}

/// The administrator, who makes databases and grants the application its rights there, and the application.
pub(crate) const USERS: [User; 2] = [
    User { name: "tenancy_admin", variable: "TENANCY_TEST_MYSQL_ADMIN_URL" },
    User { name: "tenancy_app", variable: "TENANCY_TEST_MYSQL_APP_URL" },
];

/// The databases that the administrator may make, by their names: the suites' own, their worlds' and those of
/// the worlds' tenants. An underscore by itself would stand for any character.
const ADMINISTERED: [&str; 4] = [r"tenancy\_test", r"world\_%", r"store\_%", r"t\_%"];

impl User {
    /// Its connection URL. `password` must need no escaping.
    pub(super) fn url(&self, password: &str, port: u16, database: &str) -> String {
        format!("mysql://{}:{password}@127.0.0.1:{port}/{database}", self.name)
    }
}

/// The statements that make the users and the database, one a line, for a bootstrap server.
pub(super) fn set_up_sql(passwords: &[String; USERS.len()], database: &str) -> String {
    let [admin, app] = USERS.each_ref().map(|user| user.name);
    // Until then a bootstrap server knows nothing of users.
    let mut sql = vec!["FLUSH PRIVILEGES".to_owned()];
    for (user, password) in USERS.iter().zip(passwords) {
        sql.push(format!("CREATE USER '{}'@'%' IDENTIFIED BY '{password}'", user.name));
    }
    for pattern in ADMINISTERED {
        sql.push(format!("GRANT ALL PRIVILEGES ON `{pattern}`.* TO '{admin}'@'%' WITH GRANT OPTION"));
    }
    sql.push(format!("CREATE DATABASE {database} CHARACTER SET utf8mb4"));
    sql.push(format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.* TO '{app}'@'%'"));
    sql.join(";\n") + ";\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_rights_on_everything_and_each_has_its_own_password() {
        let sql = set_up_sql(&["p1".to_owned(), "p2".to_owned()], "db");
        for (user, password) in USERS.iter().zip(["p1", "p2"]) {
            let create = format!("CREATE USER '{}'@'%' IDENTIFIED BY '{password}'", user.name);
            assert!(sql.contains(&create), "{sql}");
        }
        assert!(!sql.contains("ON *.*"), "{sql}");
    }

    #[test]
    fn a_url_names_user_server_and_database() {
        assert_eq!(USERS[1].url("pw", 3399, "db"), "mysql://tenancy_app:pw@127.0.0.1:3399/db");
    }
}
