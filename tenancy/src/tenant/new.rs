//! A tenant that is yet to be registered.

use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::record::{KeysOnly, Masked};
use super::{Isolation, Slug, Tenant, TenantError, TenantId, TenantRecord, TenantStatus};

/// What is known of a tenant before it is registered. Only the identifier is needed.
///
/// ```text
/// NewTenant::new("acme")?.name("Acme Ltd").isolation(Isolation::Schema)
/// ```
#[derive(Clone)]
#[must_use = "a new tenant exists only once it is registered"]
pub struct NewTenant {
    id: Option<TenantId>,
    slug: Slug,
    name: Option<String>,
    isolation: Option<Isolation>,
    tier: Option<String>,
    metadata: Value,
    database_url: Option<SecretString>,
    schema_name: Option<String>,
}

impl NewTenant {
    /// A tenant of this identifier, given as text or as a [`Slug`].
    ///
    /// # Errors
    /// [`TenantError::Slug`] when the text is no identifier.
    pub fn new<S>(slug: S) -> Result<Self, TenantError>
    where
        S: TryInto<Slug>,
        TenantError: From<S::Error>,
    {
        Ok(Self {
            id: None,
            slug: slug.try_into()?,
            name: None,
            isolation: None,
            tier: None,
            metadata: Value::Object(Map::new()),
            database_url: None,
            schema_name: None,
        })
    }

    /// An id of your own, for tenants that come from another system. It must never have been another tenant's.
    /// Without it, one is [generated](TenantId::generate).
    pub fn id(mut self, id: TenantId) -> Self {
        self.id = Some(id);
        self
    }

    /// The name for people, 1 to 200 characters. Without it, the identifier.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// An isolation other than the application's.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// The tier, whose isolation the tenant gets unless it has one of its own:
    /// [`TenancyBuilder::tier`](crate::TenancyBuilder::tier). A word for the moment of registration, and kept nowhere.
    pub fn tier(mut self, tier: impl Into<String>) -> Self {
        self.tier = Some(tier.into());
        self
    }

    /// The isolation of the tenant's tier, where the tier decides. `of_tier` knows the tiers.
    pub(crate) fn settle<E>(mut self, of_tier: impl FnOnce(&str) -> Result<Isolation, E>) -> Result<Self, E> {
        if let Some(tier) = &self.tier {
            let isolation = of_tier(tier)?;
            self.isolation = self.isolation.or(Some(isolation));
        }
        Ok(self)
    }

    /// The application's data about the tenant: a map, or a JSON value that is an object.
    pub fn metadata(mut self, metadata: impl Into<Value>) -> Self {
        self.metadata = metadata.into();
        self
    }

    /// A database of the tenant's own.
    pub fn database_url(mut self, url: SecretString) -> Self {
        self.database_url = Some(url);
        self
    }

    /// A schema name of the tenant's own, 1 to 63 bytes. Without it, one is derived from the id.
    pub fn schema_name(mut self, schema_name: impl Into<String>) -> Self {
        self.schema_name = Some(schema_name.into());
        self
    }

    /// The checked record of this tenant, registered at `now`.
    ///
    /// # Errors
    /// [`TenantError`] that names the first field that breaks its rule.
    pub fn into_record(self, now: DateTime<Utc>, status: TenantStatus) -> Result<TenantRecord, TenantError> {
        let Value::Object(metadata) = self.metadata else {
            return Err(TenantError::Metadata { problem: "it must be a JSON object" });
        };
        let record = TenantRecord {
            id: self.id.unwrap_or_else(TenantId::generate),
            name: self.name.unwrap_or_else(|| self.slug.as_str().to_owned()),
            slug: self.slug,
            status,
            isolation: self.isolation,
            relocation: None,
            metadata,
            database_url: self.database_url,
            schema_name: self.schema_name,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        Ok(Tenant::from_record(record)?.to_record())
    }
}

impl fmt::Debug for NewTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, slug, name, isolation, tier, metadata, database_url, schema_name } = self;
        let empty = Map::new();
        f.debug_struct("NewTenant")
            .field("id", id)
            .field("slug", slug)
            .field("name", name)
            .field("isolation", isolation)
            .field("tier", tier)
            .field("metadata", &KeysOnly(metadata.as_object().unwrap_or(&empty)))
            .field("database_url", &Masked(database_url.is_some()))
            .field("schema_name", schema_name)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_identifier_is_needed() {
        let record =
            NewTenant::new("acme").unwrap().into_record(Utc::now(), TenantStatus::Provisioning).unwrap();
        assert_eq!(record.name, "acme");
        assert_eq!(record.id.as_str().len(), 32);
        assert_eq!(record.created_at, record.updated_at);
        assert!(record.metadata.is_empty());
    }

    #[test]
    fn the_identifier_may_be_a_slug_or_text() {
        let slug = Slug::try_from("acme").unwrap();
        assert!(NewTenant::new(slug).is_ok());
        assert!(NewTenant::new("acme".to_owned()).is_ok());
        assert!(matches!(NewTenant::new("acme\n"), Err(TenantError::Slug { .. })));
    }

    #[test]
    fn metadata_must_be_an_object() {
        let new = NewTenant::new("acme").unwrap();
        assert!(new.clone().metadata(json!({"a": 1})).into_record(Utc::now(), TenantStatus::Active).is_ok());
        assert!(new.clone().metadata(Map::new()).into_record(Utc::now(), TenantStatus::Active).is_ok());
        for bad in [json!([]), json!(null), json!("{}")] {
            let refused = new.clone().metadata(bad).into_record(Utc::now(), TenantStatus::Active);
            assert!(matches!(refused, Err(TenantError::Metadata { .. })));
        }
    }

    #[test]
    fn debug_hides_the_url_and_the_metadata() {
        let new = NewTenant::new("acme")
            .unwrap()
            .metadata(json!({"api_key": "hunter2"}))
            .database_url(SecretString::from("postgres://acme:hunter2@db/acme"));
        let shown = format!("{new:?}");
        assert!(!shown.contains("hunter2") && shown.contains("api_key"), "{shown}");
    }
}
