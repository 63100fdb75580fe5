//! A tenant, as the rest of the library and the application hold it.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::record::debug_fields;
use super::{
    Isolation, Placement, Relocation, Slug, TenantError, TenantId, TenantRecord, TenantSettings,
    TenantStatus, check,
};

/// A registered tenant, read-only. Cloning copies a pointer.
///
/// It is what the store held when it was read; to change a tenant, change its [record](Tenant::to_record) and
/// give that back to the store. `Debug` shows neither the database URL nor the values of the metadata.
#[derive(Clone)]
pub struct Tenant(Arc<TenantRecord>);

impl Tenant {
    /// Checks a record and makes it a tenant. Times are cut to microseconds, which is what every store keeps.
    ///
    /// # Errors
    /// [`TenantError`] that names the first field that breaks its rule.
    pub fn from_record(mut record: TenantRecord) -> Result<Self, TenantError> {
        check::name(&record.name)?;
        check::metadata(&record.metadata)?;
        if let Some(schema_name) = &record.schema_name {
            check::schema_name(schema_name)?;
        }
        if let Some(url) = &record.database_url {
            check::database_url(url.expose_secret())?;
        }
        record.created_at = record.created_at.trunc_subsecs(6);
        record.updated_at = record.updated_at.trunc_subsecs(6);
        Ok(Self(Arc::new(record)))
    }

    /// A copy of the record, to be changed and given to [`from_record`](Tenant::from_record) again.
    pub fn to_record(&self) -> TenantRecord {
        TenantRecord::clone(&self.0)
    }

    /// The id, which never changes.
    pub fn id(&self) -> &TenantId {
        &self.0.id
    }

    /// The identifier in URLs and headers.
    pub fn identifier(&self) -> &Slug {
        &self.0.slug
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where the tenant is in its life.
    pub fn status(&self) -> TenantStatus {
        self.0.status
    }

    /// Whether the tenant is to be served.
    pub fn is_active(&self) -> bool {
        self.0.status.is_active()
    }

    /// The tenant's own isolation; `None` follows the application's.
    pub fn isolation(&self) -> Option<Isolation> {
        self.0.isolation
    }

    /// The move to another isolation that is under way, or was cut short:
    /// [`Tenancy::relocate`](crate::Tenancy::relocate) finishes it or takes it back.
    pub fn relocation(&self) -> Option<Relocation> {
        self.0.relocation
    }

    /// The tenant's own isolation and the move that is under way, which a store changes as one.
    pub fn placement(&self) -> Placement {
        self.0.placement()
    }

    /// The application's data about the tenant.
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.0.metadata
    }

    /// The settings in the metadata, typed.
    ///
    /// # Errors
    /// [`TenantError::Setting`] when one of them has the wrong type or is out of bounds: a limit that cannot be
    /// read must not become no limit.
    pub fn settings(&self) -> Result<TenantSettings, TenantError> {
        TenantSettings::from_metadata(&self.0.metadata)
    }

    /// The tenant's own database; `None` follows the application's.
    pub fn database_url(&self) -> Option<&SecretString> {
        self.0.database_url.as_ref()
    }

    /// The tenant's own schema name; `None` lets the library derive one from the id.
    pub fn schema_name(&self) -> Option<&str> {
        self.0.schema_name.as_deref()
    }

    /// When the tenant was registered.
    pub fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the record was last written.
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// How often the record had been written when it was read.
    pub fn version(&self) -> u64 {
        self.0.version
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_fields(f, "Tenant", &self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::tenant::NewTenant;

    fn record() -> TenantRecord {
        NewTenant::new("acme")
            .unwrap()
            .metadata(serde_json::json!({"api_key": "hunter2"}))
            .database_url(SecretString::from("postgres://acme:hunter2@db/acme"))
            .into_record(Utc::now(), TenantStatus::Active)
            .unwrap()
    }

    #[test]
    fn debug_hides_the_url_and_the_metadata() {
        let tenant = Tenant::from_record(record()).unwrap();
        for shown in [format!("{tenant:?}"), format!("{:#?}", tenant.to_record())] {
            assert!(!shown.contains("hunter2") && !shown.contains("postgres://"), "{shown}");
            assert!(shown.contains("acme") && shown.contains("api_key"), "{shown}");
        }
    }

    #[test]
    fn a_record_that_breaks_a_rule_is_no_tenant() {
        let mut bad = record();
        bad.schema_name = Some("pg_temp".to_owned());
        assert!(matches!(Tenant::from_record(bad), Err(TenantError::SchemaName { .. })));
        let mut bad = record();
        bad.name = "a\nb".to_owned();
        assert!(matches!(Tenant::from_record(bad), Err(TenantError::Name { .. })));
        let mut bad = record();
        bad.database_url = Some(SecretString::from(""));
        assert!(matches!(Tenant::from_record(bad), Err(TenantError::DatabaseUrl { .. })));
    }

    #[test]
    fn a_clone_shares_the_record() {
        let tenant = Tenant::from_record(record()).unwrap();
        assert!(std::ptr::eq(tenant.id(), tenant.clone().id()));
        assert_eq!(tenant.created_at().timestamp_subsec_nanos() % 1000, 0);
    }
}
