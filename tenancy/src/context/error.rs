//! What goes wrong between a query and the scope it is built or run in.

use std::sync::Arc;

use crate::tenant::Isolation;

/// A query, or another piece of code, has no tenant, or not the one it would need.
///
/// Whenever one of these is returned, no SQL has been sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// Nothing has entered a tenant's scope.
    #[error(
        "no tenant in context for {what}: run it inside `TenantContext::scope`, behind the middleware, \
         or in a task started with `tenancy::spawn`"
    )]
    NoTenant {
        /// The table, or the piece of code.
        what: String,
    },

    /// Exactly one tenant is needed and `across_tenants` is running.
    #[error("one tenant is needed here, and this code runs across all tenants (\"{reason}\")")]
    Across {
        /// The reason given to `across_tenants`.
        reason: Arc<str>,
    },

    /// `across_tenants` only reads.
    #[error("a write to table `{table}` needs one tenant: enter its scope inside `across_tenants`")]
    AcrossWrite {
        /// The table.
        table: &'static str,
    },

    /// A query was built in one scope and run in another.
    #[error(
        "a query on table `{table}` was built for {built} and is run for {running}: build it in the scope that runs it"
    )]
    OtherScope {
        /// The table.
        table: &'static str,
        /// The scope the query was built in.
        built: String,
        /// The scope of the code, or of the handle, that runs it.
        running: String,
    },

    /// One application is asked for a handle in a scope of another.
    #[error(
        "the scope of {scope} was made by another `Tenancy` than the one that is asked for a handle: they are two \
         applications, whose tenants have nothing in common"
    )]
    OtherApplication {
        /// The scope.
        scope: String,
    },

    /// A `TenantDb` is used in another scope than the one it was taken for.
    #[error(
        "this `TenantDb` was taken for {taken} and is used for {used}: take one in the scope that uses it"
    )]
    OtherHandle {
        /// The scope the handle was taken in.
        taken: String,
        /// The scope of the code that uses it.
        used: String,
    },

    /// The SQL alone does not keep the tenant apart; the connection must.
    #[error(
        "a query on table `{table}` for {running} was given to a connection tenancy does not know: \
         run it on a `TenantDb`"
    )]
    UnknownConnection {
        /// The table.
        table: &'static str,
        /// The scope of the code that runs it.
        running: String,
    },

    /// The tenant's id is no value of the tenant column's type.
    #[error("tenant `{tenant}` has no key for column `{column}` of table `{table}`: its id is no {expected}")]
    NoKey {
        /// The tenant's id.
        tenant: String,
        /// The table.
        table: &'static str,
        /// The tenant column.
        column: &'static str,
        /// What the id would have to be.
        expected: &'static str,
    },

    /// A table without the tenant column is shared by tenants.
    #[error(
        "table `{table}` is declared `without_column` and cannot be kept apart by `{isolation}` isolation: \
         give it the tenant column, or use `schema` or `database` isolation"
    )]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The tenant's isolation.
        isolation: Isolation,
    },

    /// Diesel's own insert does not write the tenant key.
    #[error("`diesel::insert_into` on table `{table}` would write no tenant key: use `tenancy::insert_into`")]
    DieselInsert {
        /// The table.
        table: &'static str,
    },

    /// A tenant's table whose name leads out of the tenant's database.
    #[error(
        "table `{table}` is declared in `{schema}`, which is another database here: under `database` isolation a \
         tenant's tables are in the tenant's own, so declare it without a schema"
    )]
    OtherDatabase {
        /// The table.
        table: &'static str,
        /// The schema it is declared in.
        schema: &'static str,
    },

    /// SQL that tenancy cannot see into, where the database does not hold it.
    #[error(
        "SQL text (`sql_query`, `batch_execute`, a `sql` literal in a query) can reach every tenant's rows under \
         `{isolation}` isolation here: use the query builder, or `tenancy::raw_sql(\"why\", …)` where it must be"
    )]
    RawSql {
        /// The tenant's isolation.
        isolation: Isolation,
    },

    /// A batch whose rows name different columns cannot be one statement on this backend.
    #[error(
        "the rows of this batch for table `{table}` do not all set the same columns, which one statement on \
         this database cannot express: insert them one by one"
    )]
    MixedRows {
        /// The table.
        table: &'static str,
    },

    /// `or_filter` on a delete that started from a query without a filter.
    #[error("`or_filter` on `tenancy::delete` of a query without a filter: start from the table itself")]
    OrWithoutFilter,
}
