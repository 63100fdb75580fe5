//! How a changed row comes back.

/// From the statement that changed it: an `Option` of the row.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! returning {
    ($update:expr, $id:expr, $connection:expr) => {{
        let _ = $id;
        $update.returning(Row::as_returning()).get_result($connection).await.optional()
    }};
}

/// MySQL has no RETURNING. The update holds the row until the transaction ends, so what is read is what was
/// written.
#[cfg(feature = "mysql")]
macro_rules! read_back {
    ($update:expr, $id:expr, $connection:expr) => {{
        let (update, id) = ($update, $id);
        let written = async |connection: &mut diesel_async::AsyncMysqlConnection| {
            // By the primary key first: by the index of the status it would be held the other way round than by a batch.
            let row = tenancy_tenants::table.find(id.as_str()).select(Row::as_select());
            if row.for_update().first(connection).await.optional()?.is_none() {
                return Ok(None);
            }
            // Rows that were found, changed or not: diesel-async asks the server to count like this.
            if update.execute(connection).await? == 0 {
                return Ok(None);
            }
            row.first(connection).await.optional()
        };
        diesel_async::AsyncConnection::transaction::<_, Error, _>($connection, written).await
    }};
}

#[cfg(feature = "mysql")]
pub(super) use read_back;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(super) use returning;
