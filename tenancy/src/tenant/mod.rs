//! What a tenant is: its id, its identifier, its status, its record and its settings.
//!
//! Everything here is a value. Nothing asks a database, nothing knows of requests, and every value that exists
//! has passed its checks: a [`TenantId`], a [`Slug`] or a [`Tenant`] cannot be built from text that breaks its
//! grammar, so the rooms that turn them into keys, schema names and file names need not look again.

pub(crate) mod check;
/// What a text begins with that was sealed.
#[cfg(any(feature = "redis", feature = "seal"))]
pub(crate) const SEALED: &str = "$sealed$";

mod domain;
mod error;
mod handle;
mod id;
mod keys;
mod new;
mod placement;
mod record;
mod settings;
mod slug;
mod text;
mod words;

pub use domain::Domain;
pub(crate) use domain::ends_in_number;
pub use error::TenantError;
pub use handle::Tenant;
pub use id::TenantId;
pub use keys::TenantKeys;
pub use new::NewTenant;
pub use placement::{Placement, Relocation};
pub use record::TenantRecord;
pub use settings::TenantSettings;
pub use slug::Slug;
pub use words::{Isolation, TenantStatus};
