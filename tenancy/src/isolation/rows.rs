//! Deleting a tenant's rows from tables it shares with others.

use diesel::backend::Backend as DieselBackend;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use diesel_async::{AsyncConnection, RunQueryDsl, TransactionManager};

use super::ddl::Ddl;
use super::error::IsolationError;
use crate::query::TableInfo;
use crate::tenant::{TenantId, TenantKeys};

/// What a backend makes of a key, which is bound as text, by the name of the column's type: the type to cast it to,
/// or `None` where it is to be taken as it is.
#[derive(Clone, Copy)]
pub(super) struct KeyCasts(pub(super) fn(&'static str) -> Option<&'static str>);

impl KeyCasts {
    /// Casts to the type of the same name.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(super) const BY_NAME: Self = Self(Some);
}

/// Deletes the tenant's rows of all the tables in one transaction.
///
/// Foreign keys give the tables an order that nobody has told us: a table whose rows are still referred to
/// is tried again after the others, until all are empty or none can be emptied.
pub(in crate::isolation) async fn delete_rows<C>(
    connection: &mut C,
    tables: &[TableInfo],
    tenant: &TenantId,
    casts: KeyCasts,
) -> Result<(), IsolationError>
where
    C: AsyncConnection,
    C::Backend: DieselBackend + HasSqlType<Text>,
    String: ToSql<Text, C::Backend>,
{
    let verb = format!("delete the rows of tenant `{tenant}`");
    C::TransactionManager::begin_transaction(connection)
        .await
        .map_err(|error| IsolationError::refused(&*verb, error))?;
    match in_any_order(connection, tables, tenant, casts).await {
        Ok(()) => C::TransactionManager::commit_transaction(connection)
            .await
            .map_err(|error| IsolationError::refused(verb, error)),
        Err(error) => {
            // What follows fails by itself if this does: the connection does not go back to the pool.
            let _ = C::TransactionManager::rollback_transaction(connection).await;
            Err(IsolationError::refused(verb, error))
        }
    }
}

async fn in_any_order<C>(
    connection: &mut C,
    tables: &[TableInfo],
    tenant: &TenantId,
    casts: KeyCasts,
) -> Result<(), Error>
where
    C: AsyncConnection,
    C::Backend: DieselBackend + HasSqlType<Text>,
    String: ToSql<Text, C::Backend>,
{
    let keys = TenantKeys::of(tenant);
    let mut left: Vec<&TableInfo> = tables.iter().filter(|table| may_hold(table, &keys)).collect();
    while !left.is_empty() {
        let mut blocked = Vec::new();
        let mut reason = Error::NotFound;
        for &table in &left {
            // A savepoint, so that a table that is still referred to spoils nothing.
            C::TransactionManager::begin_transaction(connection).await?;
            match of_table(table, tenant, casts).execute(connection).await {
                Ok(_) => C::TransactionManager::commit_transaction(connection).await?,
                Err(error @ Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {
                    C::TransactionManager::rollback_transaction(connection).await?;
                    blocked.push(table);
                    reason = error;
                }
                Err(error) => return Err(error),
            }
        }
        if blocked.len() == left.len() {
            return Err(reason);
        }
        left = blocked;
    }
    Ok(())
}

/// Whether the table can have rows of the tenant: not without the column, nor if the tenant's id is no value
/// of the column's type.
pub(super) fn may_hold(table: &TableInfo, keys: &TenantKeys) -> bool {
    table.column().is_some()
        && match table.key_type() {
            "UUID" => keys.uuid().is_some(),
            "BIGINT" => keys.bigint().is_some(),
            "INTEGER" => keys.integer().is_some(),
            _ => true,
        }
}

/// `DELETE FROM "orders" WHERE "tenant_id" = CAST($1 AS UUID)`.
fn of_table(table: &TableInfo, tenant: &TenantId, casts: KeyCasts) -> Ddl {
    let mut delete = Ddl::new("DELETE FROM ");
    if let Some(schema) = table.schema() {
        delete = delete.name(schema).sql(".");
    }
    delete = delete.name(table.name()).sql(" WHERE ").name(table.column().unwrap_or_default()).sql(" = ");
    match casts.0(table.key_type()) {
        Some(key_type) => delete.sql("CAST(").text(tenant.as_str()).sql(" AS ").sql(key_type).sql(")"),
        None => delete.text(tenant.as_str()),
    }
}
