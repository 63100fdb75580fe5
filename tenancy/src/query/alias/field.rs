//! A column of an alias.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Sub};

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, IsContainedInGroupBy, SelectableExpression, TypedExpressionType,
    ValidGrouping, is_aggregate,
};
use diesel::internal::table_macro::{Inner, Join, JoinOn, LeftOuter, Pick, ops};
use diesel::query_builder::{AstPass, FromClause, QueryFragment, QueryId, SelectStatement};
use diesel::query_source::{AliasSource, AppearsInFromClause, Column, Never, Once, QuerySource};
use diesel::sql_types::{self, Bool, SingleValue, SqlType};
use diesel::{EqAll, Expression, ExpressionMethods, QueryResult, dsl};

use super::{Alias, Named};

/// The column `C` as the alias with the source `S` has it.
pub struct AliasedField<S, C>(PhantomData<fn() -> (S, C)>);

impl<S, C> AliasedField<S, C> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "written by the macros alone")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S, C: Expression> Expression for AliasedField<S, C> {
    type SqlType = C::SqlType;
}

impl<S, C, DB> QueryFragment<DB> for AliasedField<S, C>
where
    DB: Backend,
    S: AliasSource,
    C: Column<Table = S::Target>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier(S::NAME)?;
        out.push_sql(".");
        out.push_identifier(C::NAME)
    }
}

// The name alone: which table it stands for, and in which scope, is the FROM clause's to say.
impl<S: 'static, C: QueryId> QueryId for AliasedField<S, C> {
    type QueryId = AliasedField<S, C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<S, C, QS> AppearsOnTable<QS> for AliasedField<S, C>
where
    C: Expression,
    QS: AppearsInFromClause<Named<S>, Count = Once>,
{
}

impl<S, C> SelectableExpression<Alias<S>> for AliasedField<S, C> where Self: AppearsOnTable<Alias<S>> {}

impl<S, C, Left, Right> SelectableExpression<Join<Left, Right, Inner>> for AliasedField<S, C>
where
    Self: AppearsOnTable<Join<Left, Right, Inner>>,
    Left: AppearsInFromClause<Named<S>> + QuerySource,
    Right: AppearsInFromClause<Named<S>> + QuerySource,
    (Left::Count, Right::Count): Pick<Left, Right>,
    Self: SelectableExpression<<(Left::Count, Right::Count) as Pick<Left, Right>>::Selection>,
{
}

impl<S, C, Left, Right> SelectableExpression<Join<Left, Right, LeftOuter>> for AliasedField<S, C>
where
    Self: AppearsOnTable<Join<Left, Right, LeftOuter>> + SelectableExpression<Left>,
    Left: QuerySource,
    Right: AppearsInFromClause<Named<S>, Count = Never> + QuerySource,
{
}

impl<S, C, J, On> SelectableExpression<JoinOn<J, On>> for AliasedField<S, C> where
    Self: SelectableExpression<J> + AppearsOnTable<JoinOn<J, On>>
{
}

impl<S, C, From> SelectableExpression<SelectStatement<FromClause<From>>> for AliasedField<S, C>
where
    Self: SelectableExpression<From> + AppearsOnTable<SelectStatement<FromClause<From>>>,
    From: QuerySource,
{
}

impl<S, C> ValidGrouping<()> for AliasedField<S, C> {
    type IsAggregate = is_aggregate::No;
}

impl<S, C, Grouped> ValidGrouping<AliasedField<S, Grouped>> for AliasedField<S, C>
where
    Grouped: IsContainedInGroupBy<C, Output = diesel::expression::is_contained_in_group_by::Yes>,
{
    type IsAggregate = is_aggregate::Yes;
}

impl<S, C, T> EqAll<T> for AliasedField<S, C>
where
    C: Expression,
    C::SqlType: SqlType + SingleValue,
    T: AsExpression<C::SqlType>,
    dsl::Eq<Self, T>: Expression<SqlType = Bool>,
{
    type Output = dsl::Eq<Self, T>;

    fn eq_all(self, rhs: T) -> Self::Output {
        self.eq(rhs)
    }
}

/// `field + 1` and its like, for the types Diesel has them for.
macro_rules! operators {
    ($($operator:ident $method:ident),*) => {$(
        impl<S, C, Rhs> $operator<Rhs> for AliasedField<S, C>
        where
            C: Expression,
            C::SqlType: sql_types::ops::$operator,
            <C::SqlType as sql_types::ops::$operator>::Rhs: SqlType + TypedExpressionType,
            Rhs: AsExpression<<C::SqlType as sql_types::ops::$operator>::Rhs>,
        {
            type Output = ops::$operator<Self, Rhs::Expression>;

            fn $method(self, rhs: Rhs) -> Self::Output {
                ops::$operator::new(self, rhs.as_expression())
            }
        }
    )*};
}

operators!(Add add, Sub sub, Mul mul, Div div);

impl<S, C> Clone for AliasedField<S, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, C> Copy for AliasedField<S, C> {}

impl<S: AliasSource, C: Column> fmt::Debug for AliasedField<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AliasedField").field(&S::NAME).field(&C::NAME).finish()
    }
}

/// A tuple of columns of the table that `S` renames.
#[diagnostic::on_unimplemented(
    message = "these are no columns of the table that is renamed",
    label = "not a tuple of its columns",
    note = "`fields` takes a tuple of up to 32 columns, and `field` takes one; the tenant column is not among them"
)]
pub trait IntoAliasedFields<S> {
    /// The same columns, as the alias has them.
    type Fields;

    #[doc(hidden)]
    fn fields() -> Self::Fields;
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<S, $first, $($rest),*> IntoAliasedFields<S> for ($first, $($rest,)*)
        where
            S: AliasSource,
            $first: Column<Table = S::Target>,
            $($rest: Column<Table = S::Target>,)*
        {
            type Fields = (AliasedField<S, $first>, $(AliasedField<S, $rest>,)*);

            fn fields() -> Self::Fields {
                (AliasedField::<S, $first>::new(), $(AliasedField::<S, $rest>::new(),)*)
            }
        }

        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P Q R T U V W X Y Z A1 B1 C1 D1 E1 F1 G1);
