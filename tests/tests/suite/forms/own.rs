//! What an application adds to Diesel: functions, an operator, a fragment around a query.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Double, Int4range, Integer, Text};

diesel::define_sql_function! {
    fn upper(x: Text) -> Text;
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn length(x: Text) -> Integer;

    #[aggregate]
    fn string_agg(x: Text, separator: Text) -> diesel::sql_types::Nullable<Text>;
}

/// What makes a value of a type that PostgreSQL alone has from one that the tables have.
#[allow(dead_code, reason = "elsewhere nothing asks for them")]
#[diesel::declare_sql_function]
extern "SQL" {
    fn cidr(x: Text) -> Cidr;
    fn convert_to(x: Text, encoding: Text) -> Binary;
    fn inet(x: Text) -> Inet;
    fn int4multirange(x: Int4range) -> Int4multirange;
    fn to_number(x: Text, format: Text) -> Numeric;
    fn to_timestamp(x: Double) -> Timestamptz;
}

diesel::infix_operator!(Times, " * ", Integer);

pub(super) fn doubled<L, R>(left: L, right: R) -> Times<L, R>
where
    L: diesel::Expression<SqlType = Integer>,
    R: diesel::Expression<SqlType = Integer>,
{
    Times::new(left, right)
}

/// The query with the number of its rows beside each, as Diesel's guide to extending it does.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Paginated<Q>(Q);

pub(super) trait Paginate: AsQuery + Sized {
    fn paginated(self) -> Paginated<Self::Query> {
        Paginated(self.as_query())
    }
}

impl<Q: AsQuery> Paginate for Q {}

impl<Q: Query> Query for Paginated<Q> {
    type SqlType = (Q::SqlType, BigInt);
}

impl<Q, Connection> diesel::RunQueryDsl<Connection> for Paginated<Q> {}

impl<Q, DB> QueryFragment<DB> for Paginated<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT *, COUNT(*) OVER () FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS paged");
        Ok(())
    }
}
