//! UPDATE of a scoped table: the tenant predicate stands behind whatever the user filters by.

use std::fmt;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, NonAggregate, SelectableExpression};
use diesel::query_builder::{
    AsChangeset, AsQuery, AstPass, FromClause, Query, QueryFragment, QueryId, ReturningClause,
    SelectStatement,
};
use diesel::query_dsl::methods::FilterDsl;
use diesel::result::{EmptyChangeset, Error};

use super::from::push_table;
use super::key::TenantKey;
use super::predicate::{NoReturning, Parens, end_comment, push_tenant};
use super::refused::{BoxesWrites, DieselWrite, Itself};
use super::scope::Scope;
use super::table::ScopedTable;
use super::target::{IntoWriteTarget, WriteTarget};

/// Updates rows of a scoped table: those of the tenant in context that the target names.
///
/// Takes what `diesel::update` takes: a table, a query with `filter` or `find`, a model.
pub fn update<Q, M>(target: Q) -> IncompleteUpdateStatement<Q::Table, Q::Query>
where
    Q: IntoWriteTarget<M>,
{
    IncompleteUpdateStatement { scope: Scope::capture(), target: target.into_write_target() }
}

/// An UPDATE without its changes: call [`set`](Self::set).
#[must_use = "an update does nothing before `set` is called and it is executed"]
pub struct IncompleteUpdateStatement<T, Q> {
    scope: Scope,
    target: WriteTarget<T, Q>,
}

impl<T: ScopedTable, Q> IncompleteUpdateStatement<T, Q> {
    /// The changes: a struct with `AsChangeset`, `column.eq(value)`, or a tuple of those.
    pub fn set<V: TenantChangeset<T>>(self, changes: V) -> UpdateStatement<T, Q, V::Changes, NoReturning> {
        UpdateStatement {
            scope: self.scope,
            target: self.target,
            changes: changes.tenant_changes(),
            returning: NoReturning(()),
        }
    }
}

/// Changes to the scoped table `T`: any changeset of it. None can name the tenant column.
#[diagnostic::on_unimplemented(
    message = "these are no changes to this tenant-scoped table",
    label = "not changes to this table",
    note = "derive `AsChangeset` with this table as `table_name`, or pass `column.eq(value)` or a tuple of those",
    note = "the tenant column is written by tenancy: a row cannot be moved to another tenant"
)]
pub trait TenantChangeset<T> {
    /// Diesel's form of the changes.
    type Changes;

    #[doc(hidden)]
    fn tenant_changes(self) -> Self::Changes;
}

#[diagnostic::do_not_recommend]
impl<T, V> TenantChangeset<T> for V
where
    T: ScopedTable,
    V: AsChangeset<Target = T>,
{
    type Changes = V::Changeset;

    fn tenant_changes(self) -> Self::Changes {
        self.as_changeset()
    }
}

/// A complete UPDATE.
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct UpdateStatement<T, Q, V, R = NoReturning> {
    scope: Scope,
    target: WriteTarget<T, Q>,
    changes: V,
    returning: R,
}

impl<T: ScopedTable, Q, V, R> UpdateStatement<T, Q, V, R> {
    /// Narrows the update to rows that also satisfy `predicate`.
    pub fn filter<P>(self, predicate: P) -> UpdateStatement<T, Q::Output, V, R>
    where
        P: AppearsOnTable<T>,
        Q: FilterDsl<Parens<P>>,
    {
        UpdateStatement {
            scope: self.scope,
            target: self.target.and(predicate),
            changes: self.changes,
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

impl<T, Q> WriteTarget<T, Q> {
    pub(super) fn and<P>(self, predicate: P) -> WriteTarget<T, Q::Output>
    where
        Q: FilterDsl<Parens<P>>,
    {
        let query = self.query.filter(Parens(predicate));
        WriteTarget { table: self.table, query, filtered: true, everything: false }
    }
}

impl<T: ScopedTable, Q, V> UpdateStatement<T, Q, V, NoReturning> {
    /// Gives back `expression` of each updated row; without it, all the columns.
    pub fn returning<E>(self, expression: E) -> UpdateStatement<T, Q, V, ReturningClause<E>>
    where
        E: SelectableExpression<T> + NonAggregate,
    {
        UpdateStatement {
            scope: self.scope,
            target: self.target,
            changes: self.changes,
            returning: ReturningClause(expression),
        }
    }
}

impl<T, S, D, W, V, R, DB> QueryFragment<DB>
    for UpdateStatement<T, SelectStatement<FromClause<T>, S, D, W>, V, R>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    W: QueryFragment<DB>,
    V: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let place = self.scope.to_write::<T>()?;
        // The target may have been built elsewhere: its own scope is asked as if it were to be read.
        self.target.query.from.is_noop(out.backend())?;
        if self.changes.is_noop(out.backend())? {
            return Err(Error::QueryBuilderError(Box::new(EmptyChangeset)));
        }
        // As with Diesel: which columns are set depends on the values.
        out.unsafe_to_cache_prepared();
        out.push_sql("UPDATE ");
        push_table::<T, DB>(place.schema, &mut out)?;
        out.push_sql(" SET ");
        self.changes.walk_ast(out.reborrow())?;
        end_comment(&mut out);
        self.target.query.where_clause.walk_ast(out.reborrow())?;
        push_tenant::<T, DB>(&place, self.target.filtered, out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, Q, V, R: QueryId> QueryId for UpdateStatement<T, Q, V, R> {
    // What is given back is looked at: there may be text in it.
    type QueryId = R::QueryId;
    // The SQL depends on the scope.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, Q, V> AsQuery for UpdateStatement<T, Q, V, NoReturning>
where
    T: ScopedTable,
    UpdateStatement<T, Q, V, ReturningClause<T::AllColumns>>: Query,
    T::AllColumns: NonAggregate,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = UpdateStatement<T, Q, V, ReturningClause<T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T, Q, V, E> Query for UpdateStatement<T, Q, V, ReturningClause<E>>
where
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<T: ScopedTable, Q> fmt::Debug for IncompleteUpdateStatement<T, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteUpdateStatement").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}

// The values are the user's data: they do not belong in a log.
impl<T: ScopedTable, Q, V, R> fmt::Debug for UpdateStatement<T, Q, V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateStatement").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}
