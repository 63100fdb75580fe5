//! What a request leads to.

use std::borrow::Cow;

use super::found::Found;
use crate::tenant::Tenant;

/// The tenant of a request, and what the application is to see of the path.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resolved {
    /// The tenant, which is active.
    pub tenant: Tenant,
    /// The path that the application is to see, if it is another than the request's; not decoded.
    pub remainder: Option<String>,
    /// What kind of resolver has found it.
    pub source: Cow<'static, str>,
}

impl Resolved {
    pub(crate) fn new(tenant: Tenant, found: Found) -> Self {
        let (remainder, source) = found.into_parts();
        Self { tenant, remainder, source }
    }
}
