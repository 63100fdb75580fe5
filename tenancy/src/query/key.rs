//! The tenant key in the type of a table's tenant column.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
#[cfg(feature = "postgres")]
use diesel::sql_types::Uuid;
use diesel::sql_types::{BigInt, HasSqlType, Integer, Text};

use super::scope::into_diesel;
use super::table::TableInfo;
use crate::context::ScopeError;
use crate::tenant::TenantKeys;

/// The key of a table with a tenant column of the SQL type `ST`.
#[derive(Debug)]
pub struct Keyed<ST>(PhantomData<ST>);

/// The key of a table without a tenant column.
#[derive(Debug)]
pub struct Unkeyed(());

/// The name of a key's type in SQL.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tenant column of this type needs the feature `postgres` of tenancy",
    note = "on MySQL and SQLite a tenant column is `Text`, `BigInt` or `Integer`"
)]
pub trait KeyType {
    const SQL: &'static str;
}

impl KeyType for Keyed<Text> {
    const SQL: &'static str = "TEXT";
}

impl KeyType for Unkeyed {
    const SQL: &'static str = "";
}

/// A tenant key that the backend `DB` can bind.
#[diagnostic::on_unimplemented(
    message = "the tenant column's type cannot be bound on this database",
    note = "a tenant column is `Text`, `Uuid` (PostgreSQL), `BigInt` or `Integer`"
)]
pub trait TenantKey<DB: Backend> {
    /// Binds the key.
    ///
    /// # Errors
    ///
    /// [`ScopeError::NoKey`] if the tenant's id is no value of the type.
    fn bind<'b>(keys: &'b TenantKeys, table: &TableInfo, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<DB> TenantKey<DB> for Keyed<Text>
where
    DB: Backend + HasSqlType<Text>,
    str: ToSql<Text, DB>,
{
    fn bind<'b>(keys: &'b TenantKeys, _: &TableInfo, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<Text, str>(keys.text())
    }
}

/// The keys that not every tenant's id has.
macro_rules! partial_keys {
    ($($sql_type:ty, $sql:literal, $rust_type:ty, $key:ident, $expected:literal;)*) => {$(
        impl KeyType for Keyed<$sql_type> {
            const SQL: &'static str = $sql;
        }

        impl<DB> TenantKey<DB> for Keyed<$sql_type>
        where
            DB: Backend + HasSqlType<$sql_type>,
            $rust_type: ToSql<$sql_type, DB>,
        {
            fn bind<'b>(
                keys: &'b TenantKeys,
                table: &TableInfo,
                mut out: AstPass<'_, 'b, DB>,
            ) -> QueryResult<()> {
                match keys.$key() {
                    Some(key) => out.push_bind_param::<$sql_type, $rust_type>(key),
                    None => Err(no_key(keys, table, $expected)),
                }
            }
        }
    )*};
}

partial_keys! {
    BigInt, "BIGINT", i64, bigint, "number of the `BigInt` column";
    Integer, "INTEGER", i32, integer, "number of the `Integer` column";
}

#[cfg(feature = "postgres")]
impl KeyType for Keyed<Uuid> {
    const SQL: &'static str = "UUID";
}

/// A backend with a UUID type. It stands between the key and `ToSql`, of which there is one for `Uuid`: the
/// compiler would take that backend for granted and wonder about the connection.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a tenant column of the type `Uuid` is for PostgreSQL alone: `{Self}` has no such type",
    label = "the tenant column of this table is a `Uuid`",
    note = "declare the tenant column as `Text` where the table is used on MySQL or SQLite too: every tenant's id has a text"
)]
pub trait HasUuid: Backend {
    #[doc(hidden)]
    fn bind<'b>(key: &'b uuid::Uuid, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

#[cfg(feature = "postgres")]
impl HasUuid for diesel::pg::Pg {
    fn bind<'b>(key: &'b uuid::Uuid, mut out: AstPass<'_, 'b, Self>) -> QueryResult<()> {
        out.push_bind_param::<Uuid, uuid::Uuid>(key)
    }
}

#[cfg(feature = "postgres")]
impl<DB: HasUuid> TenantKey<DB> for Keyed<Uuid> {
    fn bind<'b>(keys: &'b TenantKeys, table: &TableInfo, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match keys.uuid() {
            Some(key) => DB::bind(key, out),
            None => Err(no_key(keys, table, "UUID of 32 lower-case hexadecimal digits")),
        }
    }
}

impl<DB: Backend> TenantKey<DB> for Unkeyed {
    fn bind<'b>(_: &'b TenantKeys, _: &TableInfo, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // No place has a key for a table without a column.
        Ok(())
    }
}

fn no_key(keys: &TenantKeys, table: &TableInfo, expected: &'static str) -> diesel::result::Error {
    into_diesel(ScopeError::NoKey {
        tenant: keys.text().to_string(),
        table: table.name(),
        column: table.column().unwrap_or_default(),
        expected,
    })
}
