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
