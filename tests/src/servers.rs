//! The servers that `cargo xtask test` has started.

/// The address of PostgreSQL as the owner of the test database.
pub fn owner() -> String {
    required("TENANCY_TEST_PG_OWNER_URL")
}

/// The address of PostgreSQL as a role that bypasses row-level security and may create databases.
pub fn admin() -> String {
    required("TENANCY_TEST_PG_ADMIN_URL")
}

/// The address of PostgreSQL as the role of an application, which owns nothing.
pub fn app() -> String {
    required("TENANCY_TEST_PG_APP_URL")
}

/// The address of PostgreSQL as the role of an application, through a PgBouncer in transaction mode that does not follow
/// prepared statements.
pub fn pooler() -> String {
    required("TENANCY_TEST_PG_POOLER_URL")
}

/// The address of MySQL as a user that may create databases and grant rights on them.
pub fn mysql_admin() -> String {
    required("TENANCY_TEST_MYSQL_ADMIN_URL")
}

/// The address of MySQL as the user of an application.
pub fn mysql_app() -> String {
    required("TENANCY_TEST_MYSQL_APP_URL")
}

/// The address of Redis.
pub fn redis() -> String {
    required("TENANCY_TEST_REDIS_URL")
}

/// The same server and role with another database.
pub fn with_database(url: &str, database: &str) -> String {
    let mut url = url::Url::parse(url).expect("the test servers' addresses are valid");
    url.set_path(database);
    url.into()
}

fn required(variable: &str) -> String {
    match std::env::var(variable) {
        Ok(value) => value,
        Err(_) => panic!("{variable} is not set: run the tests with `cargo xtask test`"),
    }
}
