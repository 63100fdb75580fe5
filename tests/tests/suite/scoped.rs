//! What a form writes otherwise where its tables are scoped.

/// The primary key, as the target of a conflict: that of a table which tenants share begins with the tenant.
macro_rules! conflict {
    ($table:ident) => {
        ($table::tenant_id, $table::id)
    };
}
pub(crate) use conflict;

/// The WHERE of a DO UPDATE.
macro_rules! filtered {
    ($upsert:expr, $predicate:expr) => {
        $upsert.filter($predicate)
    };
}
pub(crate) use filtered;

/// A statement with text in it, and the reason for that.
macro_rules! text {
    ($query:expr) => {
        tenancy::raw_sql("a form of the suite has text in it", $query)
    };
    ($write:expr, $columns:expr) => {
        tenancy::raw_sql("a form of the suite has text in it", $write.returning($columns))
    };
}
pub(crate) use text;

/// What is there in the place of a form that PostgreSQL alone has.
macro_rules! on_postgres {
    ($here:expr, $elsewhere:expr) => {
        $elsewhere
    };
}
pub(crate) use on_postgres;
