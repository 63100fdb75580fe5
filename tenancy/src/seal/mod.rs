//! Secrets of tenants, sealed before they are stored, with the feature `seal`.
//!
//! A tenant's `database_url`, and the keys of its metadata that [`Sealing`] names, are encrypted and authenticated before
//! they go to the registry, and opened when they are read. What is sealed belongs to one tenant and one field: copied
//! into another row or another field it does not open. [`KeyRing`] has the keys, [`SealedStore`] stands before a store,
//! and [`SealedStore::rotate`] brings everything under the current key while the application runs.
//!
//! ```
//! use tenancy::seal::{Key, KeyRing};
//! use tenancy::tenant::TenantId;
//! use secrecy::ExposeSecret as _;
//!
//! let ring = KeyRing::new("k1".try_into()?, Key::generate()?);
//! let (acme, globex) = (TenantId::try_from("acme")?, TenantId::try_from("globex")?);
//! let sealed = ring.seal("postgres://acme:password@db/acme", &acme, "database_url")?;
//! assert!(sealed.starts_with("$sealed$1$k1$"));
//! assert_eq!(ring.open(&sealed, &acme, "database_url")?.expose_secret(), "postgres://acme:password@db/acme");
//! assert!(ring.open(&sealed, &globex, "database_url").is_err());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod cipher;
mod error;
mod key;
mod record;
mod report;
mod ring;
mod rotate;
mod sealing;
mod store;
#[cfg(test)]
mod tests;
mod text;

pub use self::error::{KeyError, KeyRingError, SealError, SealProblem};
pub use self::key::{Key, KeyId};
pub use self::report::{RotationError, RotationFailure, RotationReport};
pub use self::ring::KeyRing;
pub use self::sealing::Sealing;
pub use self::store::SealedStore;
pub use self::text::{MAX_SEALED, is_sealed};
