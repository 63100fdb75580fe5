//! The tenant of the running task.

mod captured;
mod runtimes;
mod streams;
mod tasks;
mod values;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError, TenantContext};
use tenancy_tests::schema::orders;
use tenancy_tests::world::sqlite::World;

fn current() -> Option<String> {
    TenantContext::try_current().map(|context| context.tenant().identifier().to_string())
}

/// Threat 10.
#[tokio::test]
async fn scopes_nest_and_restore() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    assert_eq!(current(), None);
    acme.clone()
        .scope(async {
            assert_eq!(current().as_deref(), Some("acme"));
            globex.clone().scope(async { assert_eq!(current().as_deref(), Some("globex")) }).await;
            assert_eq!(current().as_deref(), Some("acme"));
            globex.sync_scope(|| assert_eq!(current().as_deref(), Some("globex")));
            // Across all tenants there is no one tenant.
            tenancy::across_tenants("a test", async {
                assert_eq!(current(), None);
                let error = TenantContext::current().unwrap_err();
                assert!(matches!(error, TenancyError::Scope(ScopeError::Across { .. })), "{error}");
            })
            .await;
            assert_eq!(current().as_deref(), Some("acme"));
        })
        .await;
    assert_eq!(current(), None);
    let error = TenantContext::current().unwrap_err();
    assert!(error.to_string().contains("TenantContext::scope"), "{error}");

    // A panic leaves nothing behind.
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        acme.sync_scope(|| panic!("expected by the test"));
    }));
    assert!(caught.is_err());
    assert_eq!(current(), None);
}

/// Threat 10: tasks of ours carry the tenant, others are outside.
#[tokio::test]
async fn tasks_carry_the_tenant_if_they_are_ours() {
    let world = World::new(Isolation::Column).await;
    let local = tokio::task::LocalSet::new();
    let inside = world.tenancy.context(&world.acme).scope(async {
        assert_eq!(tenancy::spawn(async { current() }).await.unwrap().as_deref(), Some("acme"));
        assert_eq!(tenancy::spawn_blocking(current).await.unwrap().as_deref(), Some("acme"));
        assert_eq!(tenancy::spawn_local(async { current() }).await.unwrap().as_deref(), Some("acme"));
        assert_eq!(tokio::spawn(async { current() }).await.unwrap(), None);
        let tenancy = world.tenancy.clone();
        let query = tokio::spawn(async move {
            let error = tenancy.db().await.unwrap_err();
            assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{error}");
            orders::table.count()
        });
        // Built in a task that had no tenant, run where there is one: an error all the same.
        let query = query.await.unwrap();
        let mut db = world.tenancy.db().await.unwrap();
        let error = TenancyError::from(query.get_result::<i64>(&mut db).await.unwrap_err());
        assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{error}");
        assert!(error.to_string().contains("tenancy::spawn"), "{error}");
    });
    local.run_until(inside).await;
}

/// Threat 1: under `database` isolation the SQL names no tenant, so a connection we know nothing of is
/// refused.
#[tokio::test]
async fn a_foreign_connection_is_refused_where_the_sql_names_no_tenant() {
    use diesel_async::{AsyncConnection, AsyncPgConnection};

    let world = tenancy_tests::world::postgres::World::new(Isolation::Database).await;
    let mut foreign = AsyncPgConnection::establish(&tenancy_tests::servers::app()).await.unwrap();
    let error = world
        .tenancy
        .context(&world.acme)
        .scope(async { orders::table.count().get_result::<i64>(&mut foreign).await.unwrap_err() })
        .await;
    let error = TenancyError::from(error);
    assert!(
        matches!(error, TenancyError::Scope(ScopeError::UnknownConnection { table: "orders", .. })),
        "{error}"
    );
}
