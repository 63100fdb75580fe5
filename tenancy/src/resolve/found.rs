//! What a request names.

use std::borrow::Cow;

use crate::tenant::{Domain, Slug};

/// How a request names a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TenantName {
    /// By its identifier.
    Identifier(Slug),
    /// By a host name of its own, which the registry knows.
    Domain(Domain),
}

/// The tenant a request names, and where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    name: TenantName,
    also: Vec<TenantName>,
    remainder: Option<String>,
    source: Cow<'static, str>,
}

impl Found {
    /// `source` is the resolver's kind: `header`, `subdomain`, `jwt`.
    pub fn new(name: TenantName, source: impl Into<Cow<'static, str>>) -> Self {
        Self { name, also: Vec::new(), remainder: None, source: source.into() }
    }

    /// The path that the application is to see in place of the request's: it begins with a slash and is not decoded.
    #[must_use]
    pub fn with_remainder(mut self, remainder: impl Into<String>) -> Self {
        self.remainder = Some(remainder.into());
        self
    }

    /// Another name in the same request. It has to be of the same tenant, or the request is refused.
    #[must_use]
    pub(super) fn agreeing_with(mut self, other: Self) -> Self {
        self.source = format!("{}+{}", self.source, other.source).into();
        self.remainder = self.remainder.or(other.remainder);
        self.also.extend(std::iter::once(other.name).chain(other.also).filter(|name| *name != self.name));
        self
    }

    /// The name.
    pub fn name(&self) -> &TenantName {
        &self.name
    }

    /// Other names in the request, which have to be of the same tenant.
    pub fn also(&self) -> &[TenantName] {
        &self.also
    }

    /// The name and the others.
    pub(super) fn names(&self) -> impl Iterator<Item = &TenantName> {
        std::iter::once(&self.name).chain(&self.also)
    }

    /// The path that the application is to see, if it is another than the request's.
    pub fn remainder(&self) -> Option<&str> {
        self.remainder.as_deref()
    }

    pub(super) fn into_parts(self) -> (Option<String>, Cow<'static, str>) {
        (self.remainder, self.source)
    }

    /// What kind of resolver has found it; the kinds joined by `+` where several agree.
    pub fn source(&self) -> &str {
        &self.source
    }
}
