//! A way of the application's own, in a closure.

use std::fmt;

use async_trait::async_trait;

use super::head::RequestHead;
use super::resolver::{Resolution, TenantResolver};

/// A resolver that asks a closure. What has to wait for something, and what builds links, is a type that implements
/// [`TenantResolver`].
///
/// ```
/// use tenancy::resolve::{Resolution, resolve_with};
///
/// let one_for_all = "acme".parse::<tenancy::tenant::Slug>()?;
/// let resolver = resolve_with(move |request| match request.path().starts_with("/status") {
///     true => Resolution::Nothing,
///     false => Resolution::identifier(one_for_all.clone()),
/// });
/// # Ok::<_, tenancy::tenant::TenantError>(())
/// ```
pub fn resolve_with<F>(resolve: F) -> ResolveWith<F>
where
    F: Fn(&RequestHead<'_>) -> Resolution + Send + Sync + 'static,
{
    ResolveWith { resolve }
}

/// See [`resolve_with`].
#[derive(Clone, Copy)]
pub struct ResolveWith<F> {
    resolve: F,
}

#[async_trait(?Send)]
impl<F> TenantResolver for ResolveWith<F>
where
    F: Fn(&RequestHead<'_>) -> Resolution + Send + Sync + 'static,
{
    async fn resolve(&self, request: &RequestHead<'_>) -> Resolution {
        (self.resolve)(request)
    }
}

impl<F> fmt::Debug for ResolveWith<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolveWith").finish_non_exhaustive()
    }
}
