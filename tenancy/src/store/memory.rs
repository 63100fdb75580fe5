//! A registry in memory.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use serde_json::{Map, Value};

use crate::store::{
    LatestTenants, ListTenants, SearchTenants, StoreError, TenantPage, TenantStore, Tenants, check_batch,
};
use crate::tenant::{Domain, Placement, Slug, Tenant, TenantId, TenantRecord, TenantStatus};

/// A registry in this process's memory, for tests and for applications whose tenants are known at start-up.
///
/// Two stores share nothing, and what is registered is gone with the store.
#[derive(Default)]
pub struct MemoryStore {
    registry: RwLock<Registry>,
}

/// The tenants and the index of their identifiers, always changed together.
#[derive(Default)]
struct Registry {
    tenants: BTreeMap<TenantId, Tenant>,
    by_identifier: HashMap<Slug, TenantId>,
    by_domain: BTreeMap<Domain, TenantId>,
}

impl MemoryStore {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    // A poisoned lock is taken over: every change below is checked before the first map is touched.
    fn read(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// What [`create`](TenantStore::create) does.
    pub(super) fn insert(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        let tenant = Tenant::from_record(TenantRecord { version: 1, ..record })?;
        let mut registry = self.write();
        if registry.tenants.contains_key(tenant.id()) {
            return Err(StoreError::DuplicateId { id: tenant.id().clone() });
        }
        if registry.by_identifier.contains_key(tenant.identifier()) {
            return Err(StoreError::DuplicateIdentifier { identifier: tenant.identifier().clone() });
        }
        registry.by_identifier.insert(tenant.identifier().clone(), tenant.id().clone());
        registry.tenants.insert(tenant.id().clone(), tenant.clone());
        Ok(tenant)
    }

    /// What [`add_domain`](TenantStore::add_domain) does.
    pub(super) fn insert_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let mut registry = self.write();
        registry.tenant(id)?;
        match registry.by_domain.entry(domain.clone()) {
            Entry::Occupied(taken) if taken.get() != id => {
                Err(StoreError::DuplicateDomain { domain: domain.clone() })
            }
            entry => {
                entry.or_insert_with(|| id.clone());
                Ok(())
            }
        }
    }
}

impl Registry {
    fn tenant(&self, id: &TenantId) -> Result<&Tenant, StoreError> {
        self.tenants.get(id).ok_or_else(|| StoreError::no_id(id))
    }

    /// Puts a tenant in the place of the one with its id, as its next version, and moves the index.
    fn replace(&mut self, changed: TenantRecord, now: DateTime<Utc>) -> Result<Tenant, StoreError> {
        let old = self.tenant(&changed.id)?;
        let (old, version) = (old.identifier().clone(), old.version() + 1);
        let tenant = Tenant::from_record(TenantRecord { updated_at: now, version, ..changed })?;
        if self.by_identifier.get(tenant.identifier()).is_some_and(|owner| owner != tenant.id()) {
            return Err(StoreError::DuplicateIdentifier { identifier: tenant.identifier().clone() });
        }
        self.by_identifier.remove(&old);
        self.by_identifier.insert(tenant.identifier().clone(), tenant.id().clone());
        self.tenants.insert(tenant.id().clone(), tenant.clone());
        Ok(tenant)
    }
}

#[async_trait]
impl TenantStore for MemoryStore {
    async fn create(&self, record: TenantRecord) -> Result<Tenant, StoreError> {
        self.insert(record)
    }

    async fn get(&self, id: &TenantId) -> Result<Tenant, StoreError> {
        self.read().tenant(id).cloned()
    }

    async fn get_by_identifier(&self, identifier: &Slug) -> Result<Tenant, StoreError> {
        let registry = self.read();
        let id = registry.by_identifier.get(identifier);
        id.and_then(|id| registry.tenants.get(id))
            .cloned()
            .ok_or_else(|| StoreError::no_identifier(identifier))
    }

    async fn get_many(&self, ids: &[TenantId]) -> Result<Tenants, StoreError> {
        check_batch(ids)?;
        let registry = self.read();
        Ok(ids.iter().filter_map(|id| registry.tenants.get(id)).cloned().map(Ok).collect())
    }

    async fn get_by_domain(&self, domain: &Domain) -> Result<Tenant, StoreError> {
        let registry = self.read();
        let id = registry.by_domain.get(domain);
        id.and_then(|id| registry.tenants.get(id)).cloned().ok_or_else(|| StoreError::no_domain(domain))
    }

    async fn add_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        self.insert_domain(id, domain)
    }

    async fn remove_domain(&self, id: &TenantId, domain: &Domain) -> Result<(), StoreError> {
        let mut registry = self.write();
        match registry.by_domain.get(domain) {
            Some(owner) if owner == id => {
                registry.by_domain.remove(domain);
                Ok(())
            }
            _ => Err(StoreError::no_domain(domain)),
        }
    }

    async fn domains(&self, id: &TenantId) -> Result<Vec<Domain>, StoreError> {
        let registry = self.read();
        let own = registry.by_domain.iter().filter(|(_, owner)| *owner == id);
        Ok(own.map(|(domain, _)| domain.clone()).collect())
    }

    async fn list(&self, list: ListTenants) -> Result<TenantPage, StoreError> {
        let limit = list.effective_limit() as usize;
        let from = list.after.map_or(Bound::Unbounded, Bound::Excluded);
        let registry = self.read();
        let mut matching = registry
            .tenants
            .range((from, Bound::Unbounded))
            .map(|(_, tenant)| tenant)
            .filter(|tenant| list.status.is_none_or(|status| tenant.status() == status));
        let tenants: Vec<Tenant> = matching.by_ref().take(limit).cloned().collect();
        let next = match matching.next() {
            Some(_) => tenants.last().map(|tenant| tenant.id().clone()),
            None => None,
        };
        Ok(TenantPage { entries: tenants.into_iter().map(Ok).collect(), next })
    }

    async fn latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
        let registry = self.read();
        let mut tenants: Vec<&Tenant> = registry
            .tenants
            .values()
            .filter(|tenant| latest.status.is_none_or(|status| tenant.status() == status))
            .collect();
        tenants.sort_by_key(|tenant| Reverse((tenant.created_at(), tenant.id())));
        let page = tenants.into_iter().skip(latest.skip as usize).take(latest.effective_limit() as usize);
        Ok(page.cloned().map(Ok).collect())
    }

    async fn search(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
        let registry = self.read();
        let ranked = registry.tenants.values().filter_map(|tenant| Some((search.rank(tenant)?, tenant)));
        let mut found: Vec<_> = ranked.collect();
        found.sort_by_key(|(rank, tenant)| (*rank, tenant.identifier()));
        let limit = search.effective_limit() as usize;
        Ok(found.into_iter().take(limit).map(|(_, tenant)| Ok(tenant.clone())).collect())
    }

    async fn update(&self, tenant: &Tenant) -> Result<Tenant, StoreError> {
        let mut registry = self.write();
        let registered = registry.tenant(tenant.id())?;
        if registered.version() != tenant.version() {
            return Err(StoreError::Stale { id: tenant.id().clone(), version: tenant.version() });
        }
        let (created_at, placement) = (registered.created_at(), registered.placement());
        let record = TenantRecord { created_at, ..tenant.to_record() };
        registry.replace(record.placed(placement), Utc::now())
    }

    async fn set_status(
        &self,
        id: &TenantId,
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenant, StoreError> {
        let mut registry = self.write();
        let record = registry.tenant(id)?.to_record();
        if record.status != expected {
            return Err(StoreError::OtherStatus { id: id.clone(), expected, status: record.status });
        }
        registry.replace(TenantRecord { status, ..record }, Utc::now())
    }

    async fn set_status_many(
        &self,
        ids: &[TenantId],
        expected: TenantStatus,
        status: TenantStatus,
    ) -> Result<Tenants, StoreError> {
        check_batch(ids)?;
        let (mut registry, now) = (self.write(), Utc::now());
        let found = ids.iter().filter_map(|id| registry.tenants.get(id));
        let matching: BTreeMap<TenantId, TenantRecord> = found
            .filter(|tenant| tenant.status() == expected)
            .map(|tenant| (tenant.id().clone(), tenant.to_record()))
            .collect();
        let mut changed = HashMap::new();
        for (id, record) in matching {
            changed.insert(id, registry.replace(TenantRecord { status, ..record }, now)?);
        }
        Ok(ids.iter().filter_map(|id| changed.get(id).cloned()).map(Ok).collect())
    }

    async fn merge_metadata(&self, id: &TenantId, patch: Map<String, Value>) -> Result<Tenant, StoreError> {
        let mut registry = self.write();
        let mut record = registry.tenant(id)?.to_record();
        record.metadata.extend(patch);
        registry.replace(record, Utc::now())
    }

    async fn set_placement(
        &self,
        id: &TenantId,
        expected: Placement,
        placement: Placement,
    ) -> Result<Tenant, StoreError> {
        let mut registry = self.write();
        let record = registry.tenant(id)?.to_record();
        if record.placement() != expected {
            return Err(StoreError::OtherPlacement { id: id.clone() });
        }
        registry.replace(record.placed(placement), Utc::now())
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let mut registry = self.write();
        let tenant = registry.tenants.remove(id).ok_or_else(|| StoreError::no_id(id))?;
        registry.by_identifier.remove(tenant.identifier());
        registry.by_domain.retain(|_, owner| owner != id);
        Ok(())
    }

    async fn count(&self, status: Option<TenantStatus>) -> Result<u64, StoreError> {
        let registry = self.read();
        let matching =
            registry.tenants.values().filter(|tenant| status.is_none_or(|status| tenant.status() == status));
        Ok(matching.count() as u64)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("tenants", &self.read().tenants.len()).finish()
    }
}
