//! What a registry of tenants has to do.

use std::time::Duration;

use async_trait::async_trait;

use serde_json::{Map, Value};

use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, Tenants};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

/// A registry of tenants.
///
/// Whoever writes one of their own has `testing::store_conformance`, with the feature `testing`, to see that it does what
/// is said here.
///
/// Every call is atomic: it has happened whole, or not at all. One whose future is dropped before it is done may
/// have happened. Besides the errors named below, every call may
/// fail with [`StoreError::Unavailable`] or [`StoreError::Database`], and every call that gives back a tenant with
/// [`StoreError::Corrupt`].
#[async_trait]
pub trait TenantStore: Send + Sync + 'static {
    /// Registers a tenant, in its first version.
    ///
    /// # Errors
    /// [`StoreError::Invalid`], [`StoreError::DuplicateId`], [`StoreError::DuplicateIdentifier`]. Where the id and
    /// the identifier are both taken, either of the two.
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError>;

    /// The tenant of this id, whatever its status.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError>;

    /// The tenant of this identifier, whatever its status.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError>;

    /// The tenants of these ids, whatever their status, in the order of the ids; those that are not registered are passed
    /// over. One question to the store.
    ///
    /// # Errors
    /// [`StoreError::TooMany`]. Damaged rows are errors in their places, and none of the call.
    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError>;

    /// Whether a tenant of this id is registered, whatever its status.
    ///
    /// # Errors
    /// Only those of every call. Where the row is read for it, as it is unless a store says otherwise, a damaged one is an
    /// error.
    async fn exists(&self, id: &TenantId) -> Result<bool, StoreError> {
        match self.get(id).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The tenant whose host name this is, whatever its status. A store that keeps no domains knows none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        Err(StoreError::no_domain(domain))
    }

    /// Gives a tenant a host name of its own, whatever its status; one that it has already stays. Whether it is the
    /// tenant's to use is not asked here: have its owner prove it, by a record in its DNS say, before you call this.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::DuplicateDomain`]; [`StoreError::NoDomains`] from a store without them.
    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _ = (id, domain);
        Err(StoreError::NoDomains)
    }

    /// Takes a host name from a tenant.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the tenant has not got it.
    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let _ = id;
        Err(StoreError::no_domain(domain))
    }

    /// A tenant's host names, in their order; none of one that is not registered.
    ///
    /// # Errors
    /// Only those of every call.
    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        let _ = id;
        Ok(Vec::new())
    }

    /// One page of tenants in the order of their ids, deleted ones too unless a status is asked for.
    ///
    /// # Errors
    /// Damaged rows are [entries](TenantPage::entries) of the page, and no error of the call.
    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError>;

    /// The newest tenants, newest first, and of those that are as old the one whose id sorts last; deleted ones too unless
    /// a status is asked for.
    ///
    /// # Errors
    /// Damaged rows are errors in their places, and none of the call.
    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError>;

    /// The tenants that have a text in their identifier or name, the best [rank](SearchTenants::rank) first.
    ///
    /// # Errors
    /// Damaged rows are errors in their places, and none of the call.
    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError>;

    /// Writes every field of a registered tenant but `id`, `created_at` and its [`Placement`], so that optional ones
    /// can be cleared, and gives the tenant back with a fresh `updated_at` and its next version. The placement stays as it
    /// is: [`set_placement`](Self::set_placement) alone changes it.
    ///
    /// The record must be of the version that the store holds: of two who read a tenant and write it, one succeeds, and
    /// the other is told. Comparing and writing are one step.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Stale`], [`StoreError::DuplicateIdentifier`]; either of the two where both
    /// are so.
    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError>;

    /// Changes the status alone, if it is still `expected`, and gives the tenant back with a fresh `updated_at`.
    /// Comparing and changing are one step: of two that expect the same status and set another, one succeeds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::OtherStatus`].
    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError>;

    /// Changes the status of those of these tenants whose status is still `expected`, all at one time, and gives them back
    /// in the order of the ids. Tenants that are not registered, and those of another status, are passed over. One
    /// statement, and where the database cannot give rows back from it, one transaction.
    ///
    /// # Errors
    /// [`StoreError::TooMany`].
    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError>;

    /// Puts these keys into a tenant's metadata, each in the place of what was there under it, and gives the tenant back.
    /// Other keys stay; nothing is looked for inside of values. A key that is `null` counts as not set where settings are
    /// read. Reading and writing are one step: of many who change other keys nobody's change is lost.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Invalid`]; [`StoreError::Corrupt`] where what is there is no metadata: nothing
    /// of it is lost.
    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError>;

    /// Changes the isolation and the mark of a move alone, if both are still `expected`, and gives the tenant back with
    /// a fresh `updated_at`. It moves no rows: [`Tenancy::relocate`](crate::Tenancy::relocate) does. Comparing and
    /// changing are one step, as in [`set_status`](Self::set_status).
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::OtherPlacement`].
    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError>;

    /// Erases the record. To end a tenant and keep its identifier taken, set the status to
    /// [`TenantStatus::Deleted`] instead.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    async fn delete(&self, id: &TenantId) -> Result<(), StoreError>;

    /// How many tenants there are, of one status or of all.
    ///
    /// # Errors
    /// Only those of every call.
    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError>;

    /// Has the next look-up of this tenant answered as it is by then, where a store keeps what it has read. Most keep
    /// nothing, and do nothing here.
    fn forget(&self, id: &TenantId) {
        let _ = id;
    }

    /// How long ago what a look-up answers may have been read, at most. A tenant that moves is waited for so long before its
    /// old place goes. Zero for a store that keeps nothing.
    fn staleness(&self) -> Duration {
        Duration::ZERO
    }
}
