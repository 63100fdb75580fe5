//! A tenant to what Redis keeps, and back.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::tenant::{SEALED, Tenant, TenantRecord};

/// A record as JSON. Its form is between versions of this library: what cannot be read is asked for in the store.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    identifier: String,
    name: String,
    status: String,
    isolation: Option<String>,
    relocation: Option<String>,
    metadata: Map<String, Value>,
    database_url: Option<String>,
    schema_name: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: u64,
}

/// What Redis is to keep of a tenant; nothing where that would be a secret in clear.
pub(super) fn written(tenant: &Tenant) -> Option<String> {
    let record = tenant.to_record();
    let database_url = match &record.database_url {
        Some(url) if is_in_clear(url.expose_secret()) => return None,
        url => url.as_ref().map(|url| url.expose_secret().to_owned()),
    };
    let kept = Kept {
        id: record.id.to_string(),
        identifier: record.slug.to_string(),
        name: record.name,
        status: record.status.to_string(),
        isolation: record.isolation.map(|isolation| isolation.to_string()),
        relocation: record.relocation.map(|relocation| relocation.to_string()),
        metadata: record.metadata,
        database_url,
        schema_name: record.schema_name,
        created_at: record.created_at,
        updated_at: record.updated_at,
        version: record.version,
    };
    serde_json::to_string(&kept).ok()
}

/// The tenant in what Redis had; nothing where it is none.
pub(super) fn read(text: &str) -> Option<Tenant> {
    let kept: Kept = serde_json::from_str(text).ok()?;
    let record = TenantRecord {
        id: kept.id.try_into().ok()?,
        slug: kept.identifier.try_into().ok()?,
        name: kept.name,
        status: kept.status.parse().ok()?,
        isolation: kept.isolation.map(|word| word.parse()).transpose().ok()?,
        relocation: kept.relocation.map(|text| text.parse()).transpose().ok()?,
        metadata: kept.metadata,
        database_url: kept.database_url.map(SecretString::from),
        schema_name: kept.schema_name,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
        version: kept.version,
    };
    Tenant::from_record(record).ok()
}

fn is_in_clear(url: &str) -> bool {
    !url.starts_with(SEALED)
}
