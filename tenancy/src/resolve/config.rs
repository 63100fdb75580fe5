//! Resolvers written down in a configuration.

use std::fmt;

use serde::Deserialize;

use super::chain::ChainResolver;
use super::cookie::CookieResolver;
use super::domain::DomainResolver;
use super::header::HeaderResolver;
use super::host::TrustedProxies;
#[cfg(feature = "jwt")]
use super::jwt_config::JwtConfig;
use super::path::PathResolver;
use super::query::QueryResolver;
use super::resolver::TenantResolver;
use super::subdomain::SubdomainResolver;

/// How requests name tenants, as a configuration file has it: the sources in their order. Unknown keys are errors.
///
/// ```
/// # let text = r#"{
/// #   "consistent": true,
/// #   "proxies": { "header": "x-forwarded", "networks": ["10.0.0.0/8"] },
/// #   "source": [{ "kind": "subdomain", "bases": ["app.example.com"] }, { "kind": "header", "name": "X-Tenant-ID" }]
/// # }"#;
/// use tenancy::resolve::ResolveConfig;
///
/// let config: ResolveConfig = serde_json::from_str(text)?;
/// let resolver = config.into_resolver();
/// # use tenancy::resolve::TenantResolver;
/// # assert!(resolver.problems().is_empty());
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveConfig {
    /// Whether all sources that name a tenant have to name the same.
    #[serde(default)]
    consistent: bool,
    /// Whose forwarded host counts, for sources that go by the host.
    proxies: Option<Proxies>,
    source: Vec<Source>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proxies {
    header: ForwardedBy,
    #[serde(default)]
    networks: Vec<String>,
    /// Whoever connects is one.
    #[serde(default)]
    any_peer: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ForwardedBy {
    Forwarded,
    XForwarded,
}

#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Source {
    Header {
        name: Option<String>,
    },
    Cookie {
        name: String,
    },
    Query {
        name: String,
    },
    Subdomain {
        bases: Vec<String>,
        reserved: Option<Vec<String>>,
    },
    Domain {
        #[serde(default)]
        except: Vec<String>,
    },
    Path {
        prefix: String,
    },
    #[cfg(feature = "jwt")]
    Jwt(Box<JwtConfig>),
}

impl ResolveConfig {
    /// The resolver: that of the one source, or a chain of them. What is wrong with it are its
    /// [problems](TenantResolver::problems), which the builder reports at start-up.
    pub fn into_resolver(self) -> Box<dyn TenantResolver> {
        let is_by_host = |source: &Source| matches!(source, Source::Subdomain { .. } | Source::Domain { .. });
        let is_idle = self.proxies.is_some() && !self.source.iter().any(is_by_host);
        let proxies = self.proxies.map(|proxies| {
            let trusted = match proxies.header {
                ForwardedBy::Forwarded => TrustedProxies::forwarded(proxies.networks),
                ForwardedBy::XForwarded => TrustedProxies::x_forwarded(proxies.networks),
            };
            if proxies.any_peer { trusted.or_any_peer() } else { trusted }
        });
        let mut sources: Vec<_> =
            self.source.into_iter().map(|source| source.resolver(proxies.as_ref())).collect();
        let problem = is_idle.then_some(
            "there are proxies, and no source goes by the host: leave them out, or add such a source",
        );
        if sources.len() == 1
            && problem.is_none()
            && let Some(only) = sources.pop()
        {
            return only;
        }
        let chain = ChainResolver::new().with_problem(problem);
        let chain = sources.into_iter().fold(chain, ChainResolver::then);
        Box::new(if self.consistent { chain.consistent() } else { chain })
    }
}

impl Source {
    fn resolver(self, proxies: Option<&TrustedProxies>) -> Box<dyn TenantResolver> {
        match self {
            Self::Header { name: None } => Box::new(HeaderResolver::default()),
            Self::Header { name: Some(name) } => Box::new(HeaderResolver::new(name)),
            Self::Cookie { name } => Box::new(CookieResolver::new(name)),
            Self::Query { name } => Box::new(QueryResolver::new(name)),
            Self::Subdomain { bases, reserved } => {
                let mut bases = bases.into_iter();
                // Without a base it has a problem, and says so.
                let first = SubdomainResolver::new(bases.next().unwrap_or_default());
                let resolver = bases.fold(first, SubdomainResolver::base);
                let resolver = match reserved {
                    Some(labels) => resolver.reserved(labels),
                    None => resolver,
                };
                match proxies {
                    Some(proxies) => Box::new(resolver.behind(proxies.clone())),
                    None => Box::new(resolver),
                }
            }
            Self::Domain { except } => {
                let resolver = except.into_iter().fold(DomainResolver::new(), DomainResolver::except);
                match proxies {
                    Some(proxies) => Box::new(resolver.behind(proxies.clone())),
                    None => Box::new(resolver),
                }
            }
            Self::Path { prefix } => Box::new(PathResolver::new(prefix)),
            #[cfg(feature = "jwt")]
            Self::Jwt(config) => Box::new(config.into_resolver()),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header",
            Self::Cookie { .. } => "cookie",
            Self::Query { .. } => "query",
            Self::Subdomain { .. } => "subdomain",
            Self::Domain { .. } => "domain",
            Self::Path { .. } => "path",
            #[cfg(feature = "jwt")]
            Self::Jwt(_) => "jwt",
        }
    }
}

// Keys may be secret.
impl fmt::Debug for ResolveConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<_> = self.source.iter().map(Source::kind).collect();
        f.debug_struct("ResolveConfig")
            .field("consistent", &self.consistent)
            .field("proxies", &self.proxies)
            .field("source", &sources)
            .finish()
    }
}
