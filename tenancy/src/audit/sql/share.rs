//! A lock that lets others read.

use diesel::QueryResult;
use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A query whose rows nobody changes until the transaction ends. As both MySQL and MariaDB write it: Diesel's `for_share` is
/// MySQL's word alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct InShareMode<Q>(pub(super) Q);

impl<Q: QueryFragment<Mysql>> QueryFragment<Mysql> for InShareMode<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LOCK IN SHARE MODE");
        Ok(())
    }
}

impl<Q: QueryId> QueryId for InShareMode<Q> {
    type QueryId = InShareMode<Q::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for InShareMode<Q> {
    type SqlType = Q::SqlType;
}
