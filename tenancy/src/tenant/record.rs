//! A tenant's record: what a store keeps, field by field.

use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{Isolation, Placement, Relocation, Slug, TenantId, TenantStatus};

/// Every field of a tenant, as a store reads and writes it.
///
/// A record is plain data and may break the rules; [`Tenant::from_record`](super::Tenant::from_record) checks
/// it. `Debug` shows neither the database URL nor the values of the metadata.
#[derive(Clone)]
pub struct TenantRecord {
    /// The id, which never changes.
    pub id: TenantId,
    /// The identifier in URLs and headers; unique at any one time.
    pub slug: Slug,
    /// The name for people: 1 to 200 characters without control characters.
    pub name: String,
    /// Where the tenant is in its life.
    pub status: TenantStatus,
    /// The tenant's own isolation; `None` follows the application's.
    pub isolation: Option<Isolation>,
    /// The move to another isolation that is under way.
    pub relocation: Option<Relocation>,
    /// The application's data about the tenant, and its settings. Nested at most 64 levels, without NUL.
    pub metadata: Map<String, Value>,
    /// The tenant's own database; `None` follows the application's.
    pub database_url: Option<SecretString>,
    /// The tenant's own schema name; `None` lets the library derive one from the id.
    pub schema_name: Option<String>,
    /// When the tenant was registered.
    pub created_at: DateTime<Utc>,
    /// When the record was last written.
    pub updated_at: DateTime<Utc>,
    /// How often the record was written; 1 where it was registered and no more. The store counts: whoever writes a
    /// record that was written by somebody else meanwhile is refused.
    pub version: u64,
}

impl TenantRecord {
    /// The part of the record that says where the tenant's rows are.
    pub fn placement(&self) -> Placement {
        Placement { isolation: self.isolation, relocation: self.relocation }
    }

    /// The record with another such part.
    #[must_use]
    pub fn placed(self, Placement { isolation, relocation }: Placement) -> Self {
        Self { isolation, relocation, ..self }
    }
}

impl fmt::Debug for TenantRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_fields(f, "TenantRecord", self)
    }
}

/// `Debug` for a record under the name of whichever type shows it. Destructured, so that a new field has to be
/// decided about here.
pub(super) fn debug_fields(f: &mut fmt::Formatter<'_>, name: &str, record: &TenantRecord) -> fmt::Result {
    let TenantRecord {
        id,
        slug,
        name: display_name,
        status,
        isolation,
        relocation,
        metadata,
        database_url,
        schema_name,
        created_at,
        updated_at,
        version,
    } = record;
    f.debug_struct(name)
        .field("id", id)
        .field("slug", slug)
        .field("name", display_name)
        .field("status", status)
        .field("isolation", isolation)
        .field("relocation", relocation)
        .field("metadata", &KeysOnly(metadata))
        .field("database_url", &Masked(database_url.is_some()))
        .field("schema_name", schema_name)
        .field("created_at", created_at)
        .field("updated_at", updated_at)
        .field("version", version)
        .finish()
}

/// Shows the keys of metadata: its values are the application's, and may be secrets.
pub(super) struct KeysOnly<'a>(pub(super) &'a Map<String, Value>);

impl fmt::Debug for KeysOnly<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Shows whether there is a database URL, and nothing of it.
pub(super) struct Masked(pub(super) bool);

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "Some(***)" } else { "None" })
    }
}
