//! MySQL under each of its isolations.

#[allow(dead_code, unused_imports, reason = "what exempt forms alone ask for")]
#[path = "forms.rs"]
pub(crate) mod forms;

use diesel::QueryResult;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel_async::RunQueryDsl;
pub(crate) use tenancy::mysql::TenantDb as Db;
pub(crate) use tenancy::{alias, delete, insert_into, update};
pub(crate) use tenancy_tests::schema;
pub(crate) use tenancy_tests::world::mysql::World;

pub(crate) use crate::oracle::locked;
pub(crate) use crate::scoped::{conflict, filtered, on_postgres};

pub(crate) type Backend = diesel::mysql::Mysql;

crate::exempt! { $
    "except": "Diesel has no EXCEPT for MySQL";
    "intersect": "Diesel has no INTERSECT for MySQL";
    "except in a sub-query": "the same";
    "intersect in EXISTS": "Diesel has no INTERSECT for MySQL";
    "aggregate_filter": "Diesel has no FILTER for MySQL";
    "aggregate_order": "Diesel has no ORDER BY in aggregates for MySQL";
    "window_filter": "Diesel has no FILTER for MySQL";
    "frame_by with an exclusion": "Diesel has no EXCLUDE for MySQL";
    "frame_by between with an exclusion": "Diesel has no EXCLUDE for MySQL";
    "lag and lead with offset and default": "MariaDB's LAG and LEAD take no default";
    "fallible_cast": "Diesel casts to no INTEGER on MySQL";
    "sub-query with order and limit": "MariaDB has no LIMIT in a sub-query of IN";
    "update by a limited sub-query": "MariaDB has no LIMIT in a sub-query of IN";
    "update by a sub-query of the same table": "MariaDB has no LIMIT in a sub-query of IN";
    "on_conflict_do_nothing": "the server counts the rows that are left out: rooms::mysql::writes";
    "on_conflict do_nothing": "MySQL has no ON CONFLICT";
    "do_update": "ON DUPLICATE KEY UPDATE takes no WHERE, and could not be held to the tenant";
    "do_update excluded": "the same";
    "do_update changeset": "the same";
    "do_update without a change": "the same";
    "do_update filter": "the same";
    "do_update by a sub-query": "the same";
    "insert select do_update": "the same";
}

/// MySQL has no RETURNING: a write is run without it, and as many rows come back as it says it wrote.
macro_rules! returning {
    ($statement:expr, $columns:expr) => {
        crate::mysql::Counted($statement)
    };
}
pub(crate) use returning;

/// A statement with text in it, and the reason for that.
macro_rules! text {
    ($query:expr) => {
        tenancy::raw_sql("a form of the suite has text in it", $query)
    };
    ($write:expr, $columns:expr) => {
        crate::mysql::Counted(tenancy::raw_sql("a form of the suite has text in it", $write))
    };
}
pub(crate) use text;

/// What is to be seen of an answer to a write: how many rows.
pub(crate) fn seen(answer: forms::Answer) -> forms::Answer {
    answer.map(|rows| vec![format!("{Unseen:?}"); rows.len()])
}

/// A write whose rows are counted.
pub(crate) struct Counted<S>(pub(crate) S);

/// A row that was written.
#[derive(Debug)]
pub(crate) struct Unseen;

impl<S> Counted<S> {
    #[allow(clippy::extra_unused_type_parameters, reason = "the forms say what they load")]
    pub(crate) async fn load<R>(self, db: &mut Db) -> QueryResult<Vec<Unseen>>
    where
        S: QueryFragment<Backend> + QueryId + Send,
    {
        let count = self.0.execute(db).await?;
        Ok(std::iter::repeat_with(|| Unseen).take(count).collect())
    }
}

impl<S: QueryFragment<Backend>> QueryFragment<Backend> for Counted<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<S> Query for Counted<S> {
    type SqlType = diesel::sql_types::Untyped;
}

crate::runs!(column: World::new(Isolation::Column), database: World::new(Isolation::Database));
