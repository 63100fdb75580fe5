//! What a token's claims have to say.

use std::time::Duration;

use serde_json::{Map, Value};

use super::refusals;
use crate::resolve::Refusal;
use crate::tenant::Slug;

/// RFC 7519 speaks of a few minutes at most.
pub(super) const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

/// Who may stand in a claim.
#[derive(Debug, Default)]
pub(super) enum Expected {
    #[default]
    Unset,
    Anyone,
    OneOf(Vec<String>),
    /// Both have been asked for.
    Contradiction,
}

impl Expected {
    pub(super) fn add(&mut self, one: String) {
        match self {
            Self::Unset => *self = Self::OneOf(vec![one]),
            Self::OneOf(list) => list.push(one),
            Self::Anyone | Self::Contradiction => *self = Self::Contradiction,
        }
    }

    pub(super) fn anyone(&mut self) {
        *self = match self {
            Self::Unset | Self::Anyone => Self::Anyone,
            Self::OneOf(_) | Self::Contradiction => Self::Contradiction,
        };
    }

    fn problem(&self, claim: &str, what: &str) -> Option<String> {
        match self {
            Self::Anyone => None,
            Self::OneOf(list) if list.iter().all(|one| !one.is_empty()) => None,
            Self::OneOf(_) => Some(format!("the JWT resolver has an empty {what}")),
            Self::Unset => Some(format!(
                "the JWT resolver has no {what}: call `{what}(…)` with what its tokens have as `{claim}`, or \
                 `any_{what}()` if it does not matter"
            )),
            Self::Contradiction => {
                Some(format!("the JWT resolver has both `{what}(…)` and `any_{what}()`: leave one out"))
            }
        }
    }

    /// `claim` has to be one text.
    fn allows(&self, claim: Option<&Value>) -> bool {
        match (self, claim) {
            (Self::Anyone, _) => true,
            (Self::OneOf(list), Some(Value::String(text))) => list.contains(text),
            _ => false,
        }
    }

    /// `claim` has to be one text, or a list of nothing but texts with one of ours in it.
    fn allows_one_of(&self, claim: Option<&Value>) -> bool {
        match (self, claim) {
            (Self::OneOf(list), Some(Value::Array(values))) => {
                values.iter().all(Value::is_string)
                    && values.iter().filter_map(Value::as_str).any(|text| list.iter().any(|one| one == text))
            }
            _ => self.allows(claim),
        }
    }
}

/// The rules of one resolver.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) issuer: Expected,
    pub(super) audience: Expected,
    /// The names on the way to the tenant's claim, from the outside in.
    pub(super) path: Vec<String>,
    pub(super) leeway: Duration,
}

impl Rules {
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = Vec::new();
        problems.extend(self.issuer.problem("iss", "issuer"));
        problems.extend(self.audience.problem("aud", "audience"));
        if self.path.is_empty() || self.path.iter().any(String::is_empty) {
            problems.push("the JWT resolver's claim has an empty name".to_owned());
        }
        if self.leeway > LONGEST_LEEWAY {
            let longest = LONGEST_LEEWAY.as_secs();
            problems.push(format!(
                "the JWT resolver's leeway is above {longest} seconds: synchronise the clocks"
            ));
        }
        problems
    }

    /// The tenant that the claims name, if they hold at this time, in seconds since 1970.
    pub(super) fn check(&self, claims: &Map<String, Value>, now: f64) -> Result<Slug, Refusal> {
        let leeway = self.leeway.as_secs_f64();
        let expiry = claims.get("exp").and_then(Value::as_f64).ok_or(refusals::EXPIRY_MISSING)?;
        if now >= expiry + leeway {
            return Err(refusals::EXPIRED);
        }
        if let Some(not_before) = claims.get("nbf") {
            let not_before = not_before.as_f64().ok_or(refusals::NOT_BEFORE)?;
            if now + leeway < not_before {
                return Err(refusals::NOT_BEFORE);
            }
        }
        if !self.issuer.allows(claims.get("iss")) {
            return Err(refusals::ISSUER);
        }
        if !self.audience.allows_one_of(claims.get("aud")) {
            return Err(refusals::AUDIENCE);
        }
        let tenant = self.tenant(claims)?;
        Slug::try_from(tenant).map_err(|_| refusals::CLAIM_MALFORMED)
    }

    fn tenant<'a>(&self, claims: &'a Map<String, Value>) -> Result<&'a str, Refusal> {
        let (last, way) = self.path.split_last().ok_or(refusals::NOT_CONFIGURED)?;
        let mut object = claims;
        for name in way {
            match object.get(name) {
                Some(Value::Object(inner)) => object = inner,
                Some(_) => return Err(refusals::CLAIM_TYPE),
                None => return Err(refusals::CLAIM_MISSING),
            }
        }
        match object.get(last) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(refusals::CLAIM_TYPE),
            None => Err(refusals::CLAIM_MISSING),
        }
    }
}
