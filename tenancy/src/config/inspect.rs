//! Whether the walls between tenants stand, asked when an application starts and when its tables have changed.

use super::error::ConfigError;
use super::supported::Supported;
use crate::error::TenancyError;
use crate::isolation::Layout;
use crate::isolation::inspect::{Finding, Inspect, Report, Severity};
use crate::migrate::{Sources, status};

/// An application often builds its tenancy and then runs its migrations, which may build the very walls that are
/// missing: as long as migrations are pending the findings are logged, and the next look is after them.
pub(super) async fn inspect_at_start<B: Supported>(
    layout: &Layout,
    migrations: Option<&Sources<B>>,
) -> Result<(), TenancyError> {
    let Some(report) = look::<B>(layout).await? else {
        return Ok(());
    };
    let refused = refused(layout, &report);
    if let (Err(error), Some(migrations)) = (&refused, migrations) {
        let status = status(layout.shared_place(), migrations.shared()).await?;
        if !status.pending.is_empty() {
            tracing::warn!(%error, "migrations are pending: the database is looked at again when they have run");
            return Ok(());
        }
    }
    Ok(refused?)
}

/// Looks at what tenants share.
pub(crate) async fn inspect_shared<B: Supported>(layout: &Layout) -> Result<(), TenancyError> {
    match look::<B>(layout).await? {
        Some(report) => Ok(refused(layout, &report)?),
        None => Ok(()),
    }
}

/// `None` if nobody wants to know, or if it cannot look and need not.
async fn look<B: Supported>(layout: &Layout) -> Result<Option<Report>, TenancyError> {
    let is_strict = layout.inspect == Inspect::Strict;
    if layout.inspect == Inspect::Off || !B::INSPECTS {
        return Ok(None);
    }
    match B::inspect(layout).await {
        Ok(report) => {
            let logged = report.findings.iter();
            logged.filter(|finding| !is_strict || finding.severity == Severity::Warning).for_each(log);
            Ok(Some(report))
        }
        Err(error) if is_strict => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "the walls between tenants could not be looked at");
            Ok(None)
        }
    }
}

fn log(finding: &Finding) {
    let Finding { code, severity, object, why, mend, .. } = finding;
    tracing::warn!(code, %severity, object, why, mend = mend.as_deref(), "a gap in the walls between tenants");
}

fn refused(layout: &Layout, report: &Report) -> Result<(), ConfigError> {
    if layout.inspect != Inspect::Strict {
        return Ok(());
    }
    let problem = |finding: &Finding| match &finding.mend {
        Some(sql) => format!("`inspect`: {finding}; this mends it: {}", sql.replace('\n', " ")),
        None => format!("`inspect`: {finding}"),
    };
    ConfigError::of(report.errors().map(problem).collect())
}
