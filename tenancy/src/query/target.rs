//! What `tenancy::update` and `tenancy::delete` take: a table, a filtered query of one, or a model.

use diesel::associations::{HasTable, Identifiable};
use diesel::internal::derives::multiconnection::SelectStatementAccessor;
use diesel::query_builder::{AsQuery, FromClause, Query, SelectStatement};
use diesel::query_dsl::methods::{FilterDsl, FindDsl};
use diesel::query_source::QuerySource;

use super::predicate::Closed;
use super::table::ScopedTable;

/// What can be updated or deleted.
///
/// `Marker` tells a table, a query and a model apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "`tenancy::update` and `tenancy::delete` take a tenant-scoped table, with no more than `filter` or `find`, or a model of one",
    label = "not a tenant-scoped table, a filtered query of one, or a model of one",
    note = "for a join, a limit or an order, read the keys and name the rows by them, in one transaction: `let ids: Vec<i32> = orders::table.select(orders::id).limit(1).load(db).await?`, then `tenancy::update(orders::table.filter(orders::id.eq_any(ids)))`",
    note = "in one statement, but not on MySQL with a limit: `orders::id.eq_any(other.select(other.field(orders::id)).limit(1))`, with `other` of `tenancy::alias!(orders as other)`",
    note = "a model is a reference to a struct with `#[derive(Identifiable)]`",
    note = "a global table is written with `diesel::update` and `diesel::delete`"
)]
pub trait IntoWriteTarget<Marker> {
    /// The table.
    type Table: ScopedTable;
    /// The query whose WHERE says which rows.
    type Query;

    #[doc(hidden)]
    fn into_write_target(self) -> WriteTarget<Self::Table, Self::Query>;
}

/// A query taken as a target.
#[derive(Debug)]
pub struct WriteTarget<T, Q> {
    pub(super) table: std::marker::PhantomData<T>,
    pub(super) query: Q,
    /// Whether WHERE has been written.
    pub(super) filtered: bool,
    /// Whether the WHERE stands for no filter of the user's.
    pub(super) everything: bool,
}

/// The target is a table.
#[derive(Debug)]
pub struct ByTable(());

/// The target is a query.
#[derive(Debug)]
pub struct ByQuery(());

/// The target is a model.
#[derive(Debug)]
pub struct ByModel(());

/// A query of the table alone.
type Simple<T> = SelectStatement<FromClause<T>>;
type NoWhere<T> = <Simple<T> as SelectStatementAccessor>::Where;

impl<T> IntoWriteTarget<ByTable> for T
where
    T: ScopedTable + AsQuery<Query = Simple<T>>,
{
    type Table = T;
    type Query = Simple<T>;

    fn into_write_target(self) -> WriteTarget<T, Self::Query> {
        WriteTarget { table: Default::default(), query: self.as_query(), filtered: false, everything: true }
    }
}

/// Everything but WHERE is as a bare query of the table has it, so no join, limit or grouping is lost.
#[diagnostic::do_not_recommend]
impl<T, S, D, W> IntoWriteTarget<ByQuery> for SelectStatement<FromClause<T>, S, D, W>
where
    T: ScopedTable + QuerySource,
    Self: Query + FilterDsl<Closed>,
    Simple<T>: SelectStatementAccessor<Select = S, Distinct = D>,
{
    type Table = T;
    type Query = <Self as FilterDsl<Closed>>::Output;

    fn into_write_target(self) -> WriteTarget<T, Self::Query> {
        // The types are compared by name because neither can be written down here.
        let everything = std::any::type_name::<W>() == std::any::type_name::<NoWhere<T>>();
        let query = FilterDsl::filter(self, Closed(()));
        WriteTarget { table: Default::default(), query, filtered: true, everything }
    }
}

impl<M, T> IntoWriteTarget<ByModel> for M
where
    M: Identifiable + HasTable<Table = T>,
    T: ScopedTable + FindDsl<M::Id>,
    <T as FindDsl<M::Id>>::Output: IntoWriteTarget<ByQuery, Table = T>,
{
    type Table = T;
    type Query = <<T as FindDsl<M::Id>>::Output as IntoWriteTarget<ByQuery>>::Query;

    fn into_write_target(self) -> WriteTarget<T, Self::Query> {
        FindDsl::find(T::default(), self.id()).into_write_target()
    }
}
