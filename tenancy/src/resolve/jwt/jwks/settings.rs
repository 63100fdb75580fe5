//! How an issuer's keys are fetched and kept.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::super::algorithm::JwtAlgorithm;
use super::source::JwksSource;

/// The keys that an issuer publishes as a JWKS document: fetched when first needed, and kept.
///
/// | | default | |
/// |---|---|---|
/// | [`fresh_for`](Self::fresh_for) | 5 minutes | after that they are fetched again, behind the requests |
/// | [`stale_for`](Self::stale_for) | 1 hour | so old they may get while the issuer does not answer; then tokens are refused |
/// | [`at_most_every`](Self::at_most_every) | 10 seconds | the issuer is asked, whatever tokens come |
/// | [`timeout`](Self::timeout) | 5 seconds | for the whole answer |
///
/// A token with a `kid` that no key has makes them be fetched at once, but not more often than that; it waits for the
/// answer, and where the issuer may not be asked yet, it is refused. One fetch at a time is under way, and it belongs to
/// no request: a client that hangs up does not end it.
///
/// A key that the issuer has withdrawn is believed until the next fetch: for `fresh_for` where requests come all the
/// time, for twice that where they are rare, and for `stale_for` where the issuer does not answer.
#[derive(Debug)]
pub struct Jwks {
    pub(super) origin: Origin,
    pub(super) algorithms: Vec<JwtAlgorithm>,
    pub(super) fresh_for: Duration,
    pub(super) stale_for: Duration,
    pub(super) at_most_every: Duration,
    pub(super) timeout: Duration,
}

pub(super) enum Origin {
    Source(Arc<dyn JwksSource>),
    #[cfg(feature = "jwks")]
    Url {
        url: String,
        plain: bool,
    },
}

// A URL may hold a key of the application's in its query.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(source) => source.fmt(f),
            #[cfg(feature = "jwks")]
            Self::Url { .. } => f.write_str("Url"),
        }
    }
}

impl Jwks {
    /// From a source of your own.
    pub fn from_source(source: impl JwksSource) -> Self {
        Self::new(Origin::Source(Arc::new(source)))
    }

    /// From this URL, with the feature `jwks`.
    ///
    /// It has to be `https`, or of the machine itself (`localhost`, a loopback address). Redirects are not followed, an
    /// answer of more than 256 KiB is not read, and a URL with a password in it is a problem when the application starts.
    /// Certificates are checked against those that the system trusts.
    #[cfg(feature = "jwks")]
    pub fn from_url(url: impl Into<String>) -> Self {
        Self::new(Origin::Url { url: url.into(), plain: false })
    }

    /// Lets the URL be `http` to another machine: whoever is on the way may then put in keys of his own, and with them
    /// speak for every tenant.
    #[cfg(feature = "jwks")]
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        if let Origin::Url { plain, .. } = &mut self.origin {
            *plain = true;
        }
        self
    }

    fn new(origin: Origin) -> Self {
        Self {
            origin,
            algorithms: JwtAlgorithm::OF_PUBLIC_KEYS.to_vec(),
            fresh_for: Duration::from_secs(5 * 60),
            stale_for: Duration::from_secs(60 * 60),
            at_most_every: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }

    /// What keys that name no `alg` are used with: those of these that work with a key of their kind. By default RS256,
    /// ES256, ES384 and EdDSA. A key that names its algorithm is used with that one.
    #[must_use]
    pub fn algorithms(self, algorithms: impl IntoIterator<Item = JwtAlgorithm>) -> Self {
        Self { algorithms: algorithms.into_iter().collect(), ..self }
    }

    /// How old the keys get before they are fetched again.
    #[must_use]
    pub fn fresh_for(self, age: Duration) -> Self {
        Self { fresh_for: age, ..self }
    }

    /// How old the keys may be at most, while the issuer does not answer.
    #[must_use]
    pub fn stale_for(self, age: Duration) -> Self {
        Self { stale_for: age, ..self }
    }

    /// The least time from one fetch to the next.
    #[must_use]
    pub fn at_most_every(self, interval: Duration) -> Self {
        Self { at_most_every: interval, ..self }
    }

    /// How long a fetch may take.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.stale_for < self.fresh_for {
            problems
                .push("the JWKS may be stale for less time than it is fresh: raise `stale_for`".to_owned());
        }
        if self.at_most_every.is_zero() {
            problems.push(
                "the JWKS could be fetched for each token: `at_most_every` must not be zero".to_owned(),
            );
        }
        if self.timeout.is_zero() {
            problems.push("the JWKS could not be fetched in no time: raise `timeout`".to_owned());
        }
        if self.algorithms.iter().any(|algorithm| algorithm.secret_length() > 0) {
            problems
                .push("no key of a fetched JWKS is a secret: leave HS256, HS384 and HS512 out".to_owned());
        }
        problems
    }
}
