//! Requests of any bytes, and what every resolver owes them: for property tests and fuzzers.

pub mod random;
pub mod words;

use std::net::IpAddr;

use futures_util::FutureExt;
use tenancy::resolve::{
    ChainResolver, CookieResolver, DomainResolver, Found, HeaderResolver, JwtAlgorithm, JwtKey, JwtResolver,
    Link, PathResolver, QueryResolver, RequestHead, Resolution, SubdomainResolver, TenantName,
    TenantResolver, TrustedProxies, resolve_with,
};
use tenancy::tenant::{Domain, Slug};

/// What stands between the parts of a head in bytes: no part of any text that is looked for.
pub const SEPARATOR: u8 = 0x1e;

/// The headers that some resolver reads, by the first byte of a line.
const NAMES: [&str; 7] =
    ["X-Tenant-ID", "Host", "Cookie", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto", "Authorization"];

/// Where `Authorization` is in [`NAMES`].
const AUTHORIZATION: u8 = 6;

/// What the tokens are signed with that a resolver believes.
const SECRET: &str = "what nobody guesses in all the time there is";

/// The head of a request that nobody has checked.
#[derive(Debug, Clone)]
pub struct Head {
    headers: Vec<(&'static str, Vec<u8>)>,
    path: String,
    query: String,
    authority: Option<String>,
    peer: Option<IpAddr>,
    is_tls: bool,
}

impl Head {
    /// Any bytes make a head: a path, a query, an authority, a byte for the peer and TLS, and lines of headers, with
    /// [`SEPARATOR`] between them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut parts = bytes.split(|byte| *byte == SEPARATOR);
        let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
        let (path, query, authority) = (text(), text(), text());
        let connection = parts.next().and_then(|part| part.first().copied()).unwrap_or_default();
        let peer = match connection % 4 {
            0 => None,
            1 => Some([10, 0, 0, connection].into()),
            2 => Some([8, 8, 8, connection].into()),
            _ => Some([0, 0, 0, 0, 0, 0xffff, 0x0a00, u16::from(connection)].into()),
        };
        let line = |part: &[u8]| {
            let (first, value) = part.split_first().unwrap_or((&0, &[]));
            (NAMES[usize::from(*first) % NAMES.len()], value.to_vec())
        };
        let authority = Some(authority).filter(|authority| !authority.is_empty());
        Self { headers: parts.map(line).collect(), path, query, authority, peer, is_tls: connection & 4 != 0 }
    }

    /// As a resolver sees it.
    pub fn request(&self) -> RequestHead<'_> {
        RequestHead::new(&self.headers, &self.path)
            .with_query(&self.query)
            .with_authority(self.authority.as_deref())
            .with_peer(self.peer)
            .with_tls(self.is_tls)
    }
}

/// One of each kind, and chains of all of them.
pub fn resolvers() -> Vec<Box<dyn TenantResolver>> {
    let subdomain = || SubdomainResolver::new("app.example.com").base("localhost");
    let domain = || DomainResolver::new().except("app.example.com");
    let token = || {
        let key = JwtKey::secret([JwtAlgorithm::HS256], SECRET);
        JwtResolver::new(key).issuer("fuzz").audience("heads")
    };
    let chain = || {
        ChainResolver::new()
            .then(HeaderResolver::default())
            .then(subdomain().behind(TrustedProxies::forwarded(["10.0.0.0/8"])))
            .then(domain().behind(TrustedProxies::x_forwarded(["10.0.0.0/8"])))
            .then(PathResolver::new("/tenants"))
            .then(QueryResolver::new("tenant"))
            .then(CookieResolver::new("tenant"))
            .then(token())
    };
    vec![
        Box::new(HeaderResolver::default()),
        Box::new(CookieResolver::new("tenant")),
        Box::new(QueryResolver::new("tenant")),
        Box::new(subdomain()),
        Box::new(subdomain().behind(TrustedProxies::forwarded(["10.0.0.0/8"]))),
        Box::new(subdomain().behind(TrustedProxies::x_forwarded(["10.0.0.0/8"]))),
        Box::new(domain()),
        Box::new(domain().behind(TrustedProxies::x_forwarded(["10.0.0.0/8"]))),
        Box::new(PathResolver::new("/tenants")),
        Box::new(PathResolver::new("/")),
        Box::new(token()),
        Box::new(resolve_with(|_| Resolution::Nothing)),
        Box::new(chain()),
        Box::new(chain().consistent()),
    ]
}

/// What came of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A tenant was named.
    Found,
    /// None was.
    Nothing,
    /// For the reason with this code.
    Refused(&'static str),
}

/// Asks a resolver for a head.
///
/// # Panics
/// If the resolver panics, or its answer is not what every answer has to be.
pub fn drive(resolver: &dyn TenantResolver, head: &Head) -> Outcome {
    let request = head.request();
    let answer = resolver.resolve(&request).now_or_never().expect("none of them waits for anything");
    let outcome = match &answer {
        Resolution::Found(found) => {
            check_found(head, found);
            Outcome::Found
        }
        Resolution::Nothing => Outcome::Nothing,
        Resolution::Refused(refusal) => {
            let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(refusal.code().bytes().all(is_code) && !refusal.code().is_empty(), "{refusal:?}");
            Outcome::Refused(refusal.code())
        }
    };
    check_links(resolver, head);
    outcome
}

fn check_found(head: &Head, found: &Found) {
    for name in [found.name()].into_iter().chain(found.also()) {
        match name {
            TenantName::Identifier(identifier) => {
                assert_eq!(Slug::try_from(identifier.as_str()).as_ref(), Ok(identifier));
            }
            TenantName::Domain(domain) => assert_eq!(Domain::try_from(domain.as_str()).as_ref(), Ok(domain)),
            other => panic!("a name that nobody checks: {other:?}"),
        }
    }
    let Some(remainder) = found.remainder() else { return };
    assert!(remainder.starts_with('/') && !remainder.starts_with("//"), "{remainder:?}");
    assert!(!remainder.contains(['\\', '\0']), "{remainder:?}");
    assert!(!remainder.split('/').any(|segment| matches!(segment, "." | "..")), "{remainder:?}");
    assert!(remainder == "/" || head.path.ends_with(remainder), "{remainder:?} is not how it came");
}

/// A link is a path or a whole URL, whatever the path is that it is to lead to.
fn check_links(resolver: &dyn TenantResolver, head: &Head) {
    let request = head.request();
    let identifier = Slug::try_from("acme").unwrap();
    for link in [
        Link::new(&request, &identifier, &head.path),
        Link::new(&request, &identifier, &head.query).from_tenant(&identifier),
    ] {
        let text = resolver.link_to(&link).unwrap_or_else(|| link.path().to_owned());
        let path = match text.strip_prefix("https://").or(text.strip_prefix("http://")) {
            Some(rest) => {
                let (host, path) = rest.split_at(rest.find('/').expect("a path behind the host"));
                let host = host.strip_prefix("acme.").expect("the tenant's host");
                assert!(
                    ["app.example.com", "localhost"].iter().any(|base| host.starts_with(base)),
                    "{text:?}"
                );
                path
            }
            None => &*text,
        };
        assert!(path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\"), "{text:?}");
    }
}
