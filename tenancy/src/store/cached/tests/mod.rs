//! What a cache adds to the contract: how often the store is asked, and what is believed meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod counted;

use std::sync::atomic::Ordering;

use chrono::Utc;
use futures_util::future::join_all;
use secrecy::SecretString;
use tokio::sync::Semaphore;

use counted::Counted;

use super::*;
use crate::store::MemoryStore;
use crate::tenant::NewTenant;

fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

fn slug(text: &str) -> Slug {
    text.try_into().unwrap()
}

fn record(id_text: &str, slug_text: &str) -> TenantRecord {
    let new = NewTenant::new(slug_text).unwrap().id(id(id_text));
    let new = new.database_url(SecretString::from("postgres://acme:hunter2@db/acme"));
    new.into_record(Utc::now(), TenantStatus::Active).unwrap()
}

const HOUR: Duration = Duration::from_secs(3600);

/// Two tenants behind a cache that keeps them.
async fn cached(policy: CachePolicy) -> (CachedStore, Arc<Counted>) {
    let counted = Arc::new(Counted::default());
    counted.create(record("a1", "acme")).await.unwrap();
    counted.create(record("b1", "globex")).await.unwrap();
    counted.add_domain(&id("a1"), &"acme.com".try_into().unwrap()).await.unwrap();
    (CachedStore::new(Arc::clone(&counted), policy), counted)
}

fn asked(counted: &Counted) -> u64 {
    counted.asked.swap(0, Ordering::SeqCst)
}

#[tokio::test]
async fn what_was_read_by_one_name_is_known_by_its_id() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    for _ in 0..3 {
        assert_eq!(cache.get_by_identifier(&slug("acme")).await.unwrap().id(), &id("a1"));
        assert_eq!(cache.get(&id("a1")).await.unwrap().identifier(), &slug("acme"));
    }
    assert_eq!(asked(&counted), 1);
    cache.get_by_domain(&"acme.com".try_into().unwrap()).await.unwrap();
    assert_eq!(asked(&counted), 1, "whose the domain is");
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses), (5, 2));
}

/// Threat 16: a hot tenant does not stampede the store.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_who_look_for_one_tenant_ask_once() {
    for _ in 0..3 {
        let (cache, counted) = cached(CachePolicy::default()).await;
        let all = (0..10_000).map(|index| {
            let cache = cache.clone();
            tokio::spawn(async move {
                let found = if index % 2 == 0 {
                    cache.get_by_identifier(&slug("acme")).await
                } else {
                    cache.get_by_identifier(&slug("ghost")).await
                };
                assert_eq!(found.is_ok(), index % 2 == 0);
            })
        });
        join_all(all).await.into_iter().for_each(Result::unwrap);
        assert_eq!(asked(&counted), 2, "once for each");
        assert_eq!(cache.stats().misses, 2);
    }
}

#[tokio::test]
async fn an_error_is_everybodys_who_waits_and_is_not_kept() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    counted.is_down.store(true, Ordering::SeqCst);
    let gate = Arc::new(Semaphore::new(0));
    *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let (acme, opens) = (slug("acme"), async { gate.add_permits(100) });
    let (all, ()) = tokio::join!(join_all((0..100).map(|_| cache.get_by_identifier(&acme))), opens);
    for one in all {
        assert!(matches!(one, Err(StoreError::Unavailable(_))), "{one:?}");
    }
    assert_eq!(asked(&counted), 1);
    counted.is_down.store(false, Ordering::SeqCst);
    cache.get_by_identifier(&acme).await.unwrap();
}

/// Who asks for all the others may be dropped: they have the answer all the same.
#[tokio::test]
async fn the_one_who_asks_may_leave() {
    let (cache, counted) = cached(CachePolicy::default()).await;
    let gate = Arc::new(Semaphore::new(0));
    *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let acme = slug("acme");
    let mut first = Box::pin(cache.get_by_identifier(&acme));
    assert!(futures_util::poll!(&mut first).is_pending());
    let mut second = Box::pin(cache.get_by_identifier(&acme));
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    gate.add_permits(1);
    second.await.unwrap();
    assert_eq!(asked(&counted), 1);
}

/// Threat 16: what was read before a tenant was suspended is not believed after it.
#[tokio::test]
async fn an_answer_that_was_on_its_way_is_not_kept() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    let gate = Arc::new(Semaphore::new(0));
    let (acme, a1) = (slug("acme"), id("a1"));
    for by_name in [true, false] {
        counted.set_status(&a1, TenantStatus::Suspended, TenantStatus::Active).await.ok();
        cache.forget_all();
        *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
        let mut slow = if by_name { cache.get_by_identifier(&acme) } else { cache.get(&a1) };
        assert!(futures_util::poll!(&mut slow).is_pending());
        tokio::task::yield_now().await;
        *counted.gate.lock().unwrap() = None;
        cache.set_status(&a1, TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
        gate.add_permits(1);
        // Whoever asked before the change may have either.
        slow.await.unwrap();
        assert_eq!(cache.get(&a1).await.unwrap().status(), TenantStatus::Suspended, "{by_name}");
        assert_eq!(cache.get_by_identifier(&acme).await.unwrap().status(), TenantStatus::Suspended);
    }
}

/// A change whose future is dropped is done all the same, by a store like ours; and later than that.
#[tokio::test]
async fn a_change_that_was_dropped_is_seen() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    let (a1, gate) = (id("a1"), Arc::new(Semaphore::new(0)));
    cache.get(&a1).await.unwrap();
    *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let mut change = cache.set_status(&a1, TenantStatus::Active, TenantStatus::Suspended);
    assert!(futures_util::poll!(&mut change).is_pending());
    drop(change);
    tokio::task::yield_now().await;
    *counted.gate.lock().unwrap() = None;
    // A request meanwhile.
    cache.get(&a1).await.unwrap();
    gate.add_permits(1);
    while counted.store.get(&a1).await.unwrap().is_active() {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(cache.get(&a1).await.unwrap().status(), TenantStatus::Suspended);
}

/// Who has asked for others may not be polled any more: a body that nobody reads.
#[tokio::test]
async fn nobody_waits_for_a_future_that_is_not_polled() {
    let (cache, counted) = cached(CachePolicy::default()).await;
    let (gate, a1) = (Arc::new(Semaphore::new(0)), id("a1"));
    *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let mut stalled = cache.get(&a1);
    assert!(futures_util::poll!(&mut stalled).is_pending());
    gate.add_permits(1);
    cache.get(&a1).await.unwrap();
    assert_eq!(asked(&counted), 1);
}

/// A domain that another process has given to another tenant.
#[tokio::test]
async fn a_domain_leads_where_it_leads_by_then() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    let host: Domain = "acme.com".try_into().unwrap();
    for _ in 0..3 {
        assert_eq!(cache.get_by_domain(&host).await.unwrap().id(), &id("a1"));
    }
    assert_eq!(asked(&counted), 1);
    counted.store.remove_domain(&id("a1"), &host).await.unwrap();
    counted.store.add_domain(&id("b1"), &host).await.unwrap();
    cache.forget(&id("a1"));
    assert_eq!(cache.get_by_domain(&host).await.unwrap().id(), &id("b1"));
    assert_eq!(asked(&counted), 1);
}

/// What is kept is as old as the question, not as the answer.
#[tokio::test]
async fn an_answer_is_as_old_as_its_question() {
    let policy = CachePolicy::default().kept(Duration::from_millis(300)).absent(Duration::ZERO);
    let (cache, counted) = cached(policy).await;
    let (gate, acme) = (Arc::new(Semaphore::new(0)), slug("acme"));
    *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let mut slow = cache.get_by_identifier(&acme);
    assert!(futures_util::poll!(&mut slow).is_pending());
    tokio::task::yield_now().await;
    counted.store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    *counted.gate.lock().unwrap() = None;
    gate.add_permits(1);
    slow.await.unwrap();
    assert_eq!(cache.get(&id("a1")).await.unwrap().status(), TenantStatus::Suspended);
}

/// Threat 15: who is suspended costs what a name that nobody has costs, also when somebody else is forgotten meanwhile.
#[tokio::test]
async fn who_is_suspended_costs_what_nobody_costs() {
    let (cache, counted) = cached(CachePolicy::default().absent(Duration::ZERO)).await;
    for tenant in ["a1", "b1"] {
        counted.store.set_status(&id(tenant), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    }
    for round in 0..3 {
        for name in ["globex", "ghost", "acme.com", "ghost.com"] {
            let gate = Arc::new(Semaphore::new(0));
            *counted.gate.lock().unwrap() = Some(Arc::clone(&gate));
            let domain = Domain::try_from(name);
            let name = Slug::try_from(name);
            let mut look = match (&domain, &name) {
                (Ok(domain), _) => cache.get_by_domain(domain),
                (_, name) => cache.get_by_identifier(name.as_ref().unwrap()),
            };
            assert!(futures_util::poll!(&mut look).is_pending());
            tokio::task::yield_now().await;
            cache.forget(&id("z9"));
            gate.add_permits(3);
            drop(look.await);
            assert_eq!(asked(&counted), 1, "{name:?} in round {round}");
        }
    }
}

/// A rename by another process: the old name leads to nobody as soon as the record is read anew.
#[tokio::test]
async fn a_name_leads_to_nobody_who_has_another() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    cache.get_by_identifier(&slug("acme")).await.unwrap();
    let mut renamed = counted.store.get(&id("a1")).await.unwrap().to_record();
    renamed.slug = slug("acme-new");
    counted.store.update(&Tenant::from_record(renamed).unwrap()).await.unwrap();
    cache.forget(&id("a1"));
    let old = cache.get_by_identifier(&slug("acme")).await;
    assert!(matches!(old, Err(StoreError::NotFound { .. })), "{old:?}");
    cache.get_by_identifier(&slug("acme-new")).await.unwrap();
}

/// Threat 16: time is bounded, and shorter for what is not there and for who is not served: alike for both.
#[tokio::test]
async fn what_is_kept_is_kept_for_its_time() {
    let policy = CachePolicy::default().kept(HOUR).absent(Duration::from_millis(100));
    let (cache, counted) = cached(policy).await;
    counted.store.set_status(&id("b1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    let look = async || {
        for name in ["acme", "globex", "ghost"] {
            drop(cache.get_by_identifier(&slug(name)).await);
        }
    };
    look().await;
    assert_eq!(asked(&counted), 3);
    look().await;
    assert_eq!(asked(&counted), 0);
    tokio::time::sleep(Duration::from_millis(150)).await;
    look().await;
    assert_eq!(
        asked(&counted),
        2,
        "one query for the suspended tenant, and one for the one that does not exist"
    );

    let (cache, counted) =
        cached(CachePolicy::default().kept(Duration::from_millis(100)).absent(Duration::ZERO)).await;
    cache.get(&id("a1")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    cache.get(&id("a1")).await.unwrap();
    assert_eq!(asked(&counted), 2);
}

/// Threat 16: unknown names do not grow it, nor drive out a tenant that is asked for.
#[tokio::test]
async fn unknown_names_do_not_drive_tenants_out() {
    let (cache, counted) = cached(CachePolicy::default().capacity(100).kept(HOUR).absent(HOUR)).await;
    let acme = slug("acme");
    for number in 0..3_000 {
        if number % 10 == 0 {
            cache.get_by_identifier(&acme).await.unwrap();
        }
        cache.get_by_identifier(&slug(&format!("unknown-{number}"))).await.unwrap_err();
    }
    let asked = asked(&counted);
    assert!((3_001..3_010).contains(&asked), "{} times for the one that is there", asked - 3_000);
    cache.0.names.run_pending_tasks();
    assert!(cache.0.names.entry_count() <= 200, "{}", cache.0.names.entry_count());
}

#[tokio::test]
async fn warmed_up_it_asks_nobody() {
    let (cache, counted) = cached(CachePolicy::default().kept(HOUR)).await;
    let suspended = counted.create(record("c1", "initech")).await.unwrap();
    counted.store.set_status(suspended.id(), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    assert_eq!(cache.warm_up().await.unwrap(), 2);
    for name in ["acme", "globex"] {
        cache.get_by_identifier(&slug(name)).await.unwrap();
    }
    assert_eq!(asked(&counted), 0);

    let (small, _) = cached(CachePolicy::default().capacity(1)).await;
    assert_eq!(small.warm_up().await.unwrap(), 1, "as many as there is room for");
}

#[test]
fn a_policy_tells_its_problems() {
    assert_eq!(CachePolicy::default().problems(), [""; 0]);
    let wrong = CachePolicy::default().capacity(0).kept(Duration::ZERO);
    assert_eq!(wrong.problems().len(), 3, "{:?}", wrong.problems());
    let ever = CachePolicy::default().kept(Duration::MAX);
    assert_eq!(ever.problems().len(), 1);
    // It does not panic, whatever it is given.
    drop(CachedStore::new(MemoryStore::new(), ever));
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let (cache, _) = cached(CachePolicy::default()).await;
    cache.get(&id("a1")).await.unwrap();
    let shown = format!("{cache:?}");
    assert!(
        shown.contains("hits: 0, misses: 1") && !shown.contains("hunter2") && !shown.contains("acme"),
        "{shown}"
    );
}
