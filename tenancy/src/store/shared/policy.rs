//! Which Redis, and for how long.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::redis_link::{Link, LinkError};

/// Between what a process keeps for itself and for ever: a minute is how long others may see what a process could not tell
/// Redis of.
const KEPT: Duration = Duration::from_secs(60);
/// As long as anything is kept, whatever is asked for.
pub(super) const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
/// What keys begin with, unless the application says otherwise.
const PREFIX: &str = "tenancy";
/// A registry answers in a few milliseconds; a Redis that takes so long is of no use.
const ANSWERS_WITHIN: Duration = Duration::from_millis(100);
const BACKS_OFF: Duration = Duration::from_secs(1);

/// Which Redis a [`RedisStore`](super::RedisStore) keeps tenants in, and for how long.
///
/// ```
/// use std::time::Duration;
/// use tenancy::store::RedisPolicy;
///
/// let policy = RedisPolicy::new("redis://cache.internal/").prefix("shop").kept(Duration::from_secs(300));
/// ```
#[derive(Clone)]
pub struct RedisPolicy {
    url: SecretString,
    pub(super) prefix: String,
    pub(super) kept: Duration,
    answers_within: Duration,
    backs_off: Duration,
}

impl RedisPolicy {
    /// The Redis at this address, `redis://user:password@host:port/database`. Connects to nothing yet: an application starts
    /// without its Redis, but not with an address that is none.
    pub fn new(url: impl AsRef<str>) -> Self {
        Self {
            url: SecretString::from(url.as_ref()),
            prefix: PREFIX.to_owned(),
            kept: KEPT,
            answers_within: ANSWERS_WITHIN,
            backs_off: BACKS_OFF,
        }
    }

    /// What keys begin with, and the channel: applications that share a Redis need each their own. Default: `tenancy`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long a tenant is kept. Default: a minute. So long may a change be unseen by other processes when the one that
    /// made it could not tell Redis.
    #[must_use]
    pub fn kept(mut self, time: Duration) -> Self {
        self.kept = time;
        self
    }

    /// How long Redis may take for an answer, connecting included, before the store is asked. Default: 100 milliseconds.
    #[must_use]
    pub fn answers_within(mut self, time: Duration) -> Self {
        self.answers_within = time;
        self
    }

    /// How long Redis is left alone when it could not be reached, or has been late three times in a row: meanwhile nobody
    /// waits for it. Default: 1 second.
    #[must_use]
    pub fn backs_off(mut self, time: Duration) -> Self {
        self.backs_off = time;
        self
    }

    /// What is wrong with it, in one sentence each.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Err(error) = self.link() {
            problems.push(error.to_string());
        }
        if self.kept < Duration::from_millis(1) {
            problems.push(
                "tenants that Redis keeps for no time are never found: give `kept` a millisecond or more"
                    .to_owned(),
            );
        }
        if self.prefix.is_empty() || self.prefix.chars().any(|c| c.is_whitespace() || c.is_control()) {
            problems.push("the `prefix` of keys in Redis must be a text without spaces".to_owned());
        }
        if self.answers_within.is_zero() {
            problems.push(
                "a Redis that has to answer in no time never does: give it an `answers_within`".to_owned(),
            );
        }
        problems
    }

    pub(super) fn tenant_key(&self, id: &str) -> String {
        format!("{}:tenant:{id}", self.prefix)
    }

    pub(super) fn identifier_key(&self, identifier: &str) -> String {
        format!("{}:identifier:{identifier}", self.prefix)
    }

    pub(super) fn channel(&self) -> String {
        format!("{}:changed", self.prefix)
    }

    /// How long something of this age is kept, in milliseconds, as Redis counts.
    pub(super) fn kept_millis(&self, age: Duration) -> u64 {
        let left = self.kept.min(LONGEST).saturating_sub(age);
        u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1)
    }

    pub(super) fn link(&self) -> Result<Link, LinkError> {
        Link::new(self.url.expose_secret(), self.answers_within, self.backs_off)
    }

    /// For a connection of its own.
    pub(super) fn client(&self) -> redis::RedisResult<redis::Client> {
        redis::Client::open(self.url.expose_secret())
    }
}

// The address may hold a password.
impl fmt::Debug for RedisPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisPolicy")
            .field("prefix", &self.prefix)
            .field("kept", &self.kept)
            .field("answers_within", &self.answers_within)
            .field("backs_off", &self.backs_off)
            .finish_non_exhaustive()
    }
}
