//! What of a tenant is sealed, and with which keys.

use std::collections::BTreeSet;

use super::ring::KeyRing;

/// The field of a tenant's own database.
pub(super) const DATABASE_URL: &str = "database_url";

/// The field of a key of the metadata.
pub(super) fn metadata_field(key: &str) -> String {
    format!("metadata.{key}")
}

/// What of a tenant is sealed: its `database_url` always, and the keys of its metadata that are named here.
///
/// ```
/// use tenancy::seal::{Key, KeyRing, Sealing};
///
/// let ring = KeyRing::new("k1".try_into()?, Key::generate()?);
/// let sealing = Sealing::new(ring).metadata_key("api_key").metadata_key("smtp");
/// # Ok::<_, tenancy::seal::KeyError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "give it to `Tenancy::builder(…).seal(…)` or to a `SealedStore`"]
pub struct Sealing {
    pub(super) ring: KeyRing,
    metadata: BTreeSet<String>,
    pub(super) accepts_plain: bool,
}

impl Sealing {
    /// Seals the `database_url` with these keys.
    pub fn new(ring: KeyRing) -> Self {
        Self { ring, metadata: BTreeSet::new(), accepts_plain: false }
    }

    /// Seals the value under a key of the metadata too, whole, with whatever is nested in it. Under other keys nothing
    /// is sealed, and nothing is opened.
    pub fn metadata_key(mut self, key: impl Into<String>) -> Self {
        self.metadata.insert(key.into());
        self
    }

    /// Takes values that are not sealed, as they are in a registry from before sealing, until
    /// [`rotate`](super::SealedStore::rotate) has sealed them. Whoever can write to the registry's table can put a value
    /// of theirs into it then. Default: such a value is an error of its tenant.
    pub fn accept_plain(mut self, accept: bool) -> Self {
        self.accepts_plain = accept;
        self
    }

    /// The keys.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    pub(super) fn seals(&self, key: &str) -> bool {
        self.metadata.contains(key)
    }

    /// What an application cannot be built with, each as a sentence.
    pub(crate) fn problems(&self) -> impl Iterator<Item = String> {
        let is_good = |key: &&String| (1..=200).contains(&key.len()) && !key.chars().any(char::is_control);
        self.metadata.iter().filter(move |key| !is_good(key)).map(|_| {
            "a key of the metadata that is to be sealed has 1 to 200 bytes, without control characters"
                .to_owned()
        })
    }
}
