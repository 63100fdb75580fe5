//! DELETE from a scoped table.

use std::fmt;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, NonAggregate, SelectableExpression};
use diesel::query_builder::{
    AsQuery, AstPass, FromClause, Query, QueryFragment, QueryId, ReturningClause, SelectStatement,
};
use diesel::query_dsl::methods::{FilterDsl, OrFilterDsl};

use super::from::push_table;
use super::key::TenantKey;
use super::predicate::{NoReturning, Parens, push_tenant};
use super::refused::{BoxesWrites, DieselWrite, Itself};
use super::scope::{Scope, into_diesel};
use super::table::ScopedTable;
use super::target::{IntoWriteTarget, WriteTarget};
use crate::context::ScopeError;

/// Deletes rows of a scoped table: those of the tenant in context that the target names.
///
/// Takes what `diesel::delete` takes: a table, a query with `filter` or `find`, a model.
pub fn delete<Q, M>(target: Q) -> DeleteStatement<Q::Table, Q::Query, NoReturning>
where
    Q: IntoWriteTarget<M>,
{
    DeleteStatement {
        scope: Scope::capture(),
        target: target.into_write_target(),
        or_without_filter: false,
        returning: NoReturning(()),
    }
}

/// A DELETE.
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct DeleteStatement<T, Q, R = NoReturning> {
    scope: Scope,
    target: WriteTarget<T, Q>,
    or_without_filter: bool,
    returning: R,
}

impl<T: ScopedTable, Q, R> DeleteStatement<T, Q, R> {
    /// Narrows the delete to rows that also satisfy `predicate`.
    pub fn filter<P>(self, predicate: P) -> DeleteStatement<T, Q::Output, R>
    where
        P: AppearsOnTable<T>,
        Q: FilterDsl<Parens<P>>,
    {
        DeleteStatement {
            scope: self.scope,
            target: self.target.and(predicate),
            or_without_filter: self.or_without_filter,
            returning: self.returning,
        }
    }

    /// Widens the delete to rows that satisfy `predicate` instead, of the same tenant.
    pub fn or_filter<P>(self, predicate: P) -> DeleteStatement<T, Q::Output, R>
    where
        P: AppearsOnTable<T>,
        Q: OrFilterDsl<Parens<P>>,
    {
        let WriteTarget { table, query, filtered, everything } = self.target;
        DeleteStatement {
            scope: self.scope,
            // A query without a filter has a WHERE that is always true by now, and `OR` behind it would
            // delete all that the tenant has. Diesel would delete what `predicate` names.
            or_without_filter: self.or_without_filter || (filtered && everything),
            target: WriteTarget {
                table,
                query: query.or_filter(Parens(predicate)),
                filtered: true,
                everything: false,
            },
            returning: self.returning,
        }
    }

    // In front of Diesel's method of this name, which the compiler would refuse at length.
    #[doc(hidden)]
    pub fn into_boxed<X>(self) -> X::Outcome
    where
        X: BoxesWrites,
        DieselWrite: Itself<It = X>,
    {
        X::outcome()
    }
}

impl<T: ScopedTable, Q> DeleteStatement<T, Q, NoReturning> {
    /// Gives back `expression` of each deleted row; without it, all the columns.
    pub fn returning<E>(self, expression: E) -> DeleteStatement<T, Q, ReturningClause<E>>
    where
        E: SelectableExpression<T> + NonAggregate,
    {
        DeleteStatement {
            scope: self.scope,
            target: self.target,
            or_without_filter: self.or_without_filter,
            returning: ReturningClause(expression),
        }
    }
}

impl<T, S, D, W, R, DB> QueryFragment<DB> for DeleteStatement<T, SelectStatement<FromClause<T>, S, D, W>, R>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    W: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let place = self.scope.to_write::<T>()?;
        // The target may have been built elsewhere: its own scope is asked as if it were to be read.
        self.target.query.from.is_noop(out.backend())?;
        if self.or_without_filter {
            return Err(into_diesel(ScopeError::OrWithoutFilter));
        }
        out.push_sql("DELETE FROM ");
        push_table::<T, DB>(place.schema, &mut out)?;
        self.target.query.where_clause.walk_ast(out.reborrow())?;
        push_tenant::<T, DB>(&place, self.target.filtered, out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, Q, R: QueryId> QueryId for DeleteStatement<T, Q, R> {
    // What is given back is looked at: there may be text in it.
    type QueryId = R::QueryId;
    // The SQL depends on the scope.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, Q> AsQuery for DeleteStatement<T, Q, NoReturning>
where
    T: ScopedTable,
    DeleteStatement<T, Q, ReturningClause<T::AllColumns>>: Query,
    T::AllColumns: NonAggregate,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = DeleteStatement<T, Q, ReturningClause<T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T, Q, E> Query for DeleteStatement<T, Q, ReturningClause<E>>
where
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<T: ScopedTable, Q, R> fmt::Debug for DeleteStatement<T, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeleteStatement").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}
