//! What does not compile on a scoped table, and what the compiler says then.
//!
//! The macros write `X: CarriesTenant, DieselWrite: Itself<It = X>` as bounds. They hold for nothing, but
//! that shows only once `X` is known: a bound that is false from the start is refused where it is written,
//! and a method under one is passed over for another of the same name. Each trait has implementations, so
//! that the compiler's help names those and not a list of Diesel's. The associated types are what a refused
//! method gives back: as there is no such type, the compiler says nothing about the calls behind it.

use super::delete::DeleteStatement;
use super::from::ScopedFrom;
use super::update::UpdateStatement;

/// Holds for `It = Self` alone.
#[doc(hidden)]
pub trait Itself {
    type It;
}

impl<T> Itself for T {
    type It = T;
}

/// A bound of every trait by which Diesel updates and deletes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "Diesel's own `update`, `delete` and `save_changes` do not carry the tenant",
    label = "this would write to every tenant's rows",
    note = "write `tenancy::update(…)` or `tenancy::delete(…)`: they take the same arguments",
    note = "instead of `model.save_changes(db)` write `tenancy::update(&model).set(&model).get_result(db)`"
)]
pub trait CarriesTenant {
    type Outcome;
}

/// A statement of Diesel's.
#[doc(hidden)]
#[derive(Debug)]
pub enum DieselWrite {}

impl<T, Q, V, R> CarriesTenant for UpdateStatement<T, Q, V, R> {
    type Outcome = Self;
}

impl<T, Q, R> CarriesTenant for DeleteStatement<T, Q, R> {
    type Outcome = Self;
}

/// A bound of the tenant column's being a column that Diesel writes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the tenant column is written by tenancy, and by nothing else",
    label = "the tenant column cannot be set, inserted or aliased",
    note = "leave the column out of `set`, `values`, `Insertable` and `AsChangeset`; reading it and filtering by it are fine"
)]
pub trait Writable {}

/// The column with the tenant's key.
#[doc(hidden)]
#[derive(Debug)]
pub enum TenantColumn {}

/// Any other. The compiler names it in its help because it is public and hidden from nobody.
#[derive(Debug)]
#[expect(unreachable_pub, dead_code, reason = "it is there to be named in a message")]
pub struct EveryOtherColumn;

impl Writable for EveryOtherColumn {}

/// A bound of what would name a table outside its scope.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "Diesel's own aliases, `ONLY` and `TABLESAMPLE` would read a tenant-scoped table outside its scope",
    label = "this would read every tenant's rows",
    note = "write `tenancy::alias!(…)` instead of `diesel::alias!(…)`: it takes the same arguments",
    note = "instead of `only` and `tablesample_…` query the table itself; where there is no other way, write the SQL through `tenancy::raw_sql(\"why\", …)`"
)]
pub trait ReadInScope {
    type Query;
}

/// A table without its scope.
#[doc(hidden)]
#[derive(Debug)]
pub enum PlainTable {}

impl<T> ReadInScope for ScopedFrom<T> {
    type Query = Self;
}

/// A bound of the SQL of a table's name, which COPY writes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`COPY` would read and write a tenant-scoped table without its tenant",
    label = "this would copy every tenant's rows, or rows of no tenant",
    note = "read with a query of the table, write with `tenancy::insert_into`, which takes many rows at once"
)]
pub trait CopiesInScope {}

impl<T> CopiesInScope for ScopedFrom<T> {}

/// What a refused method of ours gives back.
#[doc(hidden)]
pub trait Refused {
    type Outcome;

    fn outcome() -> Self::Outcome;
}

impl<T> Refused for ScopedFrom<T> {
    type Outcome = ();

    fn outcome() {}
}

/// A bound of `into_boxed` of an UPDATE or a DELETE.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an update or a delete of a tenant-scoped table cannot be boxed",
    label = "a boxed statement of Diesel's would not carry the tenant",
    note = "box what it filters by instead: `tenancy::update(orders::table.filter(predicate))`, with `predicate` a `Box<dyn BoxableExpression<orders::table, DB, SqlType = Bool>>`"
)]
pub trait BoxesWrites: Refused {}

impl<T> BoxesWrites for ScopedFrom<T> {}

/// A bound of `or_filter` behind the changes of an upsert.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an upsert of a tenant-scoped table has no `or_filter`",
    label = "not a method of this statement",
    note = "write both in one predicate: `filter(first.or(second))`"
)]
pub trait OrFiltersUpserts: Refused {}

impl<T> OrFiltersUpserts for ScopedFrom<T> {}

/// A bound of `filter_target`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the conflict of a tenant-scoped table's insert is not that of a partial index",
    label = "not a method of this statement",
    note = "name the columns of a unique constraint, the tenant column first, or the constraint: `on_conflict(tenancy::on_constraint(\"orders_key\"))`"
)]
pub trait FiltersTargets: Refused {}

impl<T> FiltersTargets for ScopedFrom<T> {}
