//! Reading across tenants, in the log.

use super::act::before;
use super::error::AuditError;
use super::log::AuditLog;
use crate::context::{Application, RequestContext};

/// As it is written to the log.
const ACTION: &str = "tenants.read_across";

/// The application in whose log a scope is already. A scope has a place for one: where two applications take turns in one
/// `across_tenants`, each turn is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written(Application);

/// Writes once for each scope, before its first handle is given out, that somebody reads across tenants, and why.
///
/// `across_tenants` itself knows of no application and reads nothing: what it makes possible begins with a handle.
pub(crate) async fn across(log: &AuditLog, application: Application, reason: &str) -> Result<(), AuditError> {
    let values = RequestContext::try_current();
    let written = values.as_ref().and_then(RequestContext::get::<Written>);
    if !log.is_on() || written == Some(Written(application)) {
        return Ok(());
    }
    before(log, ACTION, log.record(ACTION).application().detail("reason", reason)).await?;
    if let Some(values) = values {
        values.set(Written(application));
    }
    Ok(())
}
