//! What a scoped table turns into: the FROM clause that carries the scope, and the statements that
//! write the tenant key. Nothing here knows of requests or connections.

mod alias;
mod column_sql;
mod columns;
mod delete;
mod dialect;
mod form;
mod from;
mod from_select;
mod gate;
mod insert;
mod key;
mod parts;
mod predicate;
mod raw;
mod records;
mod refused;
mod scope;
mod table;
mod target;
mod text;
mod update;
mod upsert;

pub use self::alias::{Alias, AliasedField, AliasedFrom, IntoAliasedFields, Named};
pub use self::columns::{ColumnNames, KeyFirst, Many, One, TenantKeyColumn, WithoutKey};
pub use self::delete::{DeleteStatement, delete};
pub use self::from::ScopedFrom;
pub use self::from_select::{AllColumns, FromSelect, TheseColumns};
pub use self::insert::{
    ByRows, BySelect, IncompleteInsertStatement, InsertStatement, TenantInsertable, insert_into,
};
pub use self::key::{KeyType, Keyed, TenantKey, Unkeyed};
pub use self::predicate::{Closed, Giving, NoReturning, Parens};
pub use self::raw::{RawSql, raw_sql, raw_sql_count};
pub use self::records::Records;
pub use self::refused::{
    CarriesTenant, CopiesInScope, DieselWrite, Itself, PlainTable, ReadInScope, TenantColumn, Writable,
};
pub use self::table::{ScopedTable, TableInfo};
pub use self::target::{ByModel, ByQuery, ByTable, IntoWriteTarget, WriteTarget};
pub use self::update::{IncompleteUpdateStatement, TenantChangeset, UpdateStatement, update};
pub use self::upsert::{
    ConflictTarget, Conflicts, DoNothing, DoUpdate, IncompleteDoUpdate, IncompleteOnConflict, OnColumns,
    OnConstraint, SkipConflicts, SkipsConflicts, Upsert, on_constraint,
};

#[doc(hidden)]
pub use self::column_sql::{push_column, push_star};
pub(crate) use self::form::Form;
pub(crate) use self::gate::Gate;
#[cfg(feature = "sqlite")]
pub(crate) use self::parts::{only, parts_of};
pub(crate) use self::text::Text;

/// The types of the statements, for signatures.
pub mod dsl {
    use diesel::query_builder::ReturningClause;

    use super::{ByQuery, Giving, IntoWriteTarget, NoReturning, TenantInsertable};

    /// `tenancy::insert_into(table).values(values)`.
    pub type Insert<T, V> = super::InsertStatement<T, <V as TenantInsertable<T>>::Values, NoReturning>;

    /// `tenancy::insert_into(table).values(values).returning(expression)`.
    pub type InsertReturning<T, V, E> =
        super::InsertStatement<T, <V as TenantInsertable<T>>::Values, ReturningClause<E>>;

    /// `Model::create(values)`, `E` being the model's columns.
    pub type Create<T, V, E> = super::InsertStatement<T, <V as TenantInsertable<T>>::Values, Giving<E>>;

    /// `tenancy::update(query)`.
    pub type Update<Q, M = ByQuery> =
        super::IncompleteUpdateStatement<<Q as IntoWriteTarget<M>>::Table, <Q as IntoWriteTarget<M>>::Query>;

    /// `tenancy::delete(query)`.
    pub type Delete<Q, M = ByQuery> = super::DeleteStatement<
        <Q as IntoWriteTarget<M>>::Table,
        <Q as IntoWriteTarget<M>>::Query,
        NoReturning,
    >;
}
