//! What a scope keeps for those who work in it.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, StreamExt, stream};
use tenancy::prelude::*;
use tenancy::{RequestContext, ScopeError};
use tenancy_tests::world::sqlite::World;
use tokio::task::yield_now;

#[derive(Clone, Debug, PartialEq)]
struct RequestId(u32);

#[derive(Clone, Debug, Default, PartialEq)]
struct Token(String);

fn values() -> RequestContext {
    RequestContext::current().unwrap()
}

fn id() -> Option<u32> {
    values().get::<RequestId>().map(|RequestId(id)| id)
}

#[tokio::test]
async fn values_are_set_read_and_taken_out_by_their_type() {
    let world = World::new(Isolation::Column).await;
    let inside = || {
        assert!(values().is_empty());
        assert_eq!(values().get::<Token>().unwrap_or_default(), Token(String::new()));
        assert_eq!(values().set(RequestId(1)), None);
        assert_eq!(values().set(RequestId(2)), Some(RequestId(1)));
        values().set(Token("secret".to_owned()));
        assert_eq!(id(), Some(2));
        // A number is another type than what is made of one.
        assert_eq!(values().get::<u32>(), None);

        let copy = values().snapshot();
        assert_eq!(values().remove::<RequestId>(), Some(RequestId(2)));
        assert_eq!((values().remove::<RequestId>(), id()), (None, None));
        assert_eq!(copy.get(), Some(RequestId(2)));
        copy.set(RequestId(3));
        assert_eq!(id(), None);

        let cleared = values().clear();
        assert!(values().is_empty());
        assert_eq!(cleared.get(), Some(Token("secret".to_owned())));
        values().set(RequestId(4));
        values().extend(&copy);
        assert_eq!((id(), values().get()), (Some(3), Some(Token("secret".to_owned()))));

        let shown = format!("{:?}", values());
        assert!(shown.contains("Token") && !shown.contains("secret"), "{shown}");
    };
    world.tenancy.context(&world.acme).sync_scope(inside);
    let error = RequestContext::current().unwrap_err();
    assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{error}");
    assert!(RequestContext::try_current().is_none());
}

#[tokio::test]
async fn a_scope_begins_with_nothing_and_the_outer_ones_values_come_back() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let inside = async {
        values().set(RequestId(1));
        let outer = values();
        let nested = async {
            assert!(values().is_empty());
            values().set(RequestId(2));
            yield_now().await;
            assert_eq!(id(), Some(2));
            // A handle is to the values it was taken of.
            assert_eq!(outer.get(), Some(RequestId(1)));
        };
        nested.in_tenant(&globex).await;
        assert_eq!(id(), Some(1));
        // The same tenant's scope once more is another one, too.
        acme.clone().scope(async { assert_eq!(id(), None) }).await;
        acme.clone().sync_scope(|| assert_eq!(id(), None));
        across_tenants("a test", async {
            assert_eq!(id(), None);
            values().set(RequestId(3));
        })
        .await;
        let panicking = async {
            values().set(RequestId(4));
            panic!("expected by the test");
        };
        let caught = AssertUnwindSafe(panicking.in_tenant(&globex)).catch_unwind().await;
        assert!(caught.is_err());
        assert_eq!(id(), Some(1));
    };
    acme.clone().scope(inside).await;
    acme.scope(async { assert_eq!(id(), None) }).await;
}

#[tokio::test]
async fn a_task_has_a_copy() {
    let world = World::new(Isolation::Column).await;
    let inside = async {
        values().set(RequestId(1));
        let task = tenancy::spawn(async {
            let before = id();
            yield_now().await;
            values().set(RequestId(2));
            (before, id())
        });
        values().set(RequestId(3));
        assert_eq!(task.await.unwrap(), (Some(1), Some(2)));
        assert_eq!(id(), Some(3));
        assert_eq!(tenancy::spawn_blocking(id).await.unwrap(), Some(3));
        // Values that nobody had asked for yet are not shared afterwards either.
        let task = async {
            let task = tenancy::spawn(async {
                yield_now().await;
                id()
            });
            values().set(RequestId(5));
            task.await.unwrap()
        };
        assert_eq!(task.in_tenant(&TenantContext::current().unwrap()).await, None);
        let outside = tokio::spawn(async { RequestContext::try_current().is_none() });
        assert!(outside.await.unwrap());
    };
    world.tenancy.context(&world.acme).scope(inside).await;
}

#[tokio::test]
async fn a_stream_keeps_its_values_from_one_poll_to_the_next() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let counting = || {
        stream::repeat_with(|| {
            let next = id().unwrap_or_default() + 1;
            values().set(RequestId(next));
            next
        })
    };
    let consumer = async {
        values().set(RequestId(100));
        let of_globex = counting().in_tenant(&globex);
        let copied = counting().in_current_scope();
        let seen: Vec<_> = of_globex.zip(copied).take(3).collect().await;
        assert_eq!(seen, [(1, 101), (2, 102), (3, 103)]);
        assert_eq!(id(), Some(100));
    };
    acme.scope(consumer).await;
}

/// Tasks of one thread take turns at every pause.
#[tokio::test]
async fn no_task_sees_the_values_of_another() {
    let world = World::new(Isolation::Column).await;
    let contexts = [world.tenancy.context(&world.acme), world.tenancy.context(&world.globex)];
    let mut set = tokio::task::JoinSet::new();
    for number in 0..100 {
        let work = async move {
            assert_eq!(id(), None);
            values().set(RequestId(number));
            for _ in 0..10 {
                yield_now().await;
                assert_eq!(id(), Some(number));
            }
        };
        set.spawn(work.in_tenant(&contexts[number as usize % 2]));
    }
    set.join_all().await;
}

/// Nobody's code runs while the values are locked.
#[tokio::test]
async fn a_value_may_come_back_when_it_is_cloned_or_dropped() {
    #[derive(Debug)]
    struct Curious(u32);
    impl Curious {
        fn look() -> bool {
            RequestContext::try_current().is_some_and(|values| values.is_empty())
        }
    }
    impl Clone for Curious {
        fn clone(&self) -> Self {
            Self::look();
            Self(self.0)
        }
    }
    impl Drop for Curious {
        fn drop(&mut self) {
            Self::look();
        }
    }
    let world = World::new(Isolation::Column).await;
    let (done, wait) = std::sync::mpsc::channel();
    let context = world.tenancy.context(&world.acme);
    let inside = move || {
        values().set(Curious(1));
        values().set(Curious(2));
        assert_eq!(values().get::<Curious>().map(|it| it.0), Some(2));
        let copy = values().snapshot();
        values().extend(&copy);
        values().extend(&values());
        values().remove::<Curious>();
        values().extend(&copy);
        values().clear();
        values().set(Curious(3));
        done.send(()).unwrap();
    };
    std::thread::spawn(move || context.sync_scope(inside));
    wait.recv_timeout(std::time::Duration::from_secs(30)).expect("it does not wait for itself");
}
