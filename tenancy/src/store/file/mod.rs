//! A registry in a file.

mod error;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::store::{
    LatestTenants, ListTenants, MemoryStore, SearchTenants, StoreError, TenantPage, TenantStore, Tenants,
};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

pub use error::FileStoreError;

/// A registry that is read from a TOML or JSON file, for applications whose tenants somebody writes down.
///
/// What writes is an error, [`StoreError::ReadOnly`]: the file is somebody's, and keeps its comments. It is read when the
/// store is opened and when it is told to [`reload`](Self::reload); look-ups come from memory.
///
/// ```toml
/// [[tenants]]
/// id = "acme"                      # never changes
/// identifier = "acme"              # in URLs and headers
/// name = "Acme Ltd"                # the identifier, if it is missing
/// status = "active"                # as here, if it is missing
/// isolation = "schema"             # the application's, if it is missing
/// database_url = "postgres://…"    # the application's, if it is missing
/// schema_name = "acme"             # one made from the id, if it is missing
/// domains = ["shop.acme.com"]
/// metadata = { max_users = 5 }
/// ```
///
/// In JSON the same: `{"tenants": [{"id": "acme", …}]}`. Other keys are errors. A tenant's times are the file's own.
pub struct FileStore {
    path: PathBuf,
    tenants: RwLock<Arc<MemoryStore>>,
}

impl FileStore {
    /// Reads a file, whose name ends in `.toml` or `.json`. Blocks for as long as that takes.
    ///
    /// # Errors
    /// [`FileStoreError`], with everything that is wrong with it.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, FileStoreError> {
        let path = path.into();
        let tenants = RwLock::new(Arc::new(read::file(&path)?));
        Ok(Self { path, tenants })
    }

    /// Reads the file again, all of it or nothing. Blocks for as long as that takes.
    ///
    /// # Errors
    /// [`FileStoreError`], with everything that is wrong with it. The tenants stay as they were then.
    pub fn reload(&self) -> Result<(), FileStoreError> {
        let tenants = Arc::new(read::file(&self.path)?);
        *self.tenants.write().unwrap_or_else(PoisonError::into_inner) = tenants;
        Ok(())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn tenants(&self) -> Arc<MemoryStore> {
        Arc::clone(&self.tenants.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl TenantStore for FileStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        let _ = record;
        Err(StoreError::ReadOnly)
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.tenants().get(id).await
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        self.tenants().get_many(ids).await
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        self.tenants().get_by_identifier(identifier).await
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        self.tenants().get_by_domain(domain).await
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _ = (id, domain);
        Err(StoreError::ReadOnly)
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _ = (id, domain);
        Err(StoreError::ReadOnly)
    }

    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        self.tenants().domains(id).await
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        self.tenants().list(list).await
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        self.tenants().latest(latest).await
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        self.tenants().search(search).await
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        let _ = tenant;
        Err(StoreError::ReadOnly)
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        let _ = (id, expected, status);
        Err(StoreError::ReadOnly)
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        let _ = (ids, expected, status);
        Err(StoreError::ReadOnly)
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        let _ = (id, patch);
        Err(StoreError::ReadOnly)
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let _ = (id, expected, placement);
        Err(StoreError::ReadOnly)
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let _ = id;
        Err(StoreError::ReadOnly)
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        self.tenants().count(status).await
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("path", &self.path).field("tenants", &self.tenants()).finish()
    }
}
