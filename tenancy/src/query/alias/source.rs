//! The alias as something to select from.

use std::fmt;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl::AsExprOf;
use diesel::expression::{SelectableExpression, ValidGrouping};
use diesel::internal::table_macro::NoFromClause;
use diesel::query_builder::{AsQuery, AstPass, FromClause, QueryFragment, QueryId, SelectStatement};
use diesel::query_source::{
    Alias as DieselAlias, AliasSource, AppearsInFromClause, Column, Never, QuerySource, TableNotEqual,
};
use diesel::sql_types::Bool;
use diesel::{Expression, IntoSql, QueryResult, Table};

use super::super::from::ScopedFrom;
use super::super::key::TenantKey;
use super::super::table::ScopedTable;
use super::{AliasedField, IntoAliasedFields};

/// A scoped table under the name that `S` says: what [`alias!`](crate::alias) makes.
pub struct Alias<S>(PhantomData<fn() -> S>);

/// The name `S` in a FROM clause, which the columns of an alias look for.
#[derive(Debug)]
pub struct Named<S>(PhantomData<fn() -> S>);

impl<S> Alias<S> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "written by the macro alone")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S: AliasSource> Alias<S> {
    /// A column of the table, as this alias has it.
    pub fn field<C>(&self, _column: C) -> AliasedField<S, C>
    where
        C: Column<Table = S::Target>,
    {
        AliasedField::new()
    }

    /// A tuple of columns of the table, as this alias has them.
    pub fn fields<F: IntoAliasedFields<S>>(&self, _columns: F) -> F::Fields {
        F::fields()
    }
}

/// What stands after FROM for an alias.
pub struct AliasedFrom<S: AliasSource> {
    from: ScopedFrom<S::Target>,
}

impl<S, DB> QueryFragment<DB> for AliasedFrom<S>
where
    DB: Backend,
    S: AliasSource,
    S::Target: ScopedTable,
    <S::Target as ScopedTable>::Key: TenantKey<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.from.push_as(Some(S::NAME), out)
    }
}

impl<S: AliasSource> Clone for AliasedFrom<S> {
    fn clone(&self) -> Self {
        Self { from: self.from.clone() }
    }
}

impl<S> fmt::Debug for AliasedFrom<S>
where
    S: AliasSource,
    S::Target: ScopedTable,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AliasedFrom").field("name", &S::NAME).field("from", &self.from).finish()
    }
}

impl<S> QuerySource for Alias<S>
where
    S: AliasSource,
    S::Target: ScopedTable,
    <S::Target as ScopedTable>::Aliased<S>: SelectableExpression<Self>,
{
    type FromClause = AliasedFrom<S>;
    type DefaultSelection = <S::Target as ScopedTable>::Aliased<S>;

    fn from_clause(&self) -> Self::FromClause {
        AliasedFrom { from: ScopedFrom::capture() }
    }

    fn default_selection(&self) -> Self::DefaultSelection {
        <S::Target as ScopedTable>::aliased()
    }
}

impl<S> AsQuery for Alias<S>
where
    Self: QuerySource,
    <Self as QuerySource>::DefaultSelection: ValidGrouping<()>,
{
    type SqlType = <<Self as QuerySource>::DefaultSelection as Expression>::SqlType;
    type Query = SelectStatement<FromClause<Self>>;

    fn as_query(self) -> Self::Query {
        SelectStatement::simple(self)
    }
}

// Joins, `nullable` and the query methods are Diesel's for every `Table`.
impl<S> Table for Alias<S>
where
    S: AliasSource,
    S::Target: ScopedTable,
    <S::Target as ScopedTable>::Aliased<S>: SelectableExpression<Self> + ValidGrouping<()>,
    <S::Target as ScopedTable>::AliasedKey<S>: SelectableExpression<Self> + ValidGrouping<()>,
{
    type PrimaryKey = <S::Target as ScopedTable>::AliasedKey<S>;
    type AllColumns = <S::Target as ScopedTable>::Aliased<S>;

    fn primary_key(&self) -> Self::PrimaryKey {
        <S::Target as ScopedTable>::aliased_key()
    }

    fn all_columns() -> Self::AllColumns {
        <S::Target as ScopedTable>::aliased()
    }
}

/// An alias is no other table, nor the one it stands for: a column of that one is not a column of this.
impl<S, T> TableNotEqual<T> for Alias<S>
where
    Self: Table,
    T: Table,
{
}

/// Diesel's `alias!` tells its sources apart, pair by pair.
impl<S, Other> AppearsInFromClause<Named<Other>> for Alias<S>
where
    DieselAlias<S>: AppearsInFromClause<DieselAlias<Other>>,
{
    type Count = <DieselAlias<S> as AppearsInFromClause<DieselAlias<Other>>>::Count;
}

/// Nothing selects from a name. But Diesel asks of what may appear in the FROM clause of a GROUP BY that it be
/// something to select from.
impl<S> QuerySource for Named<S> {
    type FromClause = ();
    type DefaultSelection = AsExprOf<bool, Bool>;

    fn from_clause(&self) -> Self::FromClause {}

    fn default_selection(&self) -> Self::DefaultSelection {
        true.into_sql::<Bool>()
    }
}

impl<S> AppearsInFromClause<Named<S>> for NoFromClause {
    type Count = Never;
}

impl<S: 'static> QueryId for Alias<S> {
    type QueryId = ();
    // The SQL depends on the scope.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Clone for Alias<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Alias<S> {}

impl<S: AliasSource> fmt::Debug for Alias<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Alias").field(&S::NAME).finish()
    }
}
