//! INSERT into a scoped table: the tenant key is written by this statement and by nothing else.

use std::fmt;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{Expression, NonAggregate, SelectableExpression};
use diesel::insertable::Insertable;
use diesel::query_builder::{
    AsQuery, AstPass, DefaultValues, Query, QueryFragment, QueryId, ReturningClause,
};

use super::columns::{ColumnNames, WithoutKey};
use super::from::push_table;
use super::from_select::{AllColumns, FromSelect, TheseColumns};
use super::key::TenantKey;
use super::predicate::{Giving, NoReturning};
use super::records::{RecordPlace, Records, Rows};
use super::scope::Scope;
use super::table::ScopedTable;

/// Inserts into a scoped table; the tenant key is added to every row.
///
/// Takes what `diesel::insert_into` takes: a struct or a reference to one, `column.eq(value)`, a tuple
/// of those, a `Vec`, a slice or an array of any, which become one statement, and a query.
pub fn insert_into<T: ScopedTable>(_table: T) -> IncompleteInsertStatement<T> {
    IncompleteInsertStatement { scope: Scope::capture(), table: PhantomData }
}

/// An INSERT without its values: call [`values`](Self::values).
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct IncompleteInsertStatement<T> {
    scope: Scope,
    table: PhantomData<T>,
}

impl<T: ScopedTable> IncompleteInsertStatement<T> {
    /// The rows to insert.
    ///
    /// A query gives every column of the table but the tenant's, in their order; or those that
    /// [`into_columns`](InsertStatement::into_columns) names.
    pub fn values<V, M>(self, values: V) -> InsertStatement<T, V::Values, NoReturning>
    where
        V: TenantInsertable<T, M>,
    {
        InsertStatement::new(self.scope, values.tenant_values(), NoReturning(()))
    }

    /// One row of nothing but defaults and the tenant key.
    pub fn default_values(self) -> InsertStatement<T, DefaultValues, NoReturning> {
        self.values(DefaultValues)
    }
}

/// Values for the scoped table `T`: whatever is `Insertable` into it and does not name the tenant column, and
/// queries.
///
/// `Marker` tells rows and queries apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "these values cannot be inserted into this tenant-scoped table",
    label = "not values for this table",
    note = "derive `Insertable` with this table as `table_name`, or pass a tuple of `column.eq(value)`",
    note = "the tenant column is written by tenancy: leave it out of the values"
)]
pub trait TenantInsertable<T, Marker = ByRows> {
    /// The rows in the form they are written from.
    type Values;

    #[doc(hidden)]
    fn tenant_values(self) -> Self::Values;

    /// The whole statement, for code that cannot say that `T` is scoped.
    #[doc(hidden)]
    fn tenant_insert<E>(self, returning: E) -> InsertStatement<T, Self::Values, Giving<E>>;
}

/// The values are rows.
#[derive(Debug)]
pub struct ByRows(());

/// The values come from a query.
#[derive(Debug)]
pub struct BySelect(());

#[diagnostic::do_not_recommend]
impl<T, V> TenantInsertable<T, ByRows> for V
where
    T: ScopedTable,
    V: Insertable<T>,
    V::Values: Rows,
{
    type Values = V::Values;

    fn tenant_values(self) -> Self::Values {
        self.values()
    }

    fn tenant_insert<E>(self, returning: E) -> InsertStatement<T, Self::Values, Giving<E>> {
        InsertStatement::new(Scope::capture(), self.values(), Giving(returning))
    }
}

#[diagnostic::do_not_recommend]
impl<T, Q> TenantInsertable<T, BySelect> for Q
where
    T: ScopedTable,
    Q: AsQuery,
{
    type Values = FromSelect<Q::Query, AllColumns>;

    fn tenant_values(self) -> Self::Values {
        FromSelect { query: self.as_query(), columns: AllColumns(()) }
    }

    fn tenant_insert<E>(self, returning: E) -> InsertStatement<T, Self::Values, Giving<E>> {
        let records = FromSelect { query: self.as_query(), columns: AllColumns(()) };
        InsertStatement::new(Scope::capture(), records, Giving(returning))
    }
}

/// A complete INSERT.
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct InsertStatement<T, V, R = NoReturning> {
    scope: Scope,
    records: V,
    returning: R,
    table: PhantomData<T>,
}

impl<T: ScopedTable, V> InsertStatement<T, V, NoReturning> {
    /// Gives back `expression` of each inserted row; without it, all the columns.
    pub fn returning<E>(self, expression: E) -> InsertStatement<T, V, ReturningClause<E>>
    where
        E: SelectableExpression<T> + NonAggregate,
    {
        InsertStatement::new(self.scope, self.records, ReturningClause(expression))
    }
}

/// An INSERT of what the query `Q` gives for the columns `N`.
type IntoColumns<T, Q, N, Names> = InsertStatement<T, FromSelect<Q, TheseColumns<N, Names>>, NoReturning>;

impl<T: ScopedTable, Q, C> InsertStatement<T, FromSelect<Q, C>, NoReturning> {
    /// The columns that the query gives: one, or a tuple. The tenant column is not one of them.
    pub fn into_columns<N, M>(self, _columns: N) -> IntoColumns<T, Q, N, N::Names>
    where
        N: ColumnNames<T, M>,
        M: WithoutKey,
    {
        self.map(|rows| FromSelect {
            query: rows.query,
            columns: TheseColumns { names: N::names(), columns: PhantomData },
        })
    }
}

impl<T, V, R> InsertStatement<T, V, R> {
    fn new(scope: Scope, records: V, returning: R) -> Self {
        Self { scope, records, returning, table: PhantomData }
    }

    /// The same statement with other rows.
    pub(super) fn map<U>(self, records: impl FnOnce(V) -> U) -> InsertStatement<T, U, R> {
        InsertStatement::new(self.scope, records(self.records), self.returning)
    }
}

impl<T, V, R, DB> QueryFragment<DB> for InsertStatement<T, V, R>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    V: Records<DB, T>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let place = self.scope.to_write::<T>()?;
        if self.records.is_empty() {
            // As with Diesel, an empty batch is a statement that does nothing. On SQLite it must be one that
            // writes: after a query, SQLite counts the rows of the connection's last write, another tenant's too.
            if std::any::type_name::<DB>().starts_with("diesel::sqlite::") {
                out.push_sql("DELETE FROM ");
                push_table::<T, DB>(place.schema, &mut out)?;
                out.push_sql(" WHERE 1=0");
            } else {
                out.push_sql("SELECT 1 WHERE 1=0");
            }
            return Ok(());
        }
        out.push_sql("INSERT INTO ");
        push_table::<T, DB>(place.schema, &mut out)?;
        out.push_sql(" ");
        self.records.push(&RecordPlace(place), out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, V, R: QueryId> QueryId for InsertStatement<T, V, R> {
    // What is given back is looked at: there may be text in it.
    type QueryId = R::QueryId;
    // The SQL depends on the scope.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, V> AsQuery for InsertStatement<T, V, NoReturning>
where
    T: ScopedTable,
    InsertStatement<T, V, ReturningClause<T::AllColumns>>: Query,
    T::AllColumns: NonAggregate,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = InsertStatement<T, V, ReturningClause<T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T, V, E> AsQuery for InsertStatement<T, V, Giving<E>>
where
    InsertStatement<T, V, ReturningClause<E>>: Query,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = InsertStatement<T, V, ReturningClause<E>>;

    fn as_query(self) -> Self::Query {
        InsertStatement {
            scope: self.scope,
            records: self.records,
            returning: ReturningClause(self.returning.0),
            table: PhantomData,
        }
    }
}

impl<T, V, E> Query for InsertStatement<T, V, ReturningClause<E>>
where
    E: Expression + SelectableExpression<T> + NonAggregate,
{
    type SqlType = E::SqlType;
}

impl<T: ScopedTable> fmt::Debug for IncompleteInsertStatement<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteInsertStatement").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}

// The values are the user's data: they do not belong in a log.
impl<T: ScopedTable, V, R> fmt::Debug for InsertStatement<T, V, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertStatement").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}
