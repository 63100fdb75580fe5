//! The chain on every database: what is written verifies, and what is changed is found where it is.
//!
//! PostgreSQL and MariaDB take part where their servers are named, as for the registry's tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test says how long a check took")]

mod chains;
mod fixture;
#[cfg(feature = "postgres")]
mod grants;
mod keys;
mod long;
mod tampered;
mod writers;

use super::*;
use crate::audit::sql::SqlAudit;
use crate::tenant::TenantId;

/// Makes one test of each behaviour for each database.
macro_rules! on_every_database {
    ($($path:ident :: $behaviour:ident),+ $(,)?) => {
        #[cfg(feature = "sqlite")]
        on_every_database!(@on sqlite Sqlite $($path::$behaviour),+);
        #[cfg(feature = "mysql")]
        on_every_database!(@on mysql Mysql $($path::$behaviour),+);
        #[cfg(feature = "postgres")]
        on_every_database!(@on postgres Postgres $($path::$behaviour),+);
    };
    (@on $database:ident $backend:ident $($path:ident :: $behaviour:ident),+) => {
        mod $database {
            use crate::audit::tests;
            use crate::db::$backend;
            $(#[test] fn $behaviour() {
                tests::fixture::$database(|place| tests::$path::$behaviour::<$backend>(place));
            })+
        }
    };
}

on_every_database! {
    chains::what_is_written_is_read,
    chains::chains_are_apart,
    chains::anchors_are_held,
    chains::a_log_without_a_table_is_an_error,
    keys::without_the_key_nothing_is_forged,
    keys::a_key_follows_another,
    long::a_hundred_thousand_entries,
    tampered::each_kind_is_found_where_it_is,
    writers::thirty_two_writers_make_one_chain,
    writers::an_abandoned_entry_breaks_nothing,
}

fn acme() -> TenantId {
    TenantId::try_from("acme").unwrap()
}

fn globex() -> TenantId {
    TenantId::try_from("globex").unwrap()
}

/// An entry of a tenant with everything in it.
fn entry(tenant: &TenantId, number: usize) -> AuditEntry {
    let log = AuditLog::to(MemoryAudit::new()).by(Actor::user(number % 7).named("Ada"));
    let origin =
        Origin::new().with_ip("192.0.2.1".parse().unwrap()).with_user_agent("Mozilla").with_request_id("r");
    log.from_origin(origin)
        .record("order.deleted")
        .tenant(tenant)
        .resource("order", number)
        .detail("reason", "asked for \"by phone\" \u{0} ✆")
        .detail("count", number)
        .entry()
        .unwrap()
}

/// A log with so many entries of a tenant.
async fn filled<B: AuditBackend>(audit: SqlAudit<B>, tenant: &TenantId, entries: usize) -> SqlAudit<B> {
    audit.append_many((1..=entries).map(|number| entry(tenant, number))).await.unwrap();
    audit
}

/// Findings, as short as they can be compared.
fn found(report: &AuditReport) -> Vec<(String, i64, i64, AuditProblem)> {
    let short = |finding: &AuditFinding| {
        (finding.chain.as_str().to_owned(), finding.first, finding.last, finding.problem)
    };
    report.findings().iter().map(short).collect()
}
