//! Many at once.

use std::time::Duration;

use super::fixture::Place;
use super::*;

/// As many processes, each with a log and a connection of its own.
pub(super) async fn thirty_two_writers_make_one_chain<B: AuditBackend>(place: Place) {
    const WRITERS: usize = 32;
    const EACH: usize = 8;
    let patient = Duration::from_secs(60);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let audit = SqlAudit::<B>::new(&place.url).connections(1).wait(patient);
            tokio::spawn(async move {
                for number in 0..EACH {
                    AuditSink::write(&audit, &entry(&acme(), writer * EACH + number)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    // And as many tasks of one.
    let audit = SqlAudit::<B>::new(&place.url);
    let tasks = (0..WRITERS).map(|number| {
        let audit = audit.clone();
        async move { AuditSink::write(&audit, &entry(&acme(), number)).await }
    });
    futures_util::future::try_join_all(tasks).await.unwrap();
    let report = audit.verify(&acme(), &[]).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.entries() as usize, WRITERS * EACH + WRITERS);
    assert_eq!(report.heads()[0].number() as usize, WRITERS * EACH + WRITERS);
}

/// A caller that goes away leaves an entry or none, and a connection that can be used.
pub(super) async fn an_abandoned_entry_breaks_nothing<B: AuditBackend>(place: Place) {
    let audit = SqlAudit::<B>::new(&place.url).connections(1);
    AuditSink::write(&audit, &entry(&acme(), 0)).await.unwrap();
    for micros in 0..40 {
        let (audit, entry) = (audit.clone(), entry(&acme(), micros));
        let writing = async move { AuditSink::write(&audit, &entry).await };
        drop(tokio::time::timeout(Duration::from_micros(micros as u64 * 50), writing).await);
    }
    AuditSink::write(&audit, &entry(&acme(), 0)).await.unwrap();
    let report = audit.verify(&acme(), &[]).await.unwrap();
    assert!(report.is_clean(), "{report}");
}
