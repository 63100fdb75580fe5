//! Calls whose future is dropped while the database is at work.

use std::time::Duration;

use super::{Store, id, plain};
use crate::store::StoreError;
use crate::tenant::TenantStatus;

/// Gives a call up that waits for a lock, as a request does whose client has gone.
async fn give_up_a_create(store: &Store) {
    // More often than there are connections: none of them may be lost, or handed on unfit.
    for n in 0..8 {
        let create = store.create(plain(&format!("a{n}"), &format!("tenant-{n}"), TenantStatus::Active));
        let given_up = tokio::time::timeout(Duration::from_millis(20), create).await;
        assert!(given_up.is_err(), "the lock did not hold: {given_up:?}");
    }
}

/// Every call is whole or not at all, and the store goes on working.
async fn assert_it_goes_on(store: &Store) {
    store.create(plain("after", "after", TenantStatus::Active)).await.unwrap();
    assert_eq!(store.get(&id("after")).await.unwrap().name(), "after");
    for n in 0..8 {
        match store.get(&id(&format!("a{n}"))).await {
            Ok(tenant) => assert_eq!(tenant.identifier().as_str(), format!("tenant-{n}")),
            Err(error) => assert!(matches!(error, StoreError::NotFound { .. }), "{error:?}"),
        }
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite() {
    use diesel::connection::SimpleConnection;

    let file = super::fixture::SqliteFile::new();
    let mut lock = file.connection();
    super::fixture::block_on(async {
        let store = file.store();
        // Opens the connections before the file is locked.
        futures_util::future::join_all((0..8).map(|_| store.count(None))).await;
        lock.batch_execute("BEGIN IMMEDIATE").unwrap();
        give_up_a_create(&store).await;
        lock.batch_execute("COMMIT").unwrap();
        assert_it_goes_on(&store).await;
    });
}

#[cfg(feature = "postgres")]
#[test]
fn postgres() {
    use diesel::connection::SimpleConnection;

    let Some(schema) = super::fixture::PostgresSchema::new() else { return };
    let mut lock = schema.connection();
    lock.batch_execute("BEGIN; LOCK TABLE tenancy_tenants").unwrap();
    super::fixture::block_on(async {
        let store = schema.store();
        give_up_a_create(&store).await;
        tokio::task::spawn_blocking(move || lock.batch_execute("COMMIT").unwrap()).await.unwrap();
        assert_it_goes_on(&store).await;
    });
}

#[cfg(feature = "mysql")]
#[test]
fn mysql() {
    use diesel::connection::SimpleConnection;

    let Some(database) = super::fixture::MysqlDatabase::new() else { return };
    let mut lock = database.connection();
    lock.batch_execute("LOCK TABLES tenancy_tenants WRITE").unwrap();
    super::fixture::block_on(async {
        let store = database.store();
        give_up_a_create(&store).await;
        tokio::task::spawn_blocking(move || lock.batch_execute("UNLOCK TABLES").unwrap()).await.unwrap();
        assert_it_goes_on(&store).await;
    });
}
