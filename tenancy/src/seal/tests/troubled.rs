//! A store in trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::fixture::sealing;
use crate::seal::SealedStore;
use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants};
use crate::tenant::{Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

/// A store that fails for a while, or whose records somebody else writes each time they are read.
pub(super) struct Troubled {
    inner: Arc<dyn TenantStore>,
    /// How many calls of `list` and `update` are answered before it is gone.
    answers: AtomicU32,
    is_raced: bool,
}

impl Troubled {
    pub(super) fn over(inner: &Arc<dyn TenantStore>, answers: u32, is_raced: bool) -> SealedStore {
        let troubled = Self { inner: Arc::clone(inner), answers: AtomicU32::new(answers), is_raced };
        SealedStore::new(troubled, sealing(&[2, 1]))
    }

    fn answer(&self) -> Result<(), StoreError> {
        let left =
            self.answers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| StoreError::unavailable("it is gone"))
    }
}

#[async_trait]
impl TenantStore for Troubled {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        self.inner.create(record).await
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.inner.get(id).await
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.inner.get_by_identifier(identifier).await
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.inner.get_many(ids).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.answer()?;
        self.inner.list(list).await
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        self.inner.latest(latest).await
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        self.inner.search(search).await
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        self.answer()?;
        if self.is_raced {
            self.inner.merge_metadata(tenant.id(), Map::new()).await?;
        }
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

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        self.inner.set_placement(id, expected, placement).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.inner.delete(id).await
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.inner.count(status).await
    }
}
