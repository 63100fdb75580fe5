//! Futures and tasks that take a scope along, whatever becomes of them.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use tenancy::prelude::*;
use tenancy::{InScope, ScopeError};
use tenancy_tests::world::sqlite::World;
use tokio::task::{JoinSet, yield_now};

use super::current;

/// Notes in whose scope it is dropped.
struct Noted(Arc<Mutex<Vec<Option<String>>>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(current());
    }
}

#[tokio::test]
async fn a_future_runs_in_its_scope_wherever_it_is_polled() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let steps = async |expected: &str| {
        for _ in 0..10 {
            assert_eq!(current().as_deref(), Some(expected));
            yield_now().await;
        }
    };
    let outer = async {
        // Both take turns in one task, whose scope is acme's.
        tokio::join!(
            steps("acme").in_tenant(&acme),
            steps("globex").in_tenant(&globex),
            steps("acme"),
            async { steps("globex").in_tenant(&globex).await }.in_tenant(&acme),
        );
        let taken = steps("acme").in_current_scope();
        globex.clone().scope(taken).await;
        assert_eq!(
            tokio::spawn(async { current() }.in_current_scope()).await.unwrap().as_deref(),
            Some("acme")
        );
    };
    acme.clone().scope(outer).await;
    // Outside it stays outside, also where it is polled inside.
    let outside = async { current() }.in_current_scope();
    assert_eq!(acme.scope(outside).await, None);
}

/// Threat 10.
#[tokio::test]
async fn tasks_of_a_set_carry_the_tenant_if_they_are_ours() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let inside = async {
        let mut set = JoinSet::new();
        set.spawn_in_scope(async { ("ours", current()) });
        set.spawn_local_in_scope(async { ("local", current()) });
        set.spawn_blocking_in_scope(|| ("blocking", current()));
        set.spawn(async { ("plain", current()) });
        set.spawn(async { ("given", current()) }.in_tenant(&globex));
        let mut seen = set.join_all().await;
        seen.sort_unstable();
        let (acme, globex) = (Some("acme".to_owned()), Some("globex".to_owned()));
        let expected = [
            ("blocking", acme.clone()),
            ("given", globex),
            ("local", acme.clone()),
            ("ours", acme),
            ("plain", None),
        ];
        assert_eq!(seen, expected);
        // All tenants are a scope as well.
        across_tenants("a test", async {
            let mut set = JoinSet::new();
            set.spawn_in_scope(async { TenantContext::current() });
            let error = set.join_next().await.unwrap().unwrap().unwrap_err();
            assert!(matches!(error, TenancyError::Scope(ScopeError::Across { .. })), "{error}");
        })
        .await;
    };
    tokio::task::LocalSet::new().run_until(acme.scope(inside)).await;
    let mut set = JoinSet::new();
    set.spawn_in_scope(async { current() });
    set.spawn_blocking_in_scope(current);
    assert_eq!(set.join_all().await, [None, None]);
}

/// A panic is the end of one task, and of nobody's scope.
#[tokio::test]
async fn a_task_that_panics_leaves_no_tenant_behind() {
    let world = World::new(Isolation::Column).await;
    let contexts = [world.tenancy.context(&world.acme), world.tenancy.context(&world.globex)];
    let inside = async {
        let mut set = JoinSet::new();
        for number in 0..60 {
            let context = contexts[number % 2].clone();
            let own = context.tenant().identifier().to_string();
            set.spawn(
                async move {
                    for step in 0..5 {
                        assert_eq!(current(), Some(own.clone()));
                        yield_now().await;
                        let inner = async || {
                            assert!(number % 3 != 0 || step < 3, "expected by the test");
                        };
                        // From two scopes deep.
                        inner().in_tenant(&context).in_tenant(&context).await;
                    }
                }
                .in_tenant(&contexts[number % 2]),
            );
        }
        let (mut done, mut panicked) = (0, 0);
        while let Some(joined) = set.join_next().await {
            assert_eq!(current().as_deref(), Some("acme"));
            match joined {
                Ok(()) => done += 1,
                Err(error) => {
                    let panic = error.into_panic();
                    assert_eq!(panic.downcast_ref(), Some(&"expected by the test"));
                    panicked += 1;
                }
            }
        }
        assert_eq!((done, panicked), (40, 20));
    };
    contexts[0].clone().scope(inside).await;
    assert_eq!(current(), None);
}

#[tokio::test]
async fn a_panic_that_is_caught_gives_the_outer_scope_back() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let failing = async || {
        yield_now().await;
        assert_ne!(current().as_deref(), Some("globex"), "expected by the test");
    };
    let outer = async {
        for caught in [
            AssertUnwindSafe(globex.clone().scope(failing())).catch_unwind().await,
            AssertUnwindSafe(failing().in_tenant(&globex)).catch_unwind().await,
            AssertUnwindSafe(failing().in_tenant(&globex).in_tenant(&acme)).catch_unwind().await,
            globex.clone().scope(async { AssertUnwindSafe(failing()).catch_unwind().await }).await,
        ] {
            assert!(caught.is_err());
            assert_eq!(current().as_deref(), Some("acme"));
        }
        AssertUnwindSafe(failing()).catch_unwind().await.unwrap();
    };
    acme.clone().scope(outer).await;
    assert_eq!(current(), None);
}

/// What tidies up in its `drop` finds the tenant it worked for.
#[tokio::test]
async fn a_future_is_dropped_in_its_scope() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let holding = |noted: Noted| async move {
        let _noted = noted;
        yield_now().await;
    };
    let noted = || Noted(Arc::clone(&seen));
    globex
        .scope(async {
            drop(holding(noted()).in_tenant(&acme));
            let mut begun = Box::pin(holding(noted()).in_tenant(&acme));
            assert!(begun.as_mut().now_or_never().is_none());
            drop(begun);
            holding(noted()).in_tenant(&acme).await;
            let task = tokio::spawn(holding(noted()).in_tenant(&acme));
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
            assert_eq!(current().as_deref(), Some("globex"));
        })
        .await;
    assert_eq!(*seen.lock().unwrap(), vec![Some("acme".to_owned()); 4]);
}

type Kept = RefCell<Option<Pin<Box<InScope<std::future::Ready<Noted>>>>>>;
thread_local! { static KEPT: Kept = const { RefCell::new(None) }; }

/// A future that somebody keeps in a thread-local is dropped when the thread has no scopes any more: outside, and
/// without the panic that would end the process.
#[tokio::test]
async fn a_future_that_outlives_the_threads_scopes_is_dropped_outside() {
    let world = World::new(Isolation::Column).await;
    let acme = world.tenancy.context(&world.acme);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Noted(Arc::clone(&seen));
    let thread = std::thread::spawn(move || {
        // What is first used is last destroyed.
        KEPT.with_borrow_mut(|kept| assert!(kept.is_none()));
        acme.clone().sync_scope(|| assert_eq!(current().as_deref(), Some("acme")));
        let future = std::future::ready(noted).in_tenant(&acme);
        KEPT.with_borrow_mut(|kept| *kept = Some(Box::pin(future)));
    });
    thread.join().unwrap();
    assert_eq!(*seen.lock().unwrap(), [None]);
}
