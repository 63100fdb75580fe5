//! The tenant by a host name of its own.

use async_trait::async_trait;

use super::found::{Found, TenantName};
use super::head::RequestHead;
use super::host::{HostName, HostSource, MALFORMED, TrustedProxies};
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};
use crate::tenant::Domain;

/// Takes the host for a tenant's own, which the registry knows.
///
/// Every name of two labels or more that does not belong to the application ([`except`](Self::except)) is asked for in
/// the registry; addresses and names of one label name no tenant.
///
/// The host is read as [`SubdomainResolver`](super::SubdomainResolver) reads it.
#[derive(Debug, Clone, Default)]
pub struct DomainResolver {
    excepted: Vec<Domain>,
    hosts: HostSource,
    problems: Vec<String>,
}

impl DomainResolver {
    /// Every host may be a tenant's.
    pub fn new() -> Self {
        Self::default()
    }

    /// This domain and all under it belong to the application and name no tenant here.
    #[must_use]
    pub fn except(mut self, domain: impl AsRef<str>) -> Self {
        match Domain::from_unicode(domain.as_ref()) {
            Ok(domain) => self.excepted.push(domain),
            Err(error) => self.problems.push(format!("a domain of the application's: {error}")),
        }
        self
    }

    /// The host that these proxies forward counts.
    #[must_use]
    pub fn behind(mut self, proxies: TrustedProxies) -> Self {
        self.hosts.proxies = Some(proxies);
        self
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let HostName::Name(host) = self.hosts.host(request)?.name else { return Ok(None) };
        if !self.may_be_a_tenants(&host) {
            return Ok(None);
        }
        let domain = Domain::try_from(&*host).map_err(|_| MALFORMED)?;
        Ok(Some(Found::new(TenantName::Domain(domain), "domain")))
    }

    fn may_be_a_tenants(&self, host: &str) -> bool {
        let is_of = |domain: &Domain| {
            host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        host.contains('.') && !host.contains('_') && !self.excepted.iter().any(is_of)
    }
}

#[async_trait(?Send)]
impl TenantResolver for DomainResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        self.problems.iter().cloned().chain(self.hosts.problems()).collect()
    }

    /// At a tenant's own host a link back stays there. Another tenant's host is known to the registry alone.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let is_here = link.leads_back() && matches!(self.find(link.request()), Ok(Some(_)));
        is_here.then(|| link.path().to_owned())
    }
}
