//! What the running task may reach.

use std::future::Future;
use std::sync::Arc;

use crate::context::TenantContext;
use crate::context::entered::{ENTERED, Entered};

/// What the running task may reach.
#[derive(Debug, Clone)]
pub enum Current {
    /// One tenant.
    Tenant(TenantContext),
    /// Every tenant, to read, for the reason given to `across_tenants`.
    Across(Arc<str>),
}

impl Current {
    /// The innermost scope of the running task; `None` outside every scope.
    pub(crate) fn get() -> Option<Self> {
        ENTERED.try_with(|entered| entered.current().cloned()).ok()?
    }

    /// Whether it is the innermost scope of the running task.
    pub(crate) fn is_now(&self) -> bool {
        ENTERED.try_with(|entered| entered.current() == Some(self)).unwrap_or(false)
    }

    /// Runs `future` in this scope; the outer scope is back at every point where it is not polled.
    pub(crate) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        Entered::new(self).scope(future)
    }

    /// Runs `work` in this scope.
    pub(crate) fn sync_scope<R>(self, work: impl FnOnce() -> R) -> R {
        Entered::new(self).sync_scope(work)
    }

    /// The tenant, if the scope is of one.
    pub(crate) fn tenant(&self) -> Option<&TenantContext> {
        match self {
            Self::Tenant(context) => Some(context),
            Self::Across(_) => None,
        }
    }

    /// Names the scope for an error message.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Tenant(context) => format!("tenant `{}`{}", context.tenant().id(), context.application()),
            Self::Across(reason) => format!("all tenants (\"{reason}\")"),
        }
    }
}

impl PartialEq for Current {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tenant(a), Self::Tenant(b)) => a.same_place(b),
            (Self::Across(a), Self::Across(b)) => a == b,
            _ => false,
        }
    }
}
