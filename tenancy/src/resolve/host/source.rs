//! Where the host of a request is read.

use super::super::head::RequestHead;
use super::super::refusal::Refusal;
use super::name::RequestHost;
use super::proxies::TrustedProxies;

const MISSING: Refusal = Refusal::new("host-missing", "the request names no host");
const REPEATED: Refusal = Refusal::new("host-repeated", "more than one line of Host");
const CONFLICT: Refusal = Refusal::new("host-conflict", "the request's target and its Host are not the same");

/// Reads the host from the request itself, or from its proxy where one is trusted.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct HostSource {
    pub(in super::super) proxies: Option<TrustedProxies>,
}

impl HostSource {
    /// The host that the client has asked for.
    pub(in super::super) fn host<'a>(&self, request: &RequestHead<'a>) -> Result<RequestHost<'a>, Refusal> {
        if let Some(proxies) = &self.proxies
            && let Some(host) = proxies.host(request)?
        {
            return Ok(host);
        }
        let line = request.single_header("host", REPEATED)?;
        let line = line.map(RequestHost::parse).transpose()?;
        let target = request.authority().map(|target| RequestHost::parse(target.as_bytes())).transpose()?;
        match (target, line) {
            (None, None) => Err(MISSING),
            (Some(host), None) | (None, Some(host)) => Ok(host),
            (Some(target), Some(line)) => {
                let port = |host: &RequestHost<'_>| host.port.unwrap_or(default_port(request.is_tls()));
                if target.name != line.name || port(&target) != port(&line) {
                    return Err(CONFLICT);
                }
                Ok(target)
            }
        }
    }

    /// The beginning of a whole URL to the host `name`, over the scheme and on the port that the client has used.
    pub(in super::super) fn url_of(&self, request: &RequestHead<'_>, [label, base]: [&str; 2]) -> String {
        let is_https = self.proxies.as_ref().and_then(|proxies| proxies.is_https(request));
        let is_https = is_https.unwrap_or(request.is_tls());
        let scheme = if is_https { "https" } else { "http" };
        let port = self.host(request).ok().and_then(|host| host.port);
        match port.filter(|port| *port != default_port(is_https)) {
            Some(port) => format!("{scheme}://{label}.{base}:{port}"),
            None => format!("{scheme}://{label}.{base}"),
        }
    }

    pub(in super::super) fn problems(&self) -> Vec<String> {
        self.proxies.as_ref().map(TrustedProxies::problems).unwrap_or_default()
    }
}

fn default_port(is_https: bool) -> u16 {
    if is_https { 443 } else { 80 }
}
