//! What the macros say about a table.

use diesel::Table;

use super::key::KeyType;

/// A table whose SQL exists only in a scope. Implemented by the macros alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tenant-scoped table",
    label = "this table belongs to no tenant",
    note = "put `#[tenant_scoped]` on its `diesel::table!` or on the module around it",
    note = "for a global table, use `diesel::insert_into`, `diesel::update` and `diesel::delete`"
)]
pub trait ScopedTable: Table + Default + 'static {
    /// The type of the tenant key: [`Keyed`](super::Keyed) or [`Unkeyed`](super::Unkeyed).
    type Key: KeyType;
    /// Its names in SQL.
    const INFO: TableInfo;
}

/// The names of a scoped table in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableInfo {
    name: &'static str,
    schema: Option<&'static str>,
    column: Option<&'static str>,
    key_type: &'static str,
}

impl TableInfo {
    #[doc(hidden)]
    pub const fn new<K: KeyType>(
        name: &'static str,
        schema: Option<&'static str>,
        column: Option<&'static str>,
    ) -> Self {
        Self { name, schema, column, key_type: K::SQL }
    }

    /// The table's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The schema written in `table!`, which counts wherever the tenant has none of its own.
    pub const fn schema(&self) -> Option<&'static str> {
        self.schema
    }

    /// The tenant column, or `None` for a table that only `schema` and `database` isolation keep apart.
    pub const fn column(&self) -> Option<&'static str> {
        self.column
    }

    /// The SQL type of the tenant column, as CAST takes it.
    pub(crate) const fn key_type(&self) -> &'static str {
        self.key_type
    }
}

/// Names a type by way of a bound: `T: Itself<It = X>` holds for `X = T` alone.
///
/// The macros write `impl<X> HasTable for table where X: DieselMayWrite, table: Itself<It = X>`, which can
/// never be used. With the plain bound `table: DieselMayWrite` Diesel's own implementations would be
/// tried and dropped one after the other, and the error would name a query of Diesel's without saying why.
/// While `X` is not known yet, nothing can be dropped: what fails in the end is our bound, with its message.
#[doc(hidden)]
pub trait Itself {
    type It;
}

impl<T> Itself for T {
    type It = T;
}

/// Implemented for nothing: a bound on it can only fail, with this message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "Diesel's own `update`, `delete` and `save_changes` would reach every tenant's rows",
    label = "this writes to a tenant-scoped table",
    note = "write `tenancy::update(…)` or `tenancy::delete(…)`: they take the same arguments"
)]
pub trait DieselMayWrite {}

/// Implemented for nothing: a bound on it can only fail, with this message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the tenant column is written by tenancy, and by nothing else",
    label = "this sets or inserts the tenant column",
    note = "leave the column out of `set`, `values`, `Insertable` and `AsChangeset`; reading it and filtering by it are fine"
)]
pub trait DieselMayWriteColumn {}
