//! Entries that nobody touches.

use serde_json::{Value, json};

use super::fixture::Place;
use super::*;

pub(super) async fn what_is_written_is_read<B: AuditBackend>(place: Place) {
    let audit = SqlAudit::<B>::new(&place.url);
    audit.check().await.unwrap();
    let log = AuditLog::to(audit.clone()).redact(["iban"]);
    let written = entry(&acme(), 7);
    AuditSink::write(&audit, &written).await.unwrap();
    log.record("app.started")
        .detail("iban", "DE02")
        .detail("n", json!({"a": [1, 0.1, 1e300, null]}))
        .write()
        .await
        .unwrap();
    let long = "é".repeat(5000);
    log.record(&long)
        .by(Actor::system(&long).named(&long))
        .resource(&long, &long)
        .tenant(&acme())
        .write()
        .await
        .unwrap();

    let entries = audit.tail(Some(&AuditChain::from(&acme())), 10).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.number()).collect::<Vec<_>>(), [1, 2]);
    let first = serde_json::to_value(&entries[0]).unwrap();
    assert_eq!(entries[0].at(), Some(written.at()));
    assert_eq!(
        first,
        json!({
            "tenant": "acme", "number": 1, "at": written.at(), "action": "order.deleted",
            "actor": { "kind": "user", "id": "0", "name": "Ada" },
            "resource": { "kind": "order", "id": "7" },
            "details": { "reason": "asked for \"by phone\" \u{0} ✆", "count": 7 },
            "ip": "192.0.2.1", "user_agent": "Mozilla", "request_id": "r",
            "head": entries[0].head().unwrap().to_string(),
        })
    );
    assert_eq!(entries[1].action().chars().count(), 100);
    let own = audit.tail(Some(&AuditChain::application()), 1).await.unwrap();
    let own = serde_json::to_value(&own[0]).unwrap();
    assert_eq!(own["tenant"], Value::Null);
    assert_eq!(own["details"], json!({"iban": "[redacted]", "n": {"a": [1, 0.1, 1e300, null]}}));

    let report = audit.verify_all(&[]).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.entries(), 3);
    assert_eq!(report.heads(), audit.heads().await.unwrap());
    assert_eq!(audit.tail(None, 2).await.unwrap().len(), 2);

    let error = log.max_details(10).record("big").detail("text", "0123456789").write().await.unwrap_err();
    assert!(matches!(error, AuditError::TooLarge { size: 21, most: 10, .. }), "{error}");
}

pub(super) async fn chains_are_apart<B: AuditBackend>(place: Place) {
    let audit = filled(SqlAudit::<B>::new(&place.url), &acme(), 3).await;
    filled(audit.clone(), &globex(), 1001).await;
    place.execute("UPDATE tenancy_audit SET action = 'x' WHERE tenant = 'globex' AND seq = 1001");
    let report = audit.verify(&acme(), &[]).await.unwrap();
    assert!(report.is_clean() && report.entries() == 3, "{report}");
    let report = audit.verify(&globex(), &[]).await.unwrap();
    assert_eq!(found(&report), [("globex".to_owned(), 1001, 1001, AuditProblem::Altered)]);
    assert_eq!(report.entries(), 1001, "each was read once");
    let report = audit.verify_all(&[]).await.unwrap();
    assert_eq!((found(&report).len(), report.entries(), report.heads().len()), (1, 1004, 2));
    assert!(audit.head(AuditChain::application()).await.unwrap().is_none());
    assert!(audit.verify(AuditChain::application(), &[]).await.unwrap().is_clean(), "there is nothing in it");
}

/// What was noted elsewhere shows that the end of a chain is gone, and that all of it was written anew.
pub(super) async fn anchors_are_held<B: AuditBackend>(place: Place) {
    let audit = filled(SqlAudit::<B>::new(&place.url), &acme(), 10).await;
    let at = |number: i64| {
        let audit = audit.clone();
        async move {
            let entries = audit.tail(Some(&AuditChain::from(&acme())), 100).await.unwrap();
            entries.iter().find(|entry| entry.number() == number).unwrap().head().unwrap()
        }
    };
    let (fifth, tenth) = (at(5).await, at(10).await);
    let anchors = [fifth.clone(), tenth.clone()];
    assert!(audit.verify_all(&anchors).await.unwrap().is_clean());
    let since = audit.verify_since(&fifth).await.unwrap();
    assert!(since.is_clean() && since.entries() == 6, "{since}");

    // Without an anchor the chain is a shorter one, and whole.
    place.execute("DELETE FROM tenancy_audit WHERE seq > 8");
    assert!(audit.verify(&acme(), &[]).await.unwrap().is_clean());
    let cut = [("acme".to_owned(), 9, 10, AuditProblem::Missing)];
    assert_eq!(found(&audit.verify(&acme(), &anchors).await.unwrap()), cut);
    assert_eq!(found(&audit.verify_all(&anchors).await.unwrap()), cut);
    assert_eq!(
        found(&audit.verify_since(&tenth).await.unwrap()),
        [("acme".to_owned(), 10, 10, AuditProblem::Missing)]
    );

    // The beginning may go on purpose.
    place.execute("DELETE FROM tenancy_audit WHERE seq < 5");
    assert_eq!(
        found(&audit.verify(&acme(), &[]).await.unwrap()),
        [("acme".to_owned(), 1, 4, AuditProblem::Missing)]
    );
    assert!(audit.verify_since(&fifth).await.unwrap().is_clean());

    // All of it is gone, and another one is there.
    place.execute("DELETE FROM tenancy_audit");
    assert_eq!(
        found(&audit.verify_all(&anchors).await.unwrap()),
        [("acme".to_owned(), 1, 10, AuditProblem::Missing)]
    );
    filled(audit.clone(), &acme(), 12).await;
    assert!(audit.verify(&acme(), &[]).await.unwrap().is_clean());
    let anew = [5, 10].map(|number| ("acme".to_owned(), number, number, AuditProblem::NotAsAnchored));
    assert_eq!(found(&audit.verify(&acme(), &anchors).await.unwrap()), anew);
    assert_eq!(found(&audit.verify_since(&tenth).await.unwrap()), anew[1..]);
}

pub(super) async fn a_log_without_a_table_is_an_error<B: AuditBackend>(place: Place) {
    place.execute("DROP TABLE tenancy_audit");
    let audit = SqlAudit::<B>::new(&place.url);
    assert!(matches!(audit.check().await, Err(AuditError::Database { .. })));
    assert!(matches!(audit.verify_all(&[]).await, Err(AuditError::Database { .. })));
    let written = AuditLog::to(audit).record("x").detail("secret", "hunter2").write().await;
    let error = written.unwrap_err();
    assert!(
        matches!(&error, AuditError::Database { .. }) && !format!("{error:?}").contains("hunter2"),
        "{error:?}"
    );
}
