//! The one way to read more than one tenant.

use std::future::Future;
use std::sync::Arc;

use crate::context::Current;

/// Runs `future` across all tenants: queries built in it read every tenant's rows.
///
/// For reports and upkeep. It is the only way to read more than one tenant, takes the reason, and is
/// traced at level `warn`. Where the application has an audit log, the first handle that is taken inside is written to it
/// with the reason, and is refused where that cannot be written. Handles taken inside come from the administrative pool. Writes to
/// tenants' tables are refused: enter the tenant's scope for them. Those to global tables are not, and run with the
/// administrative role's rights. It serves tables that tenants share, under `column` and `rls`
/// isolation; tenants with a schema or a database of their own are read one at a time.
pub async fn across_tenants<F: Future>(reason: &str, future: F) -> F::Output {
    tracing::warn!(target: "tenancy::across_tenants", reason, "reading across all tenants");
    Current::Across(Arc::from(reason)).scope(future).await
}
