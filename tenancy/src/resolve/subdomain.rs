//! The tenant in the first label of the host.

use std::borrow::Cow;

use async_trait::async_trait;

use super::found::Found;
use super::head::RequestHead;
use super::host::{HostName, HostSource, MALFORMED as HOST_MALFORMED, TrustedProxies};
use super::identifier;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};
use crate::tenant::Domain;

const MALFORMED: Refusal = Refusal::new("subdomain-malformed", "the host's first label is no identifier");
const TOO_DEEP: Refusal =
    Refusal::new("subdomain-too-deep", "the host has more than one label in front of the base");

/// For development: browsers lead every name under it to their own machine (RFC 6761).
const LOCALHOST: &str = "localhost";

/// Reads the identifier from the label in front of a base domain: `acme.app.example.com` is acme's under the base
/// `app.example.com`.
///
/// Exactly one label stands in front of a base. A base itself, reserved labels, addresses and hosts that are under no
/// base name no tenant; a label that is no identifier, and more labels than one, are refused.
///
/// The host is the one of the request's target or of its one line of `Host`, which have to agree; behind proxies it is
/// the one that they forward: [`behind`](Self::behind).
#[derive(Debug, Clone)]
pub struct SubdomainResolver {
    bases: Vec<String>,
    reserved: Vec<Cow<'static, str>>,
    hosts: HostSource,
    problems: Vec<String>,
}

impl SubdomainResolver {
    /// The labels that name no tenant unless the application gives a list of its own.
    pub const RESERVED: [&'static str; 10] =
        ["admin", "api", "app", "assets", "auth", "cdn", "mail", "static", "status", "www"];

    /// Tenants are under this domain, in any case and script. `localhost` is one too.
    pub fn new(base: impl AsRef<str>) -> Self {
        let reserved = Self::RESERVED.into_iter().map(Cow::Borrowed).collect();
        Self { bases: Vec::new(), reserved, hosts: HostSource::default(), problems: Vec::new() }.base(base)
    }

    /// And under this one. Links lead to the one under which the request is, or to the first.
    #[must_use]
    pub fn base(mut self, base: impl AsRef<str>) -> Self {
        match parse_base(base.as_ref()) {
            Ok(base) => self.bases.push(base),
            Err(problem) => self.problems.push(problem),
        }
        self
    }

    /// The labels that name no tenant, in place of [`RESERVED`](Self::RESERVED).
    #[must_use]
    pub fn reserved(mut self, labels: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.reserved = labels.into_iter().map(|label| Cow::Owned(label.as_ref().to_owned())).collect();
        self
    }

    /// The host that these proxies forward counts.
    #[must_use]
    pub fn behind(mut self, proxies: TrustedProxies) -> Self {
        self.hosts.proxies = Some(proxies);
        self
    }

    fn find(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        match self.hosts.host(request)?.name {
            HostName::Name(host) => self.of_host(&host),
            _ => Ok(None),
        }
    }

    fn of_host(&self, host: &str) -> Result<Option<Found>, Refusal> {
        if self.bases.iter().any(|base| base == host) {
            return Ok(None);
        }
        let mut labels = self.bases.iter().filter_map(|base| in_front_of(base, host));
        // Under two bases of which one is under the other it is the nearer one's.
        let Some(label) = labels.clone().find(|label| !label.contains('.')) else {
            return if labels.next().is_some() { Err(TOO_DEEP) } else { Ok(None) };
        };
        if self.reserved.iter().any(|reserved| reserved == label) {
            return Ok(None);
        }
        if label.starts_with("xn--") && Domain::try_from(host).is_err() {
            return Err(HOST_MALFORMED);
        }
        identifier::found(label.as_bytes(), "subdomain").ok_or(MALFORMED).map(Some)
    }

    /// The base under which the request is, or the first.
    fn base_of(&self, request: &RequestHead<'_>) -> Option<&String> {
        let host = self.hosts.host(request).ok().map(|host| host.name);
        let is_under = |base: &&String| match &host {
            Some(HostName::Name(host)) => **base == **host || in_front_of(base, host).is_some(),
            _ => false,
        };
        let nearest = self.bases.iter().filter(is_under).max_by_key(|base| base.len());
        nearest.or(self.bases.first())
    }
}

/// What stands in front of the base and its dot.
fn in_front_of<'a>(base: &str, host: &'a str) -> Option<&'a str> {
    host.strip_suffix(base).and_then(|rest| rest.strip_suffix('.'))
}

fn parse_base(base: &str) -> Result<String, String> {
    if base.eq_ignore_ascii_case(LOCALHOST) {
        return Ok(LOCALHOST.to_owned());
    }
    Domain::from_unicode(base).map(String::from).map_err(|error| format!("a base for subdomains: {error}"))
}

#[async_trait(?Send)]
impl TenantResolver for SubdomainResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        self.find(request).into()
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        let is_label = |label: &str| {
            let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
            !label.is_empty() && label.bytes().all(is_allowed)
        };
        for label in self.reserved.iter().filter(|label| !is_label(label)) {
            let label = label.escape_debug();
            problems.push(format!(
                "the reserved label `{label}` is in no host name: write a-z, 0-9 and `-` alone"
            ));
        }
        problems.extend(self.hosts.problems());
        problems
    }

    /// A whole URL, over the scheme and on the port that the client has used for this request. None for an identifier that
    /// names nobody as a label: a reserved one, a base of its own.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let base = self.base_of(link.request())?;
        let found = self.of_host(&format!("{}.{base}", link.identifier()));
        found.ok().flatten()?;
        let mut url = self.hosts.url_of(link.request(), [link.identifier().as_str(), base]);
        url.push_str(link.path());
        Some(url)
    }
}
