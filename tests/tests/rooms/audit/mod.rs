//! The auditor, on databases with a defect each and on databases without. Threats 4, 8 and 9.

mod fixture;
mod start;

use futures_util::{StreamExt, stream};

use self::fixture::{Fixture, files};

/// Databases that are looked at together.
const TOGETHER: usize = 4;

/// What needs rights that no role of the tests has, or somebody's judgement.
const NOT_MENDED: [&str; 9] = [
    "not-a-table",
    "policy-calls-own-function",
    "policy-reads-writable-table",
    "role-bypasses-rls",
    "role-may-become-administrator",
    "role-may-become-owner",
    "role-owns-table",
    "role-superuser",
    "tenant-column-type",
];

/// Those have no SQL either: they are for people to decide.
const FOR_PEOPLE: [&str; 2] = ["table-missing", "table-undeclared"];

#[tokio::test]
async fn every_planted_defect_is_found_and_mended() {
    let files = files("bad");
    assert!(files.len() >= 25, "{}", files.len());
    let found = stream::iter(files).map(|file| async move {
        let fixture = Fixture::new(&file).await;
        let report = fixture.inspect().await;
        assert_eq!(Fixture::codes(&report), fixture.expected, "{}:\n{report}", fixture.name);

        for finding in &report.findings {
            assert!(!finding.why.is_empty() && !finding.object.is_empty());
            if NOT_MENDED.contains(&finding.code) {
                continue;
            }
            match &finding.mend {
                // An earlier finding's SQL may have mended it.
                Some(sql) if is_there(&fixture.inspect().await, finding) => fixture.mend(sql).await,
                Some(_) => {}
                None => assert!(FOR_PEOPLE.contains(&finding.code), "{}: {finding}", fixture.name),
            }
            let gone = fixture.inspect().await;
            assert!(finding.mend.is_none() || !is_there(&gone, finding), "{}:\n{gone}", fixture.name);
        }
        let left = Fixture::codes(&fixture.inspect().await);
        let may_be_left =
            |code: &String| NOT_MENDED.contains(&&**code) || FOR_PEOPLE.contains(&&**code);
        assert!(left.iter().all(may_be_left), "{}: mending has left {left:?}", fixture.name);
        fixture.expected.clone()
    });
    let found: Vec<Vec<String>> = found.buffer_unordered(TOGETHER).collect().await;
    let mut codes: Vec<String> = found.into_iter().flatten().collect();
    codes.sort();
    codes.dedup();
    println!("{} codes: {codes:?}", codes.len());
    assert!(codes.len() >= 25, "{codes:?}");
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong() {
    let files = files("good");
    assert!(files.len() >= 8, "{}", files.len());
    let looked_at = stream::iter(files).map(|file| async move {
        let fixture = Fixture::new(&file).await;
        let report = fixture.inspect().await;
        assert!(report.is_clean(), "{}:\n{report}", fixture.name);
        assert!(fixture.expected.is_empty() && !report.tables.is_empty(), "{}", fixture.name);
    });
    looked_at.buffer_unordered(TOGETHER).collect::<Vec<()>>().await;
}

fn is_there(report: &tenancy::inspect::Report, finding: &tenancy::inspect::Finding) -> bool {
    report.findings.iter().any(|other| other.code == finding.code && other.object == finding.object)
}
