//! Who the running code acts for.

use std::future::Future;

use super::actor::{Actor, Origin};

tokio::task_local! {
    static ACTING: (Actor, Origin);
}

/// Runs `future` on behalf of somebody: entries of the audit log that are written in it name `actor` unless they name
/// another, also those that the library writes by itself.
///
/// ```
/// # use tenancy::TenancyError;
/// # use tenancy::tenant::TenantId;
/// use tenancy::audit::{Actor, acting_as};
///
/// # async fn suspend(tenancy: tenancy::sqlite::Tenancy, id: TenantId) -> Result<(), TenancyError> {
/// acting_as(Actor::user("ops-7"), tenancy.suspend_tenant(&id)).await?;
/// # Ok(())
/// # }
/// ```
///
/// In a handler, [`AuditLog::acting`](super::AuditLog::acting) does the same with what is known of the request. A task that
/// is started inside is outside: say it there too.
pub fn acting_as<F: Future>(actor: Actor, future: F) -> impl Future<Output = F::Output> {
    acting_from(actor, Origin::default(), future)
}

pub(super) fn acting_from<F: Future>(
    actor: Actor,
    origin: Origin,
    future: F,
) -> impl Future<Output = F::Output> {
    ACTING.scope((actor, origin), future)
}

/// Who acts in the running task, and from where.
pub(super) fn acting() -> Option<(Actor, Origin)> {
    ACTING.try_with(Clone::clone).ok()
}
