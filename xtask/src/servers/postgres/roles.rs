//! Who the suites connect as. None is a superuser: row-level security would not hold one.

/// A role of the test database.
#[derive(Debug)]
pub(crate) struct Role {
    /// Its name in the database.
    pub(crate) name: &'static str,
    /// The environment variable that carries its connection URL.
    pub(crate) variable: &'static str,
    /// What it may do, beyond logging in.
    attributes: &'static str,
}

/// The owner of the tables, the application, and the administrator that sees every tenant.
pub(crate) const ROLES: [Role; 3] = [
    Role {
        name: "tenancy_owner",
        variable: "TENANCY_TEST_PG_OWNER_URL",
        attributes: "NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION",
    },
    Role {
        name: "tenancy_app",
        variable: "TENANCY_TEST_PG_APP_URL",
        attributes: "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION",
    },
    Role {
        name: "tenancy_admin",
        variable: "TENANCY_TEST_PG_ADMIN_URL",
        attributes: "NOSUPERUSER BYPASSRLS CREATEDB NOCREATEROLE NOREPLICATION IN ROLE tenancy_owner",
    },
];

/// The role whose connections a pooler is before.
pub(crate) const APPLICATION: &Role = &ROLES[1];

/// An application's role as it should not be: a member of the administrator, and somebody's from the start.
const CARELESS: &str = "tenancy_careless";
/// Roles that may do too much. Nobody connects as these either.
const MIGHTY: [(&str, &str); 2] = [("tenancy_makes_roles", "CREATEROLE"), ("tenancy_replica", "REPLICATION")];

impl Role {
    /// Its connection URL. `password` must need no escaping.
    pub(super) fn url(&self, password: &str, port: u16, database: &str) -> String {
        format!("postgres://{}:{password}@127.0.0.1:{port}/{database}", self.name)
    }
}

/// The statements that make the roles and the database, one a line, to be run in `template1`.
pub(super) fn set_up_sql(passwords: &[String; ROLES.len()], database: &str) -> String {
    let [owner, _, admin] = ROLES.each_ref().map(|role| role.name);
    // Up to PostgreSQL 14 everybody may create in `public`; from 15 on these two change nothing.
    let mut sql = vec![
        "ALTER SCHEMA public OWNER TO pg_database_owner".to_owned(),
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
    ];
    for (role, password) in ROLES.iter().zip(passwords) {
        sql.push(format!("CREATE ROLE {} LOGIN PASSWORD '{password}' {}", role.name, role.attributes));
    }
    // For what the auditor says of it. Nobody connects as this role.
    sql.push(format!("CREATE ROLE {CARELESS} NOLOGIN IN ROLE {admin}"));
    sql.extend(MIGHTY.map(|(name, attribute)| format!("CREATE ROLE {name} NOLOGIN {attribute}")));
    sql.push(format!("ALTER ROLE {CARELESS} SET tenancy.tenant_id = 'acme'"));
    sql.push(format!("CREATE DATABASE {database} OWNER {owner} TEMPLATE template1"));
    sql.push(format!("GRANT CREATE, CONNECT ON DATABASE {database} TO {owner}, {admin}"));
    sql.join(";\n") + ";\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_is_a_superuser_and_each_has_its_own_password() {
        let sql = set_up_sql(&["p1".to_owned(), "p2".to_owned(), "p3".to_owned()], "db");
        for (role, password) in ROLES.iter().zip(["p1", "p2", "p3"]) {
            let head = format!("CREATE ROLE {} LOGIN PASSWORD '{password}' NOSUPERUSER ", role.name);
            assert!(sql.contains(&head), "{sql}");
        }
        assert!(sql.contains("CREATE DATABASE db OWNER tenancy_owner"), "{sql}");
    }

    #[test]
    fn a_url_names_role_server_and_database() {
        assert_eq!(ROLES[1].url("pw", 5499, "db"), "postgres://tenancy_app:pw@127.0.0.1:5499/db");
    }
}
