//! A store that keeps secrets sealed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::error::{SealError, SealProblem};
use super::record::Unopened;
use super::sealing::{DATABASE_URL, Sealing};
use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants};
use crate::tenant::{
    Domain, Placement, Slug, Tenant, TenantError, TenantId, TenantRecord, TenantStatus, check,
};

/// A store whose secrets are sealed before they go to the store behind it, and opened when they come from there. Cloning
/// it copies two pointers.
///
/// A value that does not open is [`StoreError::Corrupt`] of its tenant alone, with a reason that names the field.
///
/// A cache goes in front of it, as [`Tenancy::builder`](crate::Tenancy::builder) puts it: it keeps opened values, in this
/// process's memory and nowhere else.
///
/// ```
/// use tenancy::seal::{Key, KeyRing, SealedStore, Sealing};
/// use tenancy::store::MemoryStore;
///
/// let ring = KeyRing::new("k1".try_into()?, Key::generate()?);
/// let store = SealedStore::new(MemoryStore::new(), Sealing::new(ring).metadata_key("api_key"));
/// # Ok::<_, tenancy::seal::KeyError>(())
/// ```
#[derive(Clone)]
pub struct SealedStore {
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) sealing: Arc<Sealing>,
}

impl SealedStore {
    /// Seals what goes to `store`.
    pub fn new(store: impl TenantStore, sealing: Sealing) -> Self {
        Self::over(Arc::new(store), sealing)
    }

    /// The same, over a store that is shared already.
    pub fn over(store: Arc<dyn TenantStore>, sealing: Sealing) -> Self {
        Self { store, sealing: Arc::new(sealing) }
    }

    /// What is sealed, and with which keys.
    pub fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    fn opened(&self, stored: &Tenant) -> Result<Tenant, StoreError> {
        self.sealing.opened(stored).map_err(|error| StoreError::Corrupt {
            tenant: stored.id().to_string(),
            reason: match error {
                Unopened::Seal(SealError { field, problem, .. }) => format!("`{field}` {problem}"),
                Unopened::Tenant(error) => error.to_string(),
            },
        })
    }

    fn each_opened(&self, tenants: Tenants) -> Tenants {
        tenants.into_iter().map(|read| read.and_then(|stored| self.opened(&stored))).collect()
    }
}

/// A value that is to be written cannot be sealed.
fn refused(error: SealError) -> StoreError {
    let is_url = error.field == DATABASE_URL;
    match error.problem {
        SealProblem::TooLong if is_url => {
            TenantError::DatabaseUrl { problem: "it is longer than 32768 bytes, the most that is sealed" }
                .into()
        }
        SealProblem::TooLong => {
            let problem =
                "a value that has to be sealed is longer than 32768 bytes as JSON, the most that is sealed";
            TenantError::Metadata { problem }.into()
        }
        _ => StoreError::unavailable(error),
    }
}

#[async_trait]
impl TenantStore for SealedStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        // Checked as it is: sealed, anything would pass.
        let tenant = Tenant::from_record(record)?;
        let sealed = self.sealing.sealed(tenant.to_record()).map_err(refused)?;
        self.opened(&self.store.create(sealed).await?)
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.opened(&self.store.get(id).await?)
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.opened(&self.store.get_by_identifier(identifier).await?)
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        Ok(self.each_opened(self.store.get_many(ids).await?))
    }

    async fn exists(&self, id: &TenantId) -> Result<bool, StoreError> {
        self.store.exists(id).await
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        self.opened(&self.store.get_by_domain(domain).await?)
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        self.store.add_domain(id, domain).await
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        self.store.remove_domain(id, domain).await
    }

    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        self.store.domains(id).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        let TenantPage { entries, next } = self.store.list(list).await?;
        Ok(TenantPage { entries: self.each_opened(entries), next })
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        Ok(self.each_opened(self.store.latest(latest).await?))
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        Ok(self.each_opened(self.store.search(search).await?))
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        let sealed = Tenant::from_record(self.sealing.sealed(tenant.to_record()).map_err(refused)?)?;
        self.opened(&self.store.update(&sealed).await?)
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        self.opened(&self.store.set_status(id, expected, status).await?)
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        Ok(self.each_opened(self.store.set_status_many(ids, expected, status).await?))
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        check::metadata(&patch)?;
        let sealed = self.sealing.sealed_metadata(id, patch).map_err(refused)?;
        self.opened(&self.store.merge_metadata(id, sealed).await?)
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        self.opened(&self.store.set_placement(id, expected, placement).await?)
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.store.delete(id).await
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.store.count(status).await
    }

    fn forget(&self, id: &TenantId) {
        self.store.forget(id);
    }

    fn staleness(&self) -> Duration {
        self.store.staleness()
    }
}

impl fmt::Debug for SealedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedStore").field("sealing", &self.sealing).finish_non_exhaustive()
    }
}
