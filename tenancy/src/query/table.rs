//! What the macros say about a table.

use diesel::Table;
use diesel::query_source::QuerySource;

use super::from::ScopedFrom;
use super::key::KeyType;

/// A table whose SQL exists only in a scope. Implemented by the macros alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tenant-scoped table",
    label = "this table belongs to no tenant",
    note = "put `#[tenant_scoped]` on its `diesel::table!` or on the module around it",
    note = "a global table is written with `diesel::insert_into`, `diesel::update` and `diesel::delete`, and its models carry no `#[tenant_scoped]`"
)]
pub trait ScopedTable: Table + QuerySource<FromClause = ScopedFrom<Self>> + Default + 'static {
    /// The type of the tenant key: [`Keyed`](super::Keyed) or [`Unkeyed`](super::Unkeyed).
    type Key: KeyType;
    /// Its names in SQL.
    const INFO: TableInfo;

    /// Every column but the tenant's, as a tuple.
    #[doc(hidden)]
    type Columns;
    /// Their names.
    #[doc(hidden)]
    const COLUMNS: &'static [&'static str];
    /// The same columns, as the alias with the source `S` has them.
    #[doc(hidden)]
    type Aliased<S>;
    /// The primary key, as the alias has it.
    #[doc(hidden)]
    type AliasedKey<S>;

    #[doc(hidden)]
    fn aliased<S>() -> Self::Aliased<S>;

    #[doc(hidden)]
    fn aliased_key<S>() -> Self::AliasedKey<S>;
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
