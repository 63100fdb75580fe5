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
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        allow(dead_code, reason = "files have no pooler")
    )]
    is_pooled: bool,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "others are told nothing"))]
    is_told: bool,
}

impl DatabaseUrl {
    /// `what` names the database in messages: `the application's database`, `the database of tenant x`.
    pub(crate) fn new(what: impl Into<String>, url: impl Into<String>) -> Self {
        Self { what: what.into(), url: SecretString::from(url.into()), is_pooled: false, is_told: false }
    }

    /// Whether what answers there is a pooler that gives each transaction a connection of the server's.
    pub(crate) fn pooled(self, is_pooled: bool) -> Self {
        Self { is_pooled, ..self }
    }

    /// Whether the application expects tenants there whose statements the server is told of. It is a matter of cost
    /// alone: those of others are told all the same, in more messages.
    pub(crate) fn told(self, is_told: bool) -> Self {
        Self { is_told, ..self }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn is_told(&self) -> bool {
        self.is_told
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn is_pooled(&self) -> bool {
        self.is_pooled
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
        Ok(Self::new(what, url).pooled(self.is_pooled))
    }

    #[cfg(any(feature = "mysql", feature = "postgres"))]
    fn invalid(&self, reason: &dyn fmt::Display) -> ConnectionError {
        ConnectionError::InvalidUrl { what: self.what.clone(), reason: reason.to_string() }
    }

    /// A driver's message, unless it could tell something of the password.
    pub(crate) fn unreachable(&self, reason: &dyn fmt::Display) -> ConnectionError {
        ConnectionError::Unreachable { what: self.what.clone(), reason: self.scrub(reason.to_string()) }
    }

    /// The text as it is, or none of it. To put something in the password's place would show where it was, and
    /// with a password of one letter, or a word that drivers use, what it is.
    fn scrub(&self, text: String) -> String {
        let tells = match secrets(self.expose()) {
            Secrets::Known(secrets) => {
                secrets.iter().any(|secret| secret.chars().count() < SHORT || text.contains(secret.as_str()))
            }
            Secrets::Unknown => true,
        };
        if tells { WITHHELD.to_owned() } else { text }
    }
}

/// A password of fewer characters than this is in many a message by chance, so a message that came through
/// would say what it is not.
const SHORT: usize = 4;

const WITHHELD: &str = "what the driver says is withheld, since it may hold the password or a part of it: try the \
                        address with a client of the database, or another password";

/// What an address must not tell.
enum Secrets {
    Known(Vec<String>),
    /// It has one, and not where an address has it.
    Unknown,
}

fn secrets(address: &str) -> Secrets {
    let Ok(url) = Url::parse(address) else {
        // A path, or the driver's own `host=… password=…`.
        return match address.to_lowercase().contains("password") {
            true => Secrets::Unknown,
            false => Secrets::Known(Vec::new()),
        };
    };
    let mut secrets: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| name.to_lowercase().contains("password"))
        .map(|(_, value)| value.into_owned())
        .collect();
    if let Some(password) = url.password() {
        let decoded = url::form_urlencoded::parse(format!("p={}", password.replace('+', "%2B")).as_bytes())
            .map(|(_, value)| value.into_owned())
            .collect();
        secrets.extend([password.to_owned(), decoded]);
    }
    secrets.retain(|secret| !secret.is_empty());
    Secrets::Known(secrets)
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.what).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAYS: &str = "connection refused by a.example, try again";

    fn scrubbed(address: &str) -> String {
        DatabaseUrl::new("a database", address).scrub(SAYS.to_owned())
    }

    #[test]
    fn a_message_that_tells_nothing_is_left_whole() {
        for address in [
            "postgres://user@host/db",
            "postgres://user:@host/db",
            "postgres://user:hunter2@host/db?connect_timeout=1",
            "postgres://connection:p%20w%20d@host/refused",
            "refused.db",
            "a",
        ] {
            assert_eq!(scrubbed(address), SAYS, "{address}");
        }
    }

    #[test]
    fn a_message_is_withheld_whole() {
        for address in [
            // Short ones always, so that a message that came through does not say what they are not.
            "postgres://user:o@host/db",
            "postgres://user:zzz@host/db",
            "postgres://user:%61@host/db",
            // In the text as it is written, or as it is meant.
            "postgres://user:refused@host/db",
            "postgres://user:a%2Eexample@host/db",
            "postgres://user@host/db?password=refused",
            "host=localhost password=hunter2",
        ] {
            assert_eq!(scrubbed(address), WITHHELD, "{address}");
        }
    }
}
