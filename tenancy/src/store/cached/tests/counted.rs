//! A store that is watched.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::store::{
    LatestTenants, ListTenants, MemoryStore, SearchTenants, StoreError, TenantPage, TenantStore, Tenants,
};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

/// A store that counts how often it is asked, and that waits, or fails, when it is told to.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) store: MemoryStore,
    pub(super) asked: AtomicU64,
    pub(super) is_down: AtomicBool,
    /// Who asks waits for a permit, with the answer in hand: what it has read then is old when it is given.
    pub(super) gate: Mutex<Option<Arc<Semaphore>>>,
}

impl Counted {
    async fn answer(&self, answer: Result<Tenant, StoreError>) -> Result<Tenant, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        if self.is_down.load(Ordering::SeqCst) { Err(StoreError::unavailable("it is down")) } else { answer }
    }
}

#[async_trait]
impl TenantStore for Arc<Counted> {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        self.store.create(record).await
    }
    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        let answer = self.store.get(id).await;
        self.answer(answer).await
    }
    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        let answer = self.store.get_by_identifier(identifier).await;
        self.answer(answer).await
    }
    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        let answer = self.store.get_by_domain(domain).await;
        self.answer(answer).await
    }
    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        self.store.add_domain(id, domain).await
    }
    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.store.list(list).await
    }
    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        self.store.update(tenant).await
    }
    async fn set_status(
        &self,
        id: &TenantId,
        old: TenantStatus,
        new: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        // It is done also when nobody waits for it, as statements are.
        let (this, id, gate) = (Self::clone(self), id.clone(), self.gate.lock().unwrap().clone());
        let change = tokio::spawn(async move {
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            this.store.set_status(&id, old, new).await
        });
        change.await.unwrap()
    }
    async fn set_placement(
        &self,
        id: &TenantId,
        old: Placement,
        new: Placement,
    ) -> Result<Tenant, StoreError> {
        self.store.set_placement(id, old, new).await
    }
    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.store.get_many(ids).await
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        self.store.latest(latest).await
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        self.store.search(search).await
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        self.store.set_status_many(ids, expected, status).await
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        self.store.merge_metadata(id, patch).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.store.delete(id).await
    }
    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.store.count(status).await
    }
}
