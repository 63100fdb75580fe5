//! An address with what it must not say kept out of every message.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::ConnectionError;

/// The address of a database, and what messages call it.
#[derive(Clone)]
pub struct DatabaseUrl {
    what: String,
    url: SecretString,
}

impl DatabaseUrl {
    /// `what` names the database in messages: `the application's database`, `the database of tenant x`.
    pub(crate) fn new(what: impl Into<String>, url: impl Into<String>) -> Self {
        Self { what: what.into(), url: SecretString::from(url.into()) }
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn expose(&self) -> &str {
        self.url.expose_secret()
    }

    /// The same server with another database.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn with_database(&self, what: String, database: &str) -> Result<Self, ConnectionError> {
        let mut url = Url::parse(self.expose()).map_err(|error| self.invalid(&error))?;
        url.set_path(database);
        Ok(Self::new(what, url))
    }

    #[cfg(any(feature = "mysql", feature = "postgres"))]
    fn invalid(&self, reason: &dyn fmt::Display) -> ConnectionError {
        ConnectionError::InvalidUrl { what: self.what.clone(), reason: reason.to_string() }
    }

    /// A driver's message, without the address and its password.
    pub(crate) fn unreachable(&self, reason: &dyn fmt::Display) -> ConnectionError {
        ConnectionError::Unreachable { what: self.what.clone(), reason: self.scrub(&reason.to_string()) }
    }

    fn scrub(&self, text: &str) -> String {
        let mut text = text.replace(self.expose(), "(address)");
        let parsed = Url::parse(self.expose()).ok();
        if let Some(password) = parsed.as_ref().and_then(Url::password).filter(|p| !p.is_empty()) {
            text = text.replace(password, "(password)");
            let decoded: String =
                url::form_urlencoded::parse(format!("p={}", password.replace('+', "%2B")).as_bytes())
                    .map(|(_, value)| value.into_owned())
                    .collect();
            text = text.replace(&decoded, "(password)");
        }
        text
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.what).finish()
    }
}
