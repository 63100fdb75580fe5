//! How one middleware goes about requests.

use std::fmt;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};

use super::public::PublicPaths;
use crate::error::TenancyError;
#[cfg(feature = "limit")]
use crate::limit::RateLimiter;
use crate::resolve::TenantResolver;
use crate::tenant::TenantStatus;

/// An answer of the application's own.
pub(super) type Hook = dyn Fn(&TenancyError, &HttpRequest) -> HttpResponse + Send + Sync;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) public: PublicPaths,
    /// Instead of the application's.
    pub(super) resolver: Option<Arc<dyn TenantResolver>>,
    pub(super) is_optional: bool,
    pub(super) tells_apart: bool,
    pub(super) admitted: Vec<TenantStatus>,
    #[cfg(feature = "limit")]
    pub(super) limiter: Option<RateLimiter>,
    pub(super) hook: Option<Arc<Hook>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public: PublicPaths::default(),
            resolver: None,
            is_optional: false,
            tells_apart: false,
            admitted: vec![TenantStatus::Active],
            #[cfg(feature = "limit")]
            limiter: None,
            hook: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("public", &self.public)
            .field("resolver", &self.resolver)
            .field("is_optional", &self.is_optional)
            .field("tells_apart", &self.tells_apart)
            .field("admitted", &self.admitted)
            .finish_non_exhaustive()
    }
}
