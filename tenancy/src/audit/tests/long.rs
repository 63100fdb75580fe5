//! A hundred thousand entries, with everything done to them at once.

use std::time::Instant;

use super::fixture::Place;
use super::tampered::edits;
use super::*;

const ENTRIES: i64 = 100_000;

pub(super) async fn a_hundred_thousand_entries<B: AuditBackend>(place: Place) {
    use AuditProblem::*;

    let audit = SqlAudit::<B>::new(&place.url).key(AuditKey::new("k", &[1; 32]).unwrap());
    let begun = Instant::now();
    let filled = filled(audit.clone(), &acme(), ENTRIES as usize).await;
    eprintln!("{}: {ENTRIES} entries written in {:?}", B::NAME, begun.elapsed());
    let anchors = audit.heads().await.unwrap();
    let begun = Instant::now();
    let report = filled.verify_all(&anchors).await.unwrap();
    eprintln!("{}: {ENTRIES} entries checked in {:?}", B::NAME, begun.elapsed());
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.entries(), ENTRIES as u64);
    AuditSink::write(&audit, &entry(&globex(), 1)).await.unwrap();

    let mut expected = Vec::new();
    let mut expect =
        |chain: &str, first, last, problem| expected.push((chain.to_owned(), first, last, problem));
    let mut sql = String::new();
    let mut execute = |statement: String| sql += &(statement + ";\n");
    let of = |number: i64| format!("WHERE tenant = 'acme' AND seq = {number}");
    execute(format!("DELETE FROM tenancy_audit {}", of(1)));
    expect("acme", 1, 1, Missing);
    for (at, (column, value)) in (1..).zip(edits(&place)) {
        execute(format!("UPDATE tenancy_audit SET {column} = {value} {}", of(at * 1000)));
        expect("acme", at * 1000, at * 1000, Altered);
    }
    execute(format!("UPDATE tenancy_audit SET scheme = '1' {}", of(20_000)));
    expect("acme", 20_000, 20_000, OtherKey);
    execute(format!("UPDATE tenancy_audit SET hash = {} {}", (place.bytes)(&[7; 32]), of(30_000)));
    expect("acme", 30_000, 30_000, HashAltered);
    execute(format!("DELETE FROM tenancy_audit {}", of(40_000)));
    expect("acme", 40_000, 40_000, Missing);
    for (from, to) in [(50_000, 200_000), (50_001, 50_000), (200_000, 50_001)] {
        execute(format!("UPDATE tenancy_audit SET seq = {to} {}", of(from)));
    }
    expect("acme", 50_000, 50_001, Altered);
    execute(format!("UPDATE tenancy_audit SET tenant = 'globex', seq = 2 {}", of(60_000)));
    expect("acme", 60_000, 60_000, Missing);
    // Among the others, where one has gone.
    execute(format!("DELETE FROM tenancy_audit {}", of(70_000)));
    execute(format!("UPDATE tenancy_audit SET seq = 70000 {}", of(80_000)));
    expect("acme", 70_000, 70_000, Altered);
    expect("acme", 80_000, 80_000, Missing);
    execute(format!("DELETE FROM tenancy_audit WHERE tenant = 'acme' AND seq > {}", ENTRIES - 5));
    expect("acme", ENTRIES - 4, ENTRIES, Missing);
    expect("globex", 2, 2, Altered);

    place.execute(sql);
    let begun = Instant::now();
    let report = audit.verify_all(&anchors).await.unwrap();
    eprintln!("{}: {} findings in {:?}", B::NAME, report.findings().len(), begun.elapsed());
    assert_eq!(found(&report), expected);
}
