//! The proxies whose word counts.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::head::RequestHead;
use super::super::refusal::Refusal;
#[cfg(feature = "actix")]
use super::client;
use super::forwarded::{self, Element};
use super::name::RequestHost;

const REPEATED: Refusal =
    Refusal::new("forwarded-repeated", "more than one line of the forwarded host's header");
const LIST: Refusal = Refusal::new("forwarded-list", "the forwarded host's header holds a list");

/// The proxies in front of the application, by their networks, and the one header in which they forward the host that
/// the client has asked for.
///
/// The header counts when the other end of the connection is in one of the networks, and is as if it were not there
/// when it is not. More than one line of it, and a list in it, is refused: the proxy has to set the header anew for
/// each request, and not append to what the client has sent. Without the header the request's own host counts.
///
/// ```
/// use tenancy::resolve::{SubdomainResolver, TrustedProxies};
///
/// let proxies = TrustedProxies::x_forwarded(["10.0.0.0/8", "fd00::/8"]);
/// let resolver = SubdomainResolver::new("app.example.com").behind(proxies);
/// ```
#[derive(Debug, Clone)]
pub struct TrustedProxies {
    header: Header,
    networks: Vec<IpNet>,
    is_anybody: bool,
    problems: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Header {
    Forwarded,
    XForwarded,
}

impl TrustedProxies {
    /// Those that write `Forwarded` (RFC 7239), with its `host` and `proto`. Networks are written as `10.0.0.0/8`, or
    /// as one address.
    pub fn forwarded(networks: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::new(Header::Forwarded, networks)
    }

    /// Those that write `X-Forwarded-Host` and `X-Forwarded-Proto`.
    pub fn x_forwarded(networks: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::new(Header::XForwarded, networks)
    }

    fn new(header: Header, networks: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut proxies = Self { header, networks: Vec::new(), is_anybody: false, problems: Vec::new() };
        for text in networks {
            match parse_network(text.as_ref()) {
                Ok(network) => proxies.networks.push(network),
                Err(problem) => {
                    let text = text.as_ref().escape_debug();
                    proxies.problems.push(format!("`{text}` is no network of proxies: {problem}"));
                }
            }
        }
        proxies
    }

    /// Whoever is at the other end of the connection is a proxy, also one without an address, at a Unix socket. Only
    /// for an application that nobody but its proxies can reach: everybody else could name any host.
    #[must_use]
    pub fn or_any_peer(self) -> Self {
        Self { is_anybody: true, ..self }
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        if self.networks.is_empty() && problems.is_empty() && !self.is_anybody {
            problems.push(
                "there is no network of proxies: give at least one, or leave the proxies out".to_owned(),
            );
        }
        problems
    }

    fn include(&self, peer: Option<IpAddr>) -> bool {
        // A socket for both families has the addresses of IPv4 inside those of IPv6.
        let peer = peer.map(|peer| peer.to_canonical());
        self.is_anybody
            || peer.is_some_and(|peer| self.networks.iter().any(|network| network.contains(&peer)))
    }

    /// The host that the client has asked for, if the request is a proxy's and says so.
    pub(super) fn host<'a>(&self, request: &RequestHead<'a>) -> Result<Option<RequestHost<'a>>, Refusal> {
        if !self.include(request.peer()) {
            return Ok(None);
        }
        match self.header {
            Header::XForwarded => {
                let value = single(request, "x-forwarded-host")?;
                value.map(RequestHost::parse).transpose()
            }
            Header::Forwarded => {
                let Some(host) = element(request)?.and_then(|element| element.host) else { return Ok(None) };
                Ok(Some(match host {
                    std::borrow::Cow::Borrowed(host) => RequestHost::parse(host)?,
                    std::borrow::Cow::Owned(host) => RequestHost::parse(&host)?.into_owned(),
                }))
            }
        }
    }

    /// The address of the client: the peer's, unless the peer is a proxy of these. Such a one says whom it has the request
    /// from, in the last place of `X-Forwarded-For`, where proxies before it stand as well, or in the one element of
    /// `Forwarded`; what is in front of the first address that is no proxy's anybody may have written. `None` where a
    /// proxy does not say it in a way that can be read.
    #[cfg(feature = "actix")]
    pub(crate) fn client(&self, request: &RequestHead<'_>) -> Option<IpAddr> {
        if !self.include(request.peer()) {
            return request.peer().map(|peer| peer.to_canonical());
        }
        match self.header {
            Header::Forwarded => client::address(&element(request).ok()??.client?),
            Header::XForwarded => {
                let value = request.single_header("x-forwarded-for", REPEATED).ok()??;
                let mut nearest = None;
                for address in value.rsplit(|byte| *byte == b',') {
                    nearest = Some(client::address(address)?);
                    // A proxy that has the request from another of these: that one knows more.
                    if self.is_anybody || !self.include(nearest) {
                        break;
                    }
                }
                nearest
            }
        }
    }

    /// Whether the client came over HTTPS, if the request is a proxy's and says so clearly.
    pub(super) fn is_https(&self, request: &RequestHead<'_>) -> Option<bool> {
        if !self.include(request.peer()) {
            return None;
        }
        match self.header {
            Header::XForwarded => is_https(single(request, "x-forwarded-proto").ok()??),
            Header::Forwarded => is_https(&element(request).ok()??.proto?),
        }
    }
}

/// The value of the header's one line.
fn single<'a>(request: &RequestHead<'a>, name: &str) -> Result<Option<&'a [u8]>, Refusal> {
    let value = request.single_header(name, REPEATED)?;
    if value.is_some_and(|value| value.contains(&b',')) {
        return Err(LIST);
    }
    Ok(value)
}

fn element<'a>(request: &RequestHead<'a>) -> Result<Option<Element<'a>>, Refusal> {
    request.single_header("forwarded", REPEATED)?.map(|value| forwarded::element(value, LIST)).transpose()
}

fn is_https(scheme: &[u8]) -> Option<bool> {
    if scheme.eq_ignore_ascii_case(b"https") {
        return Some(true);
    }
    scheme.eq_ignore_ascii_case(b"http").then_some(false)
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address),
        Err(_) => text.parse::<IpNet>().map_err(|_| "write it like `10.0.0.0/8` or `fd00::/8`".to_owned())?,
    };
    if network.prefix_len() == 0 {
        return Err("it is everybody, who could then name any host; write the proxies' networks".to_owned());
    }
    if network != network.trunc() {
        return Err(format!("it has bits behind its prefix, write `{}`", network.trunc()));
    }
    if let IpNet::V6(network) = network
        && network.addr().to_ipv4_mapped().is_some()
    {
        return Err("it is one of IPv4 inside IPv6, write it as one of IPv4".to_owned());
    }
    Ok(network)
}
