//! A tenant that is noted in one place and taken up in another.

use tenancy::prelude::*;
use tenancy::resolve::ResolveError;
use tenancy::sqlite::Tenancy;
use tenancy::tenant::{TenantId, TenantStatus};
use tenancy::{CapturedTenant, NewTenant, ScopeError};
use tenancy_tests::world::sqlite::{World, builder};

use super::current;

/// By way of the text that would lie in a queue.
async fn taken_up(tenancy: &Tenancy, queued: &str) -> Result<TenantContext, TenancyError> {
    let captured: CapturedTenant = serde_json::from_str(queued).unwrap();
    tenancy.restore(&captured).await
}

fn queued(context: TenantContext) -> String {
    serde_json::to_string(&context.sync_scope(TenantContext::capture).unwrap()).unwrap()
}

fn not_served(result: Result<TenantContext, TenancyError>) -> ResolveError {
    match result {
        Err(TenancyError::Resolve(error)) => error,
        other => panic!("served, or refused for another reason: {other:?}"),
    }
}

#[tokio::test]
async fn a_captured_tenant_is_taken_up_as_the_registry_has_it_by_then() {
    let world = World::new(Isolation::Database).await;
    let queued = queued(world.tenancy.context(&world.acme));

    let mut record = world.acme.to_record();
    record.name = "Renamed Ltd".to_owned();
    let renamed = Tenant::from_record(record).unwrap();
    world.tenancy.store().update(&renamed).await.unwrap();

    // Another process: another application of the same registry.
    let other = builder(&world.directory, Isolation::Database).build().await.unwrap();
    for tenancy in [&world.tenancy, &other] {
        let context = taken_up(tenancy, &queued).await.unwrap();
        assert_eq!((context.tenant().id(), context.tenant().name()), (world.acme.id(), "Renamed Ltd"));
        assert_eq!(context.isolation(), Isolation::Database);
        let inside = async {
            assert_eq!(current().as_deref(), Some("acme"));
            tenancy.db().await.unwrap();
        };
        context.scope(inside).await;
    }
}

#[tokio::test]
async fn who_is_not_served_is_not_taken_up() {
    let world = World::new(Isolation::Column).await;
    let of_acme = queued(world.tenancy.context(&world.acme));
    let of_globex = queued(world.tenancy.context(&world.globex));

    world.tenancy.suspend_tenant(world.acme.id()).await.unwrap();
    let error = not_served(taken_up(&world.tenancy, &of_acme).await);
    assert_eq!(error, ResolveError::NotActive { status: TenantStatus::Suspended });
    world.tenancy.activate_tenant(world.acme.id()).await.unwrap();
    taken_up(&world.tenancy, &of_acme).await.unwrap();

    world.tenancy.delete_tenant(world.globex.id()).await.unwrap();
    let error = not_served(taken_up(&world.tenancy, &of_globex).await);
    assert_eq!(error, ResolveError::NotActive { status: TenantStatus::Deleted });

    let nobody = CapturedTenant::from(TenantId::try_from("nobody").unwrap());
    assert_eq!(not_served(world.tenancy.restore(&nobody).await), ResolveError::Unknown);
}

#[tokio::test]
async fn all_tenants_and_none_are_not_captured() {
    let error = TenantContext::capture().unwrap_err();
    assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{error}");
    let world = World::new(Isolation::Column).await;
    let inside = async {
        let error = across_tenants("a test", async { TenantContext::capture() }).await.unwrap_err();
        assert!(matches!(error, TenancyError::Scope(ScopeError::Across { .. })), "{error}");
        // Within a tenant's scope inside it there is one again.
        let captured = across_tenants(
            "a test",
            async { TenantContext::capture() }.in_tenant(&world.tenancy.context(&world.acme)),
        );
        assert_eq!(captured.await.unwrap().id(), world.acme.id());
    };
    inside.in_tenant(&world.tenancy.context(&world.globex)).await;
}

/// Threat 23: the id goes into the queue, and nothing else of the tenant.
#[tokio::test]
async fn nothing_secret_is_captured() {
    let world = World::new(Isolation::Database).await;
    let secret = "hunter2";
    let tenant = NewTenant::new("initech").unwrap().id(TenantId::try_from("initech-7").unwrap());
    let tenant = tenant.name(secret).metadata(serde_json::json!({ "custom_settings": { "key": secret } }));
    let tenant = world.tenancy.register_tenant(tenant).await.unwrap();
    let captured = world.tenancy.context(&tenant).sync_scope(TenantContext::capture).unwrap();
    assert_eq!(serde_json::to_string(&captured).unwrap(), r#"{"version":1,"tenant":"initech-7"}"#);
    let shown = format!("{captured:?}");
    assert!(shown.contains("initech-7") && !shown.contains(secret), "{shown}");
}
