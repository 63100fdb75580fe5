//! The auditor, on databases with a defect each and on databases without. Threats 4, 8 and 9.

mod fixture;
mod start;

use std::path::Path;

use futures_util::future;
use tenancy::inspect::{Finding, Report};
use tenancy_tests::world::postgres::Database;

use self::fixture::{Fixture, files};

/// Databases that are worked in at a time, each in a task of its own: to drop one blocks a thread.
const TOGETHER: usize = 4;

/// What needs rights that no role of the tests has, or somebody's judgement.
const NOT_MENDED: [&str; 13] = [
    "not-a-table",
    "policy-calls-own-function",
    "policy-not-understood",
    "policy-reads-writable-table",
    "role-bypasses-rls",
    "role-creates-roles",
    "role-may-become-administrator",
    "role-may-become-owner",
    "role-owns-table",
    "role-replicates",
    "role-superuser",
    "setting-preset",
    "tenant-column-type",
];

/// Those have no SQL either: they are for people to decide.
const FOR_PEOPLE: [&str; 2] = ["table-missing", "table-undeclared"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_planted_defect_is_found_and_mended() {
    let found = looked_at("bad").await;
    assert!(found.len() >= 25, "{}", found.len());
    assert!(found.iter().all(|codes| !codes.is_empty()));
    let mut codes: Vec<String> = found.into_iter().flatten().collect();
    codes.sort();
    codes.dedup();
    assert!(codes.len() >= 25, "{codes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_found_where_nothing_is_wrong() {
    let found = looked_at("good").await;
    assert!(found.len() >= 8, "{}", found.len());
    assert!(found.iter().all(Vec::is_empty), "a good one expects nothing: {found:?}");
}

/// The codes found in each database of a folder, all as the fixture expects.
async fn looked_at(folder: &str) -> Vec<Vec<String>> {
    let files = files(folder);
    let tasks = files.chunks(files.len().div_ceil(TOGETHER)).map(|files| {
        let files = files.to_vec();
        tokio::spawn(async move {
            let database = Database::new().await;
            let mut results = Vec::new();
            for file in files {
                results.push(found_and_mended(&database, &file).await);
            }
            results
        })
    });
    let results = future::join_all(tasks).await.into_iter().flat_map(|results| results.unwrap());
    let (found, wrong): (Vec<_>, Vec<_>) = results.partition(Result::is_ok);
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wrong.len() + found.len(), wrong.join("\n\n"));
    found.into_iter().flatten().collect()
}

/// The codes, or what is not as it should be.
async fn found_and_mended(database: &Database, file: &Path) -> Result<Vec<String>, String> {
    let fixture = Fixture::new(database, file).await;
    let first = fixture.inspect().await;
    let wrong = |what: &str, report: &Report| Err(format!("{}: {what}\n{report}", fixture.name));
    if first.tables.is_empty() || Fixture::codes(&first) != fixture.expected {
        return wrong("something else was found", &first);
    }
    let mut now = first.clone();
    for finding in &first.findings {
        let is_for_people = [&NOT_MENDED[..], &FOR_PEOPLE].concat().contains(&finding.code);
        let Some(sql) = &finding.mend else {
            if is_for_people {
                continue;
            }
            return wrong(&format!("nothing mends {finding}"), &first);
        };
        // An earlier finding's SQL may have mended it.
        if NOT_MENDED.contains(&finding.code) || !is_there(&now, finding) {
            continue;
        }
        if let Err(error) = fixture.mend(sql).await {
            return wrong(&format!("{error} in\n{sql}\n"), &first);
        }
        now = fixture.inspect().await;
        if is_there(&now, finding) {
            return wrong(&format!("this has not mended it:\n{sql}\n"), &now);
        }
    }
    let left = |code: &String| !NOT_MENDED.contains(&&**code) && !FOR_PEOPLE.contains(&&**code);
    match Fixture::codes(&now).iter().any(left) {
        true => wrong("what mends leaves", &now),
        false => Ok(fixture.expected),
    }
}

fn is_there(report: &Report, finding: &Finding) -> bool {
    report.findings.iter().any(|other| other.code == finding.code && other.object == finding.object)
}
