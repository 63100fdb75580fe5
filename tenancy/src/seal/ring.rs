//! The keys of an application.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::error::{KeyRingError, SealError, SealProblem};
use super::key::{Key, KeyId};
use super::{cipher, text};
use crate::tenant::TenantId;

/// The most keys a ring has.
const MAX_KEYS: usize = 64;

/// The keys of an application: the current one, which seals, and older ones, which open what was sealed under them.
///
/// Cloning it copies a pointer. `Debug` shows the ids.
///
/// As text, in an environment variable say, it is `id:key,id:key`, the current key first. A key is 32 bytes in base64 or
/// as hexadecimal digits; blanks and line breaks around an entry do not count.
///
/// ```
/// use tenancy::seal::KeyRing;
///
/// let ring = KeyRing::from_text(
///     &"k2:q5JcYxDSvHl4qjO2S4Cz8vWKbiQ5b4iUWvrP3Yqv3tM=,k1:Zt7XxvK0P4Yd1c7xR1LqYyMwn5VpK8uFQm2yq1d3m0Y=".into(),
/// )?;
/// assert_eq!(ring.current().as_str(), "k2");
/// # Ok::<_, tenancy::seal::KeyRingError>(())
/// ```
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<(KeyId, Key)>>);

impl KeyRing {
    /// A ring of one key.
    pub fn new(id: KeyId, key: Key) -> Self {
        Self(Arc::new(vec![(id, key)]))
    }

    /// A ring of these keys, the current one first.
    ///
    /// # Errors
    /// [`KeyRingError`] where there are none or more than 64, or an id or a key is there twice.
    pub fn of(keys: impl IntoIterator<Item = (KeyId, Key)>) -> Result<Self, KeyRingError> {
        let keys: Vec<_> = keys.into_iter().collect();
        KeyRingError::of(problems(&keys))?;
        Ok(Self(Arc::new(keys)))
    }

    /// A ring in its text form.
    ///
    /// # Errors
    /// [`KeyRingError`] with everything that is wrong, each entry called by its place and, where it has one, its id.
    pub fn from_text(text: &SecretString) -> Result<Self, KeyRingError> {
        let (mut keys, mut wrong) = (Vec::new(), Vec::new());
        for (place, entry) in (1..).zip(text.expose_secret().split(',')) {
            match entry_of(entry.trim()) {
                Ok(entry) => keys.push(entry),
                Err(problem) => wrong.push(format!("entry {place}{problem}")),
            }
        }
        // Where no entry can be read that is said once.
        if wrong.is_empty() || !keys.is_empty() {
            wrong.extend(problems(&keys));
        }
        KeyRingError::of(wrong)?;
        Ok(Self(Arc::new(keys)))
    }

    /// A ring in its text form, from an environment variable.
    ///
    /// # Errors
    /// [`KeyRingError`] where it is not set, and as [`from_text`](Self::from_text).
    pub fn from_env(variable: &str) -> Result<Self, KeyRingError> {
        match std::env::var(variable) {
            Ok(text) => Self::from_text(&text.into()).map_err(|error| KeyRingError {
                problems: error
                    .problems
                    .into_iter()
                    .map(|problem| format!("`{variable}`: {problem}"))
                    .collect(),
            }),
            // The other reason is a value that is no Unicode, which its error would repeat.
            Err(_) => Err(KeyRingError {
                problems: vec![format!("the environment variable `{variable}` is not set, or is no text")],
            }),
        }
    }

    /// The id of the key that seals.
    pub fn current(&self) -> &KeyId {
        // There is one: no ring is made without.
        &self.0[0].0
    }

    /// The ids of all keys, the current one first.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.0.iter().map(|(id, _)| id)
    }

    /// Seals a text, whatever it looks like, for a field of a tenant. The same text gives another sealed one each time.
    ///
    /// [`SealedStore`](super::SealedStore) has the fields `database_url` and those that begin with `metadata.`; choose
    /// others for values of your own, such as `table.column`.
    ///
    /// # Errors
    /// [`SealProblem::TooLong`], [`SealProblem::Field`], [`SealProblem::NoRandomness`].
    pub fn seal(&self, plaintext: &str, tenant: &TenantId, field: &str) -> Result<String, SealError> {
        let (id, key) = &self.0[0];
        cipher::seal((id, key), plaintext, tenant, field).map_err(|problem| problem.of(tenant, field))
    }

    /// Opens what was sealed for this field of this tenant.
    ///
    /// # Errors
    /// [`SealError`], which says what is wrong; nothing of the text is given away then.
    pub fn open(&self, sealed: &str, tenant: &TenantId, field: &str) -> Result<SecretString, SealError> {
        Ok(self.open_under(sealed, tenant, field)?.1)
    }

    /// What was sealed for this field of this tenant, under the current key; `None` where it is already. For values of your own,
    /// before an older key goes.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`seal`](Self::seal).
    pub fn reseal(&self, sealed: &str, tenant: &TenantId, field: &str) -> Result<Option<String>, SealError> {
        match self.open_under(sealed, tenant, field)? {
            (key, _) if key == self.current() => Ok(None),
            (_, opened) => self.seal(opened.expose_secret(), tenant, field).map(Some),
        }
    }

    /// What [`open`](Self::open) gives, with the key that it was sealed under.
    pub(super) fn open_under(
        &self,
        sealed: &str,
        tenant: &TenantId,
        field: &str,
    ) -> Result<(&KeyId, SecretString), SealError> {
        let open = || {
            let parts = text::parse(sealed)?;
            let Some((id, key)) = self.0.iter().find(|(id, _)| *id == parts.key) else {
                return Err(SealProblem::UnknownKey { key: parts.key });
            };
            Ok((id, cipher::open((id, key), &parts.bytes, tenant, field)?))
        };
        open().map_err(|problem: SealProblem| problem.of(tenant, field))
    }
}

/// An entry of the text form. What is wrong with it is told without any of its text but the id.
fn entry_of(entry: &str) -> Result<(KeyId, Key), String> {
    if entry.is_empty() {
        return Err(" is empty: write `id:key`".to_owned());
    }
    let (id, key) = entry.split_once(':').ok_or(" has no `:`: write `id:key`")?;
    let id = KeyId::try_from(id).map_err(|error| format!(": {error}"))?;
    match Key::parse(key) {
        Ok(key) => Ok((id, key)),
        Err(error) => Err(format!(" (`{id}`): {error}")),
    }
}

/// What is wrong with keys that are each right.
fn problems(keys: &[(KeyId, Key)]) -> Vec<String> {
    let mut problems = Vec::new();
    if keys.is_empty() {
        problems.push("there is none: make one with `tenancy keys generate`".to_owned());
    }
    if keys.len() > MAX_KEYS {
        problems.push(format!(
            "there are {}, and {MAX_KEYS} are the most: rotate, and remove old ones",
            keys.len()
        ));
    }
    for (at, (id, key)) in keys.iter().enumerate() {
        if keys[..at].iter().any(|(earlier, _)| earlier == id) {
            problems.push(format!("`{id}` is there twice: give each key an id of its own"));
        } else if let Some((earlier, _)) =
            keys[..at].iter().find(|(_, earlier)| earlier.bytes() == key.bytes())
        {
            problems.push(format!("`{earlier}` and `{id}` are the same key: make another"));
        }
    }
    problems
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}
