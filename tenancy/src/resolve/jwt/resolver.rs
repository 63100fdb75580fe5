//! The tenant in a token.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;

use super::claims::{Expected, Rules};
use super::keys::JwtKeys;
use super::{refusals, token};
use crate::resolve::{Found, Link, Refusal, RequestHead, Resolution, TenantName, TenantResolver};

/// Machines that keep their clocks by NTP agree within a second; ten cover those that have just been woken. A token is
/// used that much longer than its issuer says.
const LEEWAY: Duration = Duration::from_secs(10);

/// Reads the identifier from a claim of a JSON Web Token, the claim `tenant` by default.
///
/// The token stands in the one line of `Authorization: Bearer …`; another scheme, or no such line, names no tenant here.
/// Its signature has to be of one of the keys, by an algorithm that the key is configured for; `exp` has to be there and
/// in the future, and `nbf`, where it is there, in the past. Who has issued it and for whom has to be configured
/// ([`issuer`](Self::issuer), [`audience`](Self::audience)), or switched off by name. Whatever else is in the
/// token's header, nothing is fetched or believed because of it.
///
/// A token says what its issuer has put into it. That the tenant in it is one the user belongs to is the issuer's word.
///
/// ```
/// use tenancy::resolve::{JwtAlgorithm, JwtKey, JwtResolver};
///
/// # let secret = "a secret of 32 random characters, or more";
/// let resolver = JwtResolver::new(JwtKey::secret([JwtAlgorithm::HS256], secret))
///     .issuer("https://id.example.com")
///     .audience("orders")
///     .claim("org.tenant");
/// ```
#[derive(Debug)]
pub struct JwtResolver {
    keys: JwtKeys,
    rules: Rules,
    clock: Clock,
}

impl JwtResolver {
    /// Believes tokens that these keys have signed.
    pub fn new(keys: impl Into<JwtKeys>) -> Self {
        let rules = Rules {
            issuer: Expected::default(),
            audience: Expected::default(),
            path: vec!["tenant".to_owned()],
            leeway: LEEWAY,
        };
        Self { keys: keys.into(), rules, clock: Clock(system_time) }
    }

    /// Tokens have this text as `iss`, letter for letter. Called again, another is accepted too.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer.add(issuer.into());
        self
    }

    /// Tokens may be of any issuer whose signature holds, or name none.
    #[must_use]
    pub fn any_issuer(mut self) -> Self {
        self.rules.issuer.anyone();
        self
    }

    /// Tokens have this text as `aud`, or in the list there. Called again, another is accepted too.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.rules.audience.add(audience.into());
        self
    }

    /// Tokens may be for anybody: those that the issuer makes for other services name a tenant here too.
    #[must_use]
    pub fn any_audience(mut self) -> Self {
        self.rules.audience.anyone();
        self
    }

    /// The claim that holds the identifier. Dots lead into objects: `org.tenant` is `{"org":{"tenant":"acme"}}`.
    #[must_use]
    pub fn claim(self, path: &str) -> Self {
        self.claim_path(path.split('.'))
    }

    /// The claim that holds the identifier, by the names that lead to it: for names with dots in them, such as URLs.
    #[must_use]
    pub fn claim_path<N: Into<String>>(mut self, path: impl IntoIterator<Item = N>) -> Self {
        self.rules.path = path.into_iter().map(Into::into).collect();
        self
    }

    /// How far the issuer's clock may be from ours, for `exp` and `nbf`: 10 seconds by default, 5 minutes at most.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.rules.leeway = leeway;
        self
    }

    /// A clock for tests, in seconds since 1970.
    #[cfg(test)]
    pub(super) fn with_clock(mut self, clock: fn() -> f64) -> Self {
        self.clock = Clock(clock);
        self
    }

    async fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let Some(value) = request.single_header("authorization", refusals::REPEATED)? else {
            return Ok(None);
        };
        let Some(token) = token::bearer(value)? else { return Ok(None) };
        if !self.problems().is_empty() {
            return Err(refusals::NOT_CONFIGURED);
        }
        let token = token::parse(token)?;
        let key = self.keys.choose(token.key_id.as_deref(), token.algorithm).await?;
        if !key.verifies(&token) {
            return Err(refusals::SIGNATURE);
        }
        let identifier = self.rules.check(&token.claims()?, (self.clock.0)())?;
        Ok(Some(Found::new(TenantName::Identifier(identifier), "jwt")))
    }
}

#[async_trait(?Send)]
impl TenantResolver for JwtResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).await.into()
    }

    fn problems(&self) -> Vec<String> {
        [self.keys.problems(), &self.rules.problems()].concat()
    }

    /// A link cannot carry a token. Whoever has sent one sends it again.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let value = link.request().single_header("authorization", refusals::REPEATED);
        let is_here = matches!(value, Ok(Some(value)) if matches!(token::bearer(value), Ok(Some(_))));
        (link.leads_back() && is_here).then(|| link.path().to_owned())
    }
}

#[derive(Debug)]
struct Clock(fn() -> f64);

/// A clock before 1970 is wrong, and nothing is valid by it.
fn system_time() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(f64::INFINITY, |since| since.as_secs_f64())
}
