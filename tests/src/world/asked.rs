//! What a connection of PostgreSQL is asked about itself, and about others.

use diesel::sql_types::{Bool, Text};

#[diesel::declare_sql_function]
extern "SQL" {
    /// The process behind the connection.
    fn pg_backend_pid() -> Integer;
    /// A setting, or NULL where there is none and `or_null` says so.
    fn current_setting(name: Text, or_null: Bool) -> Nullable<Text>;
}

diesel::table! {
    /// What the server's processes do.
    pg_stat_activity (pid) {
        /// The process.
        pid -> Integer,
        /// `idle` where no transaction is open.
        state -> Nullable<Text>,
    }
}
