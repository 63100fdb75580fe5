//! A registry that fails while a tenant is moved, and may have done what it was told all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};
use tenancy::store::{
    LatestTenants, ListTenants, MemoryStore, SearchTenants, StoreError, TenantPage, TenantStore, Tenants,
};
use tenancy::tenant::{Placement, Slug, TenantId, TenantRecord, TenantStatus};
use tenancy::{Isolation, NewTenant, Tenant};
use tenancy_tests::world::moved::{Moved, builder};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::unique_id;

use super::relocate;

/// A registry that says of the switch that it failed.
#[derive(Clone)]
struct Failing {
    inner: Arc<MemoryStore>,
    /// Whether it has done it before it says so.
    does_it: Arc<AtomicBool>,
    /// Whether it cannot be asked afterwards.
    is_gone: Arc<AtomicBool>,
}

fn gone<T>() -> Result<T, StoreError> {
    Err(StoreError::unavailable("the registry is gone"))
}

#[async_trait]
impl TenantStore for Failing {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        self.inner.create(record).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        if self.is_gone.load(Ordering::SeqCst) { gone() } else { self.inner.get(id).await }
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.inner.get_by_identifier(identifier).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.inner.list(list).await
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        self.inner.update(tenant).await
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        self.inner.set_status(id, expected, status).await
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let is_switch = expected.isolation != placement.isolation && placement.relocation.is_some();
        if !is_switch || self.does_it.load(Ordering::SeqCst) {
            let placed = self.inner.set_placement(id, expected, placement).await;
            return if is_switch { gone() } else { placed };
        }
        gone()
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.inner.get_many(ids).await
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        self.inner.latest(latest).await
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        self.inner.search(search).await
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        self.inner.set_status_many(ids, expected, status).await
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        self.inner.merge_metadata(id, patch).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.inner.delete(id).await
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.inner.count(status).await
    }
}

/// What the record says counts, and not what the registry answered.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_where_the_tenant_is() {
    for (does_it, is_gone) in [(false, false), (true, false), (false, true), (true, true)] {
        let store = Failing {
            inner: Arc::new(MemoryStore::new()),
            does_it: Arc::new(AtomicBool::new(does_it)),
            is_gone: Arc::new(AtomicBool::new(false)),
        };
        let database = Database::new().await;
        let tenancy = builder(database.app_url(), database.admin_url()).store(store.clone());
        let tenancy = tenancy.build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        let register = async |slug: &str| {
            let new = NewTenant::new(slug).unwrap().id(unique_id(slug)).isolation(Isolation::Rls);
            tenancy.register_tenant(new).await.unwrap()
        };
        let (acme, globex) = (register("acme").await, register("globex").await);
        let world = Moved { tenancy, acme, globex, database };
        world.fill(&world.acme).await;
        let mine = world.all(&world.acme).await;

        let gone = Arc::clone(&store.is_gone);
        let moving = world.tenancy.relocate(world.acme.id(), Isolation::Schema).grace(Duration::ZERO);
        let moving = moving.observe(move |step| {
            if step == "copied" {
                gone.store(is_gone, Ordering::SeqCst);
            }
        });
        let moved = moving.await;
        store.is_gone.store(false, Ordering::SeqCst);
        let now = world.now(&world.acme).await;
        let arrived = if does_it { Isolation::Schema } else { Isolation::Rls };
        assert_eq!(now.isolation(), Some(arrived));
        assert_eq!(moved.is_ok(), does_it && !is_gone, "{moved:?}");
        // Where nobody could ask, nothing was taken away.
        assert_eq!(now.relocation().is_some(), is_gone);
        assert_eq!(world.all(&world.acme).await, mine);
        let settled = relocate(&world.tenancy, &world.acme, arrived).await.unwrap();
        assert_eq!((settled.isolation(), settled.relocation()), (Some(arrived), None));
        assert_eq!(world.all(&world.acme).await, mine);
        assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
        world.run(&world.acme, "UPDATE events SET number = number").await.unwrap();
    }
}
