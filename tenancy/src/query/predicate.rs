//! Pieces of WHERE and RETURNING that the write statements share.

use diesel::backend::Backend;
use diesel::dsl::AsSelect;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{QueryResult, Selectable};

use super::key::TenantKey;
use super::scope::Place;
use super::table::ScopedTable;

/// A predicate in parentheses, so that what it holds cannot change what stands beside it.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Parens<P>(pub(super) P);

impl<P: Expression> Expression for Parens<P> {
    type SqlType = P::SqlType;
}

impl<P, QS> AppearsOnTable<QS> for Parens<P> where P: AppearsOnTable<QS> {}
impl<P, QS> SelectableExpression<QS> for Parens<P> where P: SelectableExpression<QS> {}

impl<P, G> ValidGrouping<G> for Parens<P>
where
    P: ValidGrouping<G>,
{
    type IsAggregate = P::IsAggregate;
}

impl<P, DB> QueryFragment<DB> for Parens<P>
where
    DB: Backend,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A predicate that is always true. Diesel puts the sides of an AND into parentheses as a whole, so
/// adding it closes whatever the user's WHERE holds: `a OR b` becomes `(a OR b AND 1=1)`, and the tenant
/// predicate behind it holds for all of that.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Closed(pub(super) ());

impl Expression for Closed {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for Closed {}
impl<QS> SelectableExpression<QS> for Closed {}

impl<G> ValidGrouping<G> for Closed {
    type IsAggregate = is_aggregate::Never;
}

impl<DB: Backend> QueryFragment<DB> for Closed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("1=1");
        Ok(())
    }
}

/// No RETURNING.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning(pub(super) ());

impl<DB: Backend> QueryFragment<DB> for NoReturning {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// RETURNING, where the rows are asked for: a statement that is executed goes without, as it has to on MySQL.
#[derive(Debug, Clone, Copy)]
pub struct Giving<E>(pub(super) E);

// Where it stays, nothing is given back.
impl<E> QueryId for Giving<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

// For a model's own columns alone: they say which backend they are for.
impl<M, DB> QueryFragment<DB> for Giving<AsSelect<M, DB>>
where
    DB: Backend,
    M: Selectable<DB>,
{
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// Ends what the user wrote: a `sql` literal may end in a comment, which would swallow what follows it.
pub(super) fn end_comment<DB: Backend>(out: &mut AstPass<'_, '_, DB>) {
    out.push_sql("\n");
}

/// The tenant predicate at the end of WHERE, where the place has a key.
pub(super) fn push_tenant<'b, T, DB>(
    place: &Place<'b>,
    filtered: bool,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
{
    let Some((column, keys)) = place.key else {
        return Ok(());
    };
    end_comment(&mut out);
    out.push_sql(if filtered { " AND " } else { " WHERE " });
    out.push_identifier(T::INFO.name())?;
    out.push_sql(".");
    out.push_identifier(column)?;
    out.push_sql(" = ");
    T::Key::bind(keys, &T::INFO, out)
}
