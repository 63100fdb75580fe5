//! Everything under the current key, whatever happens meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::fixture::{URL, assert_silent, block_on, id, sealing, secrets, stores, with_secrets};
use super::troubled::Troubled;
use crate::seal::{SealedStore, Sealing};
use crate::store::{ListTenants, StoreError, TenantStore};
use crate::tenant::{Tenant, TenantRecord};

async fn fill(store: &dyn TenantStore, count: u32) {
    for n in 0..count {
        store.create(with_secrets(&format!("t{n:04}"))).await.unwrap();
    }
}

/// Every tenant is whole, under this key and no other.
async fn assert_all_under(inner: &Arc<dyn TenantStore>, number: u8, count: usize) {
    let alone = SealedStore::over(Arc::clone(inner), sealing(&[number]));
    let mut list = ListTenants { limit: 1000, ..ListTenants::default() };
    let mut seen = 0;
    loop {
        let page = alone.list(list.clone()).await.unwrap();
        list.after = page.next.clone();
        for read in page.into_tenants().unwrap() {
            assert_eq!(read.database_url().unwrap().expose_secret(), URL);
            for key in ["api_key", "smtp"] {
                assert_eq!(read.metadata()[key], secrets()[key]);
            }
            seen += 1;
        }
        if list.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, count);
}

#[test]
fn everything_comes_under_the_current_key() {
    block_on(async {
        let (inner, old) = stores(sealing(&[1]));
        fill(&old, 503).await;
        let both = SealedStore::over(Arc::clone(&inner), sealing(&[2, 1]));
        both.create(with_secrets("new")).await.unwrap();
        let report = both.rotate().await.unwrap();
        assert_eq!((report.resealed, report.current, report.failed.len()), (503, 1, 0));
        assert_all_under(&inner, 2, 504).await;
        // Run again it has nothing to do, and writes nothing.
        let version = inner.get(&id("t0001")).await.unwrap().version();
        let report = both.rotate().await.unwrap();
        assert_eq!((report.resealed, report.current), (0, 504));
        assert_eq!(inner.get(&id("t0001")).await.unwrap().version(), version);
    });
}

#[test]
fn a_tenant_without_secrets_is_passed_over() {
    block_on(async {
        let (_, store) = stores(sealing(&[1]));
        let record = TenantRecord { database_url: None, metadata: Map::new(), ..with_secrets("a1") };
        store.create(record).await.unwrap();
        let report = store.rotate().await.unwrap();
        assert_eq!((report.resealed, report.current), (0, 1));
    });
}

#[test]
fn values_in_the_clear_are_sealed_where_that_is_asked_for() {
    block_on(async {
        let (inner, strict) = stores(sealing(&[1]));
        fill(&*inner, 3).await;
        let report = strict.rotate().await.unwrap();
        assert_eq!((report.resealed, report.failed.len()), (0, 3));
        assert!(report.failed[0].reason.contains("`database_url` is in the clear"), "{report:?}");
        assert!(report.failed[0].reason.contains("`metadata.smtp` is in the clear"), "{report:?}");
        assert_silent(&format!("{report:?}"));
        let lenient = SealedStore::over(Arc::clone(&inner), sealing(&[1]).accept_plain(true));
        assert_eq!(lenient.rotate().await.unwrap().resealed, 3);
        assert_all_under(&inner, 1, 3).await;
    });
}

/// Each failure is named, and hinders nothing else: neither another tenant nor the tenant's other fields.
#[test]
fn a_failure_is_its_fields_alone() {
    block_on(async {
        let (inner, old) = stores(sealing(&[1]));
        fill(&old, 3).await;
        let mut record = inner.get(&id("t0001")).await.unwrap().to_record();
        record.metadata["smtp"] = record.metadata["api_key"].clone();
        inner.update(&Tenant::from_record(record).unwrap()).await.unwrap();
        let both = SealedStore::over(Arc::clone(&inner), sealing(&[2, 1]));
        let report = both.rotate().await.unwrap();
        assert_eq!((report.resealed, report.failed.len(), report.is_complete()), (2, 1, false));
        assert_eq!(report.failed[0].tenant, "t0001");
        assert!(report.failed[0].reason.starts_with("`metadata.smtp` does not open"), "{report:?}");
        let stored = inner.get(&id("t0001")).await.unwrap();
        assert!(stored.database_url().unwrap().expose_secret().starts_with("$sealed$1$k2$"));
        assert!(stored.metadata()["api_key"].as_str().unwrap().starts_with("$sealed$1$k2$"));
        assert!(
            stored.metadata()["smtp"].as_str().unwrap().starts_with("$sealed$1$k1$"),
            "it stays as it is"
        );
    });
}

/// A key that a rotation is not told of must not be lost with the old key; text that looks so stays as it is.
#[test]
fn what_is_sealed_under_other_keys_of_the_metadata_comes_along() {
    block_on(async {
        let (inner, old) = stores(sealing(&[1]));
        fill(&old, 1).await;
        old.merge_metadata(&id("t0000"), text("note", "$sealed$1$k1$ is what sealed text begins with"))
            .await
            .unwrap();
        let less = Sealing::new(super::fixture::ring(&[2, 1]));
        let report = SealedStore::over(Arc::clone(&inner), less).rotate().await.unwrap();
        assert_eq!((report.resealed, report.failed.len()), (1, 0));
        assert_all_under(&inner, 2, 1).await;
        // What has the form and does not open is told, not passed over.
        let unknown = SealedStore::over(Arc::clone(&inner), Sealing::new(super::fixture::ring(&[3])));
        let report = unknown.rotate().await.unwrap();
        assert!(
            report.failed[0].reason.contains("`metadata.api_key` is sealed under key `k2`"),
            "{report:?}"
        );
    });
}

fn text(key: &str, value: &str) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), json!(value))])
}

/// 16 writers change records while they are rotated: nothing of either is lost.
async fn rotate_among_writers(inner: Arc<dyn TenantStore>) {
    const TENANTS: u32 = 8;
    const WRITERS: u64 = 16;
    const CHANGES: u64 = 10;
    let old = SealedStore::over(Arc::clone(&inner), sealing(&[1]));
    fill(&old, TENANTS).await;
    // Half of them have not heard of the new key yet.
    let both = SealedStore::over(Arc::clone(&inner), sealing(&[2, 1]));
    let late = SealedStore::over(Arc::clone(&inner), sealing(&[1, 2]));
    let writers = (0..WRITERS).map(|writer| {
        let store = if writer % 2 == 0 { both.clone() } else { late.clone() };
        tokio::spawn(async move {
            for change in 0..CHANGES {
                let tenant = id(&format!("t{:04}", (writer + change) % u64::from(TENANTS)));
                if change % 2 == 0 {
                    let key = format!("w{writer}-{change}");
                    store.merge_metadata(&tenant, text(&key, "done")).await.unwrap();
                    continue;
                }
                loop {
                    let mut record = store.get(&tenant).await.unwrap().to_record();
                    let count = record.metadata.get("count").and_then(Value::as_u64).unwrap_or_default();
                    record.metadata.insert("count".to_owned(), json!(count + 1));
                    match store.update(&Tenant::from_record(record).unwrap()).await {
                        Err(StoreError::Stale { .. }) => tokio::task::yield_now().await,
                        written => break drop(written.unwrap()),
                    }
                }
            }
        })
    });
    let writers = join_all(writers.collect::<Vec<_>>());
    let busy = Arc::new(AtomicBool::new(true));
    let rotating = tokio::spawn({
        let (both, busy) = (both.clone(), Arc::clone(&busy));
        async move {
            let mut resealed = 0;
            while busy.load(Ordering::Relaxed) {
                let report = both.rotate().await.unwrap();
                assert!(report.is_complete(), "{report:?}");
                resealed += report.resealed;
                tokio::task::yield_now().await;
            }
            resealed
        }
    });
    writers.await.into_iter().for_each(|written| written.unwrap());
    busy.store(false, Ordering::Relaxed);
    let resealed = rotating.await.unwrap();
    assert!(resealed >= 1, "nothing was rotated meanwhile");
    // The last writer with the old key in front has gone.
    both.rotate().await.unwrap();
    assert_all_under(&inner, 2, TENANTS as usize).await;
    let (mut counted, mut merged) = (0, 0);
    for tenant in both.list(ListTenants::default()).await.unwrap().into_tenants().unwrap() {
        counted += tenant.metadata().get("count").and_then(Value::as_u64).unwrap_or_default();
        merged += tenant.metadata().values().filter(|value| **value == json!("done")).count();
    }
    assert_eq!((counted, merged as u64), (WRITERS * CHANGES / 2, WRITERS * CHANGES / 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_among_writers_in_memory() {
    rotate_among_writers(Arc::new(crate::store::MemoryStore::new())).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_among_writers_in_a_file() {
    let file = super::fixture::SqliteFile::new();
    rotate_among_writers(file.store().await).await;
}

/// Wherever the store goes away, the rotation says how far it came, and another goes on from there.
#[test]
fn it_goes_on_where_it_stopped() {
    block_on(async {
        for answers in 0..6 {
            let (inner, old) = stores(sealing(&[1]));
            fill(&old, 5).await;
            let stopped = Troubled::over(&inner, answers, false).rotate().await.unwrap_err();
            assert_eq!(stopped.report.resealed, u64::from(answers.saturating_sub(1)));
            assert_eq!(stopped.reached.is_some(), answers > 1, "{stopped}");
            let both = SealedStore::over(Arc::clone(&inner), sealing(&[2, 1]));
            let rest = both.rotate_after(stopped.reached).await.unwrap();
            assert_eq!((rest.resealed, rest.current), (5 - stopped.report.resealed, 0));
            assert_all_under(&inner, 2, 5).await;
        }
    });
}

#[test]
fn a_tenant_that_is_written_all_the_time_is_given_up() {
    block_on(async {
        let (inner, old) = stores(sealing(&[1]));
        fill(&old, 2).await;
        let report = Troubled::over(&inner, u32::MAX, true).rotate().await.unwrap();
        assert_eq!((report.resealed, report.failed.len()), (0, 2));
        assert!(report.failed[0].reason.contains("try again"), "{report:?}");
    });
}

/// Nothing is looked at behind the first tenant of a registry that nobody can write to.
#[cfg(feature = "file")]
#[test]
fn a_registry_in_a_file_is_not_rotated() {
    use crate::store::FileStore;

    let path = std::env::temp_dir().join(format!("tenancy-seal-{}.json", uuid::Uuid::now_v7()));
    let sealed = super::fixture::ring(&[1]).seal(URL, &id("acme"), "database_url").unwrap();
    let text =
        json!({ "tenants": [{ "id": "acme", "identifier": "acme", "database_url": sealed }] }).to_string();
    std::fs::write(&path, text).unwrap();
    let file = Arc::new(FileStore::open(&path).unwrap());
    std::fs::remove_file(&path).unwrap();
    block_on(async {
        let store = SealedStore::over(file, sealing(&[2, 1]));
        assert_eq!(store.get(&id("acme")).await.unwrap().database_url().unwrap().expose_secret(), URL);
        let stopped = store.rotate().await.unwrap_err();
        assert!(matches!(stopped.source, StoreError::ReadOnly), "{stopped:?}");
    });
}
