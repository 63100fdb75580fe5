//! Streams that are polled in one scope while their consumer is in another.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tenancy::prelude::*;
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite::World;
use tokio::task::yield_now;

use super::current;

/// A stream that says `count` times in whose scope it is, with a pause before each.
fn scopes(count: usize) -> impl Stream<Item = Option<String>> {
    let step = |left: usize| async move {
        let left = left.checked_sub(1)?;
        let before = current();
        yield_now().await;
        assert_eq!(current(), before);
        Some((before, left))
    };
    stream::unfold(count, step)
}

/// Threat 11.
#[tokio::test]
async fn each_poll_is_in_the_streams_scope_and_gives_the_consumers_back() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let mut of_acme = Box::pin(scopes(20).in_tenant(&acme));
    let mut of_globex = Box::pin(scopes(20).in_tenant(&globex));
    let mut of_all = Box::pin(across_tenants("a test", async { scopes(20).in_current_scope() }).await);
    let mut of_nobody = Box::pin(scopes(20).in_current_scope());
    let consumer = async {
        for _ in 0..20 {
            assert_eq!(of_acme.next().await.unwrap().as_deref(), Some("acme"));
            assert_eq!(current().as_deref(), Some("globex"));
            assert_eq!(of_globex.next().await.unwrap().as_deref(), Some("globex"));
            assert_eq!(of_all.next().await.unwrap(), None);
            assert_eq!(of_nobody.next().await.unwrap(), None);
            assert_eq!(current().as_deref(), Some("globex"));
        }
        assert_eq!(of_acme.next().await, None);
    };
    globex.scope(consumer).await;
    assert_eq!(current(), None);
}

/// A stream made in a request, and sent by somebody else when the request is over.
#[tokio::test]
async fn a_stream_queries_for_the_tenant_it_was_made_for() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    for context in [&acme, &globex] {
        let fill = async {
            let name = current().unwrap();
            let rows: Vec<_> =
                (0..3).map(|id| (customers::id.eq(id), customers::name.eq(name.clone()))).collect();
            let mut db = world.tenancy.db().await.unwrap();
            tenancy::insert_into(customers::table).values(rows).execute(&mut db).await.unwrap();
        };
        fill.in_tenant(context).await;
    }
    let tenancy = &world.tenancy;
    let names = async || {
        let one = move |id: i32| async move {
            let mut db = tenancy.db().await?;
            let name = customers::table.find(id).select(customers::name).first::<String>(&mut db).await?;
            Ok::<_, TenancyError>(name)
        };
        stream::iter(0..3).then(one).in_current_scope()
    };
    let of_acme = acme.clone().scope(names()).await;
    let of_globex = globex.clone().scope(names()).await;
    assert_eq!(of_acme.size_hint(), (3, Some(3)));
    let both = async { of_acme.zip(of_globex).collect::<Vec<_>>().await };
    for (one, other) in both.in_tenant(&globex).await {
        assert_eq!((one.unwrap().as_str(), other.unwrap().as_str()), ("acme", "globex"));
    }
    let plain =
        acme.scope(async { stream::iter(0..1).then(|_| async { tenancy.db().await.is_err() }) }).await;
    assert_eq!(plain.collect::<Vec<_>>().await, [true]);
}

#[tokio::test]
async fn a_stream_that_panics_gives_the_consumers_scope_back() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let mut calls = 0;
    let failing = stream::poll_fn(move |_| {
        calls += 1;
        assert_ne!(calls, 2, "expected by the test");
        std::task::Poll::Ready(Some(current()))
    });
    let consumer = async {
        let mut failing = failing.in_tenant(&acme);
        assert_eq!(failing.next().await.unwrap().as_deref(), Some("acme"));
        assert!(AssertUnwindSafe(failing.next()).catch_unwind().await.is_err());
        assert_eq!(current().as_deref(), Some("globex"));
        // It goes on where it was.
        assert_eq!(failing.next().await.unwrap().as_deref(), Some("acme"));
    };
    globex.scope(consumer).await;
    assert_eq!(current(), None);
}

#[tokio::test]
async fn a_stream_is_dropped_in_its_scope() {
    struct Noted(Arc<Mutex<Vec<Option<String>>>>);
    impl Drop for Noted {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(current());
        }
    }
    let world = World::new(Isolation::Column).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    for begun in [false, true] {
        let noted = Noted(Arc::clone(&seen));
        let held = stream::repeat(1).map(move |number| (number, &noted).0);
        let mut held = Box::pin(held.in_tenant(&world.tenancy.context(&world.acme)));
        if begun {
            assert_eq!(held.next().await, Some(1));
        }
    }
    assert_eq!(*seen.lock().unwrap(), vec![Some("acme".to_owned()); 2]);
}
