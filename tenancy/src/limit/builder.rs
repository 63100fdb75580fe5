//! `RateLimiter::builder(…)`, and which limits are whose.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::{RateLimit, RateLimitError, RateLimiter, RateLimits, RateStore};
use crate::tenant::{Tenant, TenantError, TenantSettings};

/// The limiter's name, unless the application gives one.
pub(super) const DEFAULT_NAME: &str = "default";
/// The longest name, in bytes.
const LONGEST_NAME: usize = 32;

/// What becomes of requests while the store cannot be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailMode {
    /// They pass, uncounted: limits are no reason for an outage.
    #[default]
    Open,
    /// They are refused: nobody gets more than the limits, and nobody anything while they cannot be counted.
    Closed,
}

/// An application's own way to say which limits a tenant has.
type ByTenant = dyn Fn(&Tenant) -> Option<RateLimits> + Send + Sync;

/// Which limits are whose.
pub(super) struct Rules {
    pub(super) name: Box<str>,
    pub(super) when_unavailable: FailMode,
    default: RateLimits,
    plan_key: String,
    /// `None`: no limit.
    plans: BTreeMap<String, Option<RateLimits>>,
    by_tenant: Option<Box<ByTenant>>,
}

impl Rules {
    /// The tenant's limits: its own, or what the application says of it, or its plan's, or everybody's. `None` if its
    /// plan has none.
    pub(super) fn limits_of(&self, tenant: &Tenant) -> Result<Option<RateLimits>, TenantError> {
        let metadata = tenant.metadata();
        // What the tenant may have of everything says nothing of what is dear.
        let own = if &*self.name == DEFAULT_NAME { TenantSettings::rate_limit_in(metadata)? } else { None };
        if let Some(requests) = own {
            return Ok(Some(RateLimits::per_minute(requests)));
        }
        if let Some(limits) = self.by_tenant.as_ref().and_then(|by_tenant| by_tenant(tenant)) {
            return Ok(Some(limits));
        }
        if self.plans.is_empty() {
            return Ok(Some(self.default.clone()));
        }
        let plan = match metadata.get(&self.plan_key) {
            None | Some(Value::Null) => None,
            Some(Value::String(plan)) => self.plans.get(plan),
            Some(_) => {
                return Err(TenantError::Setting {
                    setting: "plan",
                    expected: "the name of a plan",
                    found: "another type",
                });
            }
        };
        Ok(plan.cloned().unwrap_or_else(|| Some(self.default.clone())))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("name", &self.name)
            .field("default", &self.default)
            .field("plans", &self.plans)
            .field("when_unavailable", &self.when_unavailable)
            .finish_non_exhaustive()
    }
}

/// Puts a [`RateLimiter`] together. Made by [`RateLimiter::builder`].
///
/// A tenant has the first of these: its own `rate_limit_per_minute` in the metadata, which takes the place of every other
/// window; what [`by_tenant`](Self::by_tenant) says; its [plan](Self::plan)'s; the [limits](Self::limits) of everybody.
#[must_use = "call `build`"]
pub struct RateLimiterBuilder {
    store: Arc<dyn RateStore>,
    name: String,
    limits: Vec<RateLimit>,
    plan_key: String,
    plans: Vec<(String, Option<Vec<RateLimit>>)>,
    by_tenant: Option<Box<ByTenant>>,
    when_unavailable: FailMode,
}

impl RateLimiterBuilder {
    pub(super) fn new(store: Arc<dyn RateStore>) -> Self {
        Self {
            store,
            name: DEFAULT_NAME.to_owned(),
            limits: Vec::new(),
            plan_key: "plan".to_owned(),
            plans: Vec::new(),
            by_tenant: None,
            when_unavailable: FailMode::default(),
        }
    }

    /// The limits of every tenant for whom nothing else is said. Needed.
    pub fn limits(mut self, limits: impl IntoIterator<Item = RateLimit>) -> Self {
        self.limits.extend(limits);
        self
    }

    /// The limits of tenants of a plan: those whose metadata has its name under `plan`. A tenant of a plan that is not
    /// named here has everybody's.
    pub fn plan(mut self, name: impl Into<String>, limits: impl IntoIterator<Item = RateLimit>) -> Self {
        self.plans.push((name.into(), Some(limits.into_iter().collect())));
        self
    }

    /// A plan whose tenants have no limit.
    pub fn plan_without_limits(mut self, name: impl Into<String>) -> Self {
        self.plans.push((name.into(), None));
        self
    }

    /// Where in the metadata the plan's name is. Default: `plan`.
    pub fn plan_key(mut self, key: impl Into<String>) -> Self {
        self.plan_key = key.into();
        self
    }

    /// Limits by whatever the application knows of a tenant. `None`: as if there were no such function. It is called for
    /// each request.
    pub fn by_tenant(
        mut self,
        limits: impl Fn(&Tenant) -> Option<RateLimits> + Send + Sync + 'static,
    ) -> Self {
        self.by_tenant = Some(Box::new(limits));
        self
    }

    /// A name of lower-case letters, digits and `-`. Limiters of different names count apart in one store, and headers
    /// tell their limits apart. Default: `default`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What becomes of requests while the store cannot be asked. Default: [`FailMode::Open`].
    pub fn when_unavailable(mut self, mode: FailMode) -> Self {
        self.when_unavailable = mode;
        self
    }

    /// Checks everything. It asks nobody.
    ///
    /// # Errors
    /// [`RateLimitError::Config`] with everything that is wrong.
    pub fn build(self) -> Result<RateLimiter, RateLimitError> {
        let mut problems = Vec::new();
        if !is_name(&self.name) {
            problems.push(format!(
                "the name has to be 1 to {LONGEST_NAME} lower-case letters, digits and `-`, and begin with a letter"
            ));
        }
        let checked = |whose: String, limits, problems: &mut Vec<String>| match RateLimits::checked(limits) {
            Ok(limits) => Some(limits),
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| format!("{whose}: {problem}")));
                None
            }
        };
        let default = checked("everybody's limits".to_owned(), self.limits, &mut problems);
        let mut plans = BTreeMap::new();
        for (name, limits) in self.plans {
            let whose = format!("the plan `{}`", name.escape_debug());
            let limits = limits.map(|limits| checked(whose.clone(), limits, &mut problems));
            // Not the same: a plan without limits, and one whose limits are wrong.
            let limits = match limits {
                None => None,
                Some(Some(limits)) => Some(limits),
                Some(None) => continue,
            };
            if plans.insert(name, limits).is_some() {
                problems.push(format!("{whose} is there twice: leave one out"));
            }
        }
        match default {
            Some(default) if problems.is_empty() => Ok(RateLimiter::new(
                Rules {
                    name: self.name.into(),
                    when_unavailable: self.when_unavailable,
                    default,
                    plan_key: self.plan_key,
                    plans,
                    by_tenant: self.by_tenant,
                },
                self.store,
            )),
            _ => Err(RateLimitError::Config { problems }),
        }
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

impl fmt::Debug for RateLimiterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiterBuilder")
            .field("name", &self.name)
            .field("limits", &self.limits)
            .field("plans", &self.plans)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use chrono::Utc;
    use serde_json::json;

    use super::*;
    use crate::limit::MemoryRateStore;
    use crate::tenant::{NewTenant, TenantStatus};

    fn tenant(metadata: Value) -> Tenant {
        let new = NewTenant::new("acme").unwrap().metadata(metadata);
        Tenant::from_record(new.into_record(Utc::now(), TenantStatus::Active).unwrap()).unwrap()
    }

    fn rules(by_tenant: bool) -> Rules {
        let mut builder = RateLimiter::builder(MemoryRateStore::new());
        if by_tenant {
            builder = builder.by_tenant(|tenant| {
                let beta = tenant.metadata().contains_key("beta");
                beta.then(|| RateLimits::new([RateLimit::per_hour(9)]).unwrap())
            });
        }
        Rules {
            name: DEFAULT_NAME.into(),
            when_unavailable: FailMode::Open,
            default: RateLimits::new([RateLimit::per_second(1)]).unwrap(),
            plan_key: "plan".to_owned(),
            plans: BTreeMap::from([
                ("free".to_owned(), Some(RateLimits::new([RateLimit::per_day(3)]).unwrap())),
                ("internal".to_owned(), None),
            ]),
            by_tenant: builder.by_tenant,
        }
    }

    #[test]
    fn a_tenants_own_comes_first_and_everybodys_last() {
        let rules = rules(true);
        for (metadata, expected) in [
            (json!({}), Some(RateLimit::per_second(1))),
            (json!({"plan": null}), Some(RateLimit::per_second(1))),
            (json!({"plan": "gold"}), Some(RateLimit::per_second(1))),
            (json!({"plan": "free"}), Some(RateLimit::per_day(3))),
            (json!({"plan": "internal"}), None),
            (json!({"plan": "free", "beta": 1}), Some(RateLimit::per_hour(9))),
            (json!({"plan": "internal", "rate_limit_per_minute": 7}), Some(RateLimit::per_minute(7))),
            (json!({"beta": 1, "rate_limit_per_minute": 7}), Some(RateLimit::per_minute(7))),
        ] {
            let limits = rules.limits_of(&tenant(metadata.clone())).unwrap();
            assert_eq!(limits.as_deref(), expected.as_ref().map(std::slice::from_ref), "{metadata}");
        }
    }

    /// A limit that cannot be read must not become none, nor another.
    #[test]
    fn what_cannot_be_read_is_an_error() {
        let rules = rules(false);
        for metadata in [
            json!({"rate_limit_per_minute": "7"}),
            json!({"rate_limit_per_minute": 0}),
            json!({"plan": ["free"]}),
            json!({"plan": 7}),
        ] {
            let found = rules.limits_of(&tenant(metadata.clone()));
            assert!(matches!(found, Err(TenantError::Setting { .. })), "{metadata}: {found:?}");
        }
        // What is damaged beside it is somebody else's matter.
        assert!(rules.limits_of(&tenant(json!({"max_users": "many"}))).is_ok());
    }

    #[test]
    fn every_problem_of_a_limiter_is_named() {
        let built = RateLimiter::builder(MemoryRateStore::new())
            .name("Exports!")
            .plan("free", [RateLimit::per_minute(0)])
            .plan("paid", [RateLimit::per_minute(1)])
            .plan_without_limits("paid")
            .build();
        let Err(RateLimitError::Config { problems }) = built else { panic!("{built:?}") };
        assert_eq!(problems.len(), 4, "{problems:?}");
        for part in ["the name", "everybody's limits: there is no limit", "`free`", "`paid` is there twice"] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{problems:?}");
        }
        for name in ["", "1a", "a_b", "a:b", "é", &"a".repeat(33)] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_name("exports-2") && is_name(DEFAULT_NAME));
    }
}
