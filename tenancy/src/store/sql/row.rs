//! A tenant to a row of the registry, and back.

use chrono::{DateTime, Utc};
use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::schema::tenancy_tenants;
use super::values::{Hidden, Json, StoredTime, Time};
use crate::store::{StoreError, folded};
use crate::tenant::{Isolation, Placement, Tenant, TenantError, TenantRecord};

/// Every column that `update` writes, borrowed from the tenant so that the URL is not copied about.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = tenancy_tenants, treat_none_as_null = true)]
pub(super) struct Written<'a> {
    identifier: &'a str,
    name: &'a str,
    status: &'static str,
    metadata: Json,
    database_url: Option<Hidden<'a>>,
    schema_name: Option<&'a str>,
    updated_at: Time,
    folded_name: String,
}

impl<'a> Written<'a> {
    pub(super) fn new(tenant: &'a Tenant, updated_at: DateTime<Utc>) -> Self {
        Self {
            identifier: tenant.identifier().as_str(),
            name: tenant.name(),
            status: tenant.status().as_str(),
            metadata: Json(Value::Object(tenant.metadata().clone()).to_string()),
            database_url: tenant.database_url().map(|url| Hidden(url.expose_secret())),
            schema_name: tenant.schema_name(),
            updated_at: Time(updated_at),
            folded_name: folded(tenant.name()),
        }
    }
}

/// The columns of a placement, written together and apart from the others.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = tenancy_tenants, treat_none_as_null = true)]
pub(super) struct Placed {
    isolation: Option<&'static str>,
    relocation: Option<String>,
}

impl From<Placement> for Placed {
    fn from(Placement { isolation, relocation }: Placement) -> Self {
        Self {
            isolation: isolation.map(Isolation::as_str),
            relocation: relocation.map(|relocation| relocation.to_string()),
        }
    }
}

/// A row as it was read, of which nothing has been believed yet.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_tenants)]
pub(super) struct Row {
    pub(super) id: String,
    identifier: String,
    name: String,
    pub(super) status: String,
    isolation: Option<String>,
    relocation: Option<String>,
    metadata: Json,
    database_url: Option<String>,
    schema_name: Option<String>,
    created_at: StoredTime,
    updated_at: StoredTime,
    version: i64,
}

impl Row {
    /// The tenant in this row.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] that names the tenant and the first column that is damaged.
    pub(super) fn into_tenant(self) -> Result<Tenant, StoreError> {
        let id = self.id.clone();
        self.parse().map_err(|reason| corrupt(&id, reason))
    }

    fn parse(self) -> Result<Tenant, String> {
        let record = TenantRecord {
            id: self.id.try_into().map_err(reason)?,
            slug: self.identifier.try_into().map_err(reason)?,
            name: self.name,
            status: self.status.parse().map_err(reason)?,
            isolation: self.isolation.map(|word| word.parse()).transpose().map_err(reason)?,
            relocation: self.relocation.map(|text| text.parse()).transpose().map_err(reason)?,
            metadata: metadata(&self.metadata.0)?,
            database_url: self.database_url.map(SecretString::from),
            schema_name: self.schema_name,
            created_at: self.created_at.0.ok_or("column `created_at` holds no time")?,
            updated_at: self.updated_at.0.ok_or("column `updated_at` holds no time")?,
            version: u64::try_from(self.version).map_err(|_| "column `version` holds a negative number")?,
        };
        Tenant::from_record(record).map_err(reason)
    }
}

/// The error for a row that is no tenant's.
pub(super) fn corrupt(id: &str, reason: String) -> StoreError {
    let tenant = id.chars().take(64).flat_map(char::escape_debug).collect();
    StoreError::Corrupt { tenant, reason }
}

fn reason(error: TenantError) -> String {
    error.to_string()
}

fn metadata(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(metadata)) => Ok(metadata),
        Ok(_) => Err("column `metadata` holds JSON that is no object".to_owned()),
        // Only the place: a message of serde's may quote what it found.
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(format!("column `metadata` holds no readable JSON (line {line}, column {column})"))
        }
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::tenant::{NewTenant, TenantStatus};

    #[test]
    fn a_logged_query_shows_no_secret() {
        let new = NewTenant::new("acme").unwrap().metadata(serde_json::json!({"api_key": "hunter2"}));
        let new = new.database_url(SecretString::from("postgres://acme:hunter2@db/acme"));
        let tenant = Tenant::from_record(new.into_record(Utc::now(), TenantStatus::Active).unwrap()).unwrap();
        let update = diesel::update(tenancy_tenants::table).set(Written::new(&tenant, tenant.updated_at()));
        let logged = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&update).to_string();
        assert!(logged.contains("\"acme\"") && !logged.contains("hunter2"), "{logged}");
    }
}
