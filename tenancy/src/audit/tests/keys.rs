//! Chains with a key.

use super::fixture::Place;
use super::*;
use crate::audit::key::Keys;
use crate::audit::link::{End, Link};
use crate::audit::sql::SqlAudit;

fn key(id: &str, byte: u8) -> AuditKey {
    AuditKey::new(id, &[byte; 32]).unwrap()
}

/// Takes the entries from this number on away, and writes them anew with hashes that are right among themselves.
async fn rewrite<B: AuditBackend>(place: &Place, from: usize, to: usize, forger: Option<AuditKey>) {
    let honest = SqlAudit::<B>::new(&place.url);
    let before = honest.tail(Some(&AuditChain::from(&acme())), 1000).await.unwrap();
    let before = before.iter().find(|entry| entry.number() == from as i64 - 1).unwrap().head().unwrap();
    place.execute(format!("DELETE FROM tenancy_audit WHERE tenant = 'acme' AND seq >= {from}"));
    let entries: Vec<_> = (from..=to).map(|number| entry(&acme(), number + 1)).collect();
    let keys = Keys { current: forger, former: Vec::new() };
    let end = End { seq: before.number(), hash: *before.hash() };
    let (links, _) = Link::chained(&entries, end, &keys);
    let forging = SqlAudit::<B>::new(&place.url);
    forging.insert_links(links).await.unwrap();
}

pub(super) async fn without_the_key_nothing_is_forged<B: AuditBackend>(place: Place) {
    let keyed = SqlAudit::<B>::new(&place.url).key(key("k", 1));
    filled(keyed.clone(), &acme(), 10).await;
    assert!(keyed.verify_all(&[]).await.unwrap().is_clean());
    // Who looks without the key sees that there is one.
    let without = SqlAudit::<B>::new(&place.url);
    let expected = [("acme".to_owned(), 1, 10, AuditProblem::OtherKey)];
    assert_eq!(found(&without.verify_all(&[]).await.unwrap()), expected);

    // With a key of the forger's own, with none, and with one that is called as ours is.
    for (forger, problem) in [
        (Some(key("other", 2)), AuditProblem::OtherKey),
        (None, AuditProblem::OtherKey),
        (Some(key("k", 2)), AuditProblem::Altered),
    ] {
        rewrite::<B>(&place, 4, 10, forger).await;
        let report = keyed.verify_all(&[]).await.unwrap();
        assert_eq!(found(&report), [("acme".to_owned(), 4, 10, problem)]);
        // Also by who looks alone, and knows the key as one that seals no more.
        let looks = SqlAudit::<B>::new(&place.url).former_key(key("k", 1));
        assert_eq!(found(&looks.verify_all(&[]).await.unwrap()), [("acme".to_owned(), 4, 10, problem)]);
    }

    // Without a key a chain that is written anew is as good as the old one, and only an anchor tells.
    filled(without.clone(), &globex(), 1).await;
    place.execute("DELETE FROM tenancy_audit");
    filled(without.clone(), &acme(), 10).await;
    let anchors = without.heads().await.unwrap();
    rewrite::<B>(&place, 4, 10, None).await;
    assert!(without.verify_all(&[]).await.unwrap().is_clean());
    let expected = [("acme".to_owned(), 10, 10, AuditProblem::NotAsAnchored)];
    assert_eq!(found(&without.verify_all(&anchors).await.unwrap()), expected);
    // One entry alone is found where the next one does not continue it.
    place.execute("DELETE FROM tenancy_audit");
    filled(without.clone(), &acme(), 10).await;
    place.execute("CREATE TABLE aside AS SELECT * FROM tenancy_audit WHERE seq > 4");
    rewrite::<B>(&place, 4, 4, None).await;
    place.execute("INSERT INTO tenancy_audit SELECT * FROM aside");
    let expected = [("acme".to_owned(), 5, 5, AuditProblem::Unlinked)];
    assert_eq!(found(&without.verify_all(&[]).await.unwrap()), expected);
}

pub(super) async fn a_key_follows_another<B: AuditBackend>(place: Place) {
    let first = SqlAudit::<B>::new(&place.url).key(key("2025", 1));
    filled(first, &acme(), 3).await;
    let both = SqlAudit::<B>::new(&place.url).key(key("2026", 2)).former_key(key("2025", 1));
    filled(both.clone(), &acme(), 3).await;
    let report = both.verify_all(&[]).await.unwrap();
    assert!(report.is_clean() && report.entries() == 6, "{report}");
    let second = SqlAudit::<B>::new(&place.url).key(key("2026", 2));
    let expected = [("acme".to_owned(), 1, 3, AuditProblem::OtherKey)];
    assert_eq!(found(&second.verify_all(&[]).await.unwrap()), expected);
}
