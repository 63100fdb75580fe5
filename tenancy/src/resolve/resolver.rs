//! The trait behind which every way of naming a tenant stands.

use std::fmt;

use async_trait::async_trait;

use super::found::{Found, TenantName};
use super::head::RequestHead;
use super::link::Link;
use super::refusal::Refusal;
use crate::tenant::Slug;

/// What a resolver has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The request names this tenant.
    Found(Found),
    /// The request names no tenant where this resolver looks.
    Nothing,
    /// The request names a tenant in a way that is not allowed; it must not be served.
    Refused(Refusal),
}

impl Resolution {
    /// A resolver of your own has found this identifier.
    pub fn identifier(identifier: Slug) -> Self {
        Self::Found(Found::new(TenantName::Identifier(identifier), "own"))
    }

    /// A resolver of your own refuses the request, for a reason that holds nothing of the request's own text.
    pub fn refused(reason: &'static str) -> Self {
        Self::Refused(Refusal::new("own", reason))
    }
}

impl From<Result<Option<Found>, Refusal>> for Resolution {
    fn from(result: Result<Option<Found>, Refusal>) -> Self {
        match result {
            Ok(Some(found)) => Self::Found(found),
            Ok(None) => Self::Nothing,
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

/// Finds the tenant a request names.
///
/// It runs on each request, on the worker that serves it: the future need not be `Send`.
#[async_trait(?Send)]
pub trait TenantResolver: fmt::Debug + Send + Sync + 'static {
    /// Looks at the head of a request. It must answer for any bytes there may be in one, and not panic.
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution;

    /// What is wrong with how it is set up, each in a line that says what to do. The application does not start with any.
    fn problems(&self) -> Vec<String> {
        Vec::new()
    }

    /// A link that names the tenant where this resolver looks: an absolute path, or a whole URL where the tenant has a
    /// host of its own. None where no link can name it: in a header, in a token.
    ///
    /// Where the request at hand names the same tenant by what comes with the next request too, and no link has to say
    /// it again, the answer is the link's path as it is: see [`Link::leads_back`].
    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        let _ = link;
        None
    }

    /// Where `path` of the request's own tenant is, which has this identifier: [`link_to`](Self::link_to) it, or the
    /// path itself where no link names it. `path` may have a query and a fragment.
    fn link(&self, request: &RequestHead<'_>, identifier: &Slug, path: &str) -> String {
        let link = Link::new(request, identifier, path).from_tenant(identifier);
        self.link_to(&link).unwrap_or_else(|| link.path().to_owned())
    }
}

#[async_trait(?Send)]
impl TenantResolver for Box<dyn TenantResolver> {
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        (**self).resolve(request).await
    }

    fn problems(&self) -> Vec<String> {
        (**self).problems()
    }

    fn link_to(&self, link: &Link<'_>) -> Option<String> {
        (**self).link_to(link)
    }

    fn link(&self, request: &RequestHead<'_>, identifier: &Slug, path: &str) -> String {
        (**self).link(request, identifier, path)
    }
}
