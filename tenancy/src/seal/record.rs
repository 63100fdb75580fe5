//! A tenant's record, sealed and opened.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::error::{SealError, SealProblem};
use super::sealing::{DATABASE_URL, Sealing, metadata_field};
use super::text::is_sealed;
use crate::tenant::{Tenant, TenantError, TenantId, TenantRecord};

impl Sealing {
    /// The record as a store keeps it.
    pub(super) fn sealed(&self, mut record: TenantRecord) -> Result<TenantRecord, SealError> {
        if let Some(url) = &record.database_url {
            record.database_url = Some(self.ring.seal(url.expose_secret(), &record.id, DATABASE_URL)?.into());
        }
        record.metadata = self.sealed_metadata(&record.id, record.metadata)?;
        Ok(record)
    }

    /// Metadata, or a part of it, as a store keeps it.
    pub(super) fn sealed_metadata(
        &self,
        tenant: &TenantId,
        mut metadata: Map<String, Value>,
    ) -> Result<Map<String, Value>, SealError> {
        for (key, value) in metadata.iter_mut().filter(|(key, _)| self.seals(key)) {
            *value = Value::String(self.sealed_value(tenant, &metadata_field(key), value)?);
        }
        Ok(metadata)
    }

    fn sealed_value(&self, tenant: &TenantId, field: &str, value: &Value) -> Result<String, SealError> {
        self.ring.seal(&Zeroizing::new(value.to_string()), tenant, field)
    }

    /// The tenant as the application sees it.
    pub(super) fn opened(&self, stored: &Tenant) -> Result<Tenant, Unopened> {
        let mut record = stored.to_record();
        if let Some(url) = &record.database_url
            && let Some(opened) = self.opened_text(&record.id, DATABASE_URL, url.expose_secret())?
        {
            record.database_url = Some(opened);
        }
        for (key, value) in record.metadata.iter_mut().filter(|(key, _)| self.seals(key)) {
            if let Some(opened) = self.opened_text(&record.id, &metadata_field(key), text_of(value))? {
                *value = json(&record.id, &metadata_field(key), &opened)?;
            }
        }
        Ok(Tenant::from_record(record)?)
    }

    /// What is sealed in a text; none where it may be in the clear, and is.
    fn opened_text(
        &self,
        tenant: &TenantId,
        field: &str,
        text: &str,
    ) -> Result<Option<SecretString>, SealError> {
        if self.accepts_plain && !is_sealed(text) {
            return Ok(None);
        }
        self.ring.open(text, tenant, field).map(Some)
    }

    /// The record with everything under the current key that was under another, or in the clear where that is taken;
    /// none where there is nothing to do. And what could not be done: it stays as it is.
    pub(super) fn resealed(&self, stored: &Tenant) -> (Option<TenantRecord>, Vec<SealError>) {
        let (mut record, mut failures) = (stored.to_record(), Vec::new());
        let mut is_changed = false;
        let mut put = |resealed: Result<Option<String>, SealError>| match resealed {
            Ok(resealed) => {
                is_changed |= resealed.is_some();
                resealed
            }
            Err(failure) => {
                failures.push(failure);
                None
            }
        };
        if let Some(url) = &record.database_url
            && let Some(resealed) = put(self.resealed_text(&record.id, DATABASE_URL, url.expose_secret()))
        {
            record.database_url = Some(resealed.into());
        }
        for (key, value) in &mut record.metadata {
            let field = metadata_field(key);
            let resealed = match self.seals(key) {
                true if self.accepts_plain && !is_sealed(text_of(value)) => {
                    self.sealed_value(&record.id, &field, value).map(Some)
                }
                true => self.resealed_text(&record.id, &field, text_of(value)),
                // Sealed by an application that names more keys: it must not be lost with the old one.
                false if super::text::parse(text_of(value)).is_ok() => {
                    self.resealed_text(&record.id, &field, text_of(value))
                }
                false => Ok(None),
            };
            if let Some(resealed) = put(resealed) {
                *value = Value::String(resealed);
            }
        }
        (is_changed.then_some(record), failures)
    }

    fn resealed_text(&self, tenant: &TenantId, field: &str, text: &str) -> Result<Option<String>, SealError> {
        if self.accepts_plain && !is_sealed(text) {
            return self.ring.seal(text, tenant, field).map(Some);
        }
        match self.ring.open_under(text, tenant, field)? {
            (key, _) if key == self.ring.current() => Ok(None),
            (_, opened) => self.ring.seal(opened.expose_secret(), tenant, field).map(Some),
        }
    }
}

/// A stored tenant that cannot be served.
pub(super) enum Unopened {
    Seal(SealError),
    /// What was sealed breaks a rule.
    Tenant(TenantError),
}

impl From<SealError> for Unopened {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl From<TenantError> for Unopened {
    fn from(error: TenantError) -> Self {
        Self::Tenant(error)
    }
}

/// What may be sealed is a string; anything else is in the clear, as the empty string is.
fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn json(tenant: &TenantId, field: &str, opened: &SecretString) -> Result<Value, SealError> {
    // A message of serde's may quote what it found.
    serde_json::from_str(opened.expose_secret())
        .map_err(|_| SealProblem::Malformed("what was sealed is no JSON").of(tenant, field))
}
