//! Raw SQL where a query builder does not do.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// Allows one statement of raw SQL under `column` isolation, for the reason given.
///
/// `query` is what `diesel::sql_query` gives, with its binds. Nothing holds it to the tenant: its author
/// does. Each use is counted ([`raw_sql_count`]) and traced at level `warn` with the reason, and the
/// connection is not used again by another request. Under `rls`, `schema` and `database` isolation the database holds raw SQL, and
/// `diesel::sql_query` needs no such wrapper.
pub fn raw_sql<Q>(reason: &str, query: Q) -> RawSql<Q> {
    USES.fetch_add(1, Ordering::Relaxed);
    tracing::warn!(target: "tenancy::raw_sql", reason, "raw SQL that nothing holds to the tenant");
    RawSql { query }
}

static USES: AtomicU64 = AtomicU64::new(0);

/// How many statements this process has let through with [`raw_sql`].
///
/// For a gauge, or a test that says how many there may be.
pub fn raw_sql_count() -> u64 {
    USES.load(Ordering::Relaxed)
}

/// See [`raw_sql`].
#[derive(Debug, Clone)]
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct RawSql<Q> {
    query: Q,
}

impl<Q, DB> QueryFragment<DB> for RawSql<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }
}

impl<Q: QueryId> QueryId for RawSql<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for RawSql<Q> {
    type SqlType = Q::SqlType;
}
