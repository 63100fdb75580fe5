//! Several resolvers as one.

use async_trait::async_trait;

use super::found::{Found, TenantName};
use super::head::RequestHead;
use super::link::Link;
use super::refusal::Refusal;
use super::resolver::{Resolution, TenantResolver};

/// The code of [`ResolveError::Conflict`](super::ResolveError::Conflict): what a conflict is called must not depend on
/// who has seen it.
const CONFLICT: Refusal = Refusal::new("conflict", "the request names two tenants");

/// Resolvers in an order: the first that finds a tenant has found it, and the first that refuses the request has
/// refused it.
///
/// With [`consistent`](Self::consistent) all of them are asked, and all that find a tenant have to find the same.
///
/// ```
/// use tenancy::resolve::{ChainResolver, HeaderResolver, SubdomainResolver};
///
/// let resolver = ChainResolver::new()
///     .then(SubdomainResolver::new("app.example.com"))
///     .then(HeaderResolver::default());
/// ```
#[derive(Debug, Default)]
pub struct ChainResolver {
    resolvers: Vec<Box<dyn TenantResolver>>,
    is_consistent: bool,
    /// Of the configuration that it was made from.
    problem: Option<&'static str>,
}

impl ChainResolver {
    /// Without any resolver, which is an error when the application starts.
    pub fn new() -> Self {
        Self::default()
    }

    /// And then this one.
    #[must_use]
    pub fn then(mut self, resolver: impl TenantResolver) -> Self {
        self.resolvers.push(Box::new(resolver));
        self
    }

    /// Asks all of them, and refuses a request that names two tenants.
    ///
    /// A name by host is compared when the registry is asked for its tenant, which costs one query more.
    #[must_use]
    pub fn consistent(mut self) -> Self {
        self.is_consistent = true;
        self
    }

    /// With something that is wrong around it.
    pub(super) fn with_problem(self, problem: Option<&'static str>) -> Self {
        Self { problem, ..self }
    }

    async fn all(&self, request: &RequestHead<'_>) -> Result<Option<Found>, Refusal> {
        let mut all: Option<Found> = None;
        for resolver in &self.resolvers {
            let found = match resolver.resolve(request).await {
                Resolution::Found(found) => found,
                Resolution::Nothing => continue,
                Resolution::Refused(refusal) => return Err(refusal),
            };
            all = Some(match all {
                Some(before) if differ(&before, &found) => return Err(CONFLICT),
                Some(before) => before.agreeing_with(found),
                None => found,
            });
        }
        Ok(all)
    }
}

/// Whether two identifiers among the names are not the same.
fn differ(one: &Found, other: &Found) -> bool {
    let mut identifiers = one.names().chain(other.names()).filter_map(|name| match name {
        TenantName::Identifier(identifier) => Some(identifier),
        TenantName::Domain(_) => None,
    });
    let first = identifiers.next();
    identifiers.any(|identifier| Some(identifier) != first)
}

#[async_trait(?Send)]
impl TenantResolver for ChainResolver {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        if self.is_consistent {
            return self.all(request).await.into();
        }
        for resolver in &self.resolvers {
            match resolver.resolve(request).await {
                Resolution::Nothing => {}
                answer => return answer,
            }
        }
        Resolution::Nothing
    }

    fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> =
            self.resolvers.iter().flat_map(|resolver| resolver.problems()).collect();
        if self.resolvers.is_empty() {
            problems.push("a chain without a resolver finds nobody: add one with `then`".to_owned());
        }
        problems.extend(self.problem.map(str::to_owned));
        problems
    }

    /// By the first resolver whose name a link can carry, since that is the one that finds the tenant when the link is
    /// followed. A consistent chain's link names the tenant wherever a link can.
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        if !self.is_consistent {
            return self.resolvers.iter().find_map(|resolver| resolver.link_to(link));
        }
        let mut path = None;
        let mut at_host = None;
        for resolver in &self.resolvers {
            let so_far = link.with_path(path.as_deref().unwrap_or(link.path()));
            match resolver.link_to(&so_far) {
                Some(next) if next.starts_with('/') => path = Some(next),
                // A whole URL comes last, around the path that the others make.
                Some(_) => at_host = at_host.or(Some(resolver)),
                None => {}
            }
        }
        match at_host {
            Some(resolver) => resolver.link_to(&link.with_path(path.as_deref().unwrap_or(link.path()))),
            None => path,
        }
    }
}
