//! From what the catalogue says to what is wrong with it.

mod keys;
mod mend;
mod policy;
mod reach;
mod role;
mod table;

use super::catalogue::Catalogue;
use super::finding::Finding;
use super::judged::Judged;
use super::subject::TableName;
use crate::tenant::Isolation;

/// Everything that is wrong, the worst first.
pub(super) fn check(
    catalogue: &Catalogue,
    judged: &[Judged<'_>],
    declared: &[TableName],
    isolation: Isolation,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rls = isolation == Isolation::Rls;
    // Policies are a wall where they are meant to be one. The rest of the checks of that wall go with it.
    let walled = rls || catalogue.tables.iter().any(|table| table.secured);
    if walled {
        role::check(catalogue, &mut findings);
    }
    policy::check(catalogue, judged, rls, &mut findings);
    if walled {
        reach::check(catalogue, &mut findings);
    }
    table::check(catalogue, declared, isolation.shares_tables(), &mut findings);
    keys::check(catalogue, &mut findings);
    findings.sort_by_key(|finding| finding.severity);
    findings
}
