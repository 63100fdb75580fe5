//! How long keys are kept, with a clock that is moved by hand and a source that is no network.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use jsonwebtoken::jwk::JwkSet;
use tenancy::resolve::{Jwks, JwksError, JwksSource, JwtAlgorithm, TenantResolver};

use super::issuer::{Key, outcome, resolver};

/// What there is to fetch: nothing where the issuer is down.
#[derive(Debug, Default)]
struct Shelf {
    document: Mutex<Option<String>>,
    delay: Mutex<Duration>,
    fetches: AtomicUsize,
}

impl Shelf {
    fn with(keys: &[&Key]) -> Arc<Self> {
        let shelf = Arc::new(Self::default());
        shelf.put(keys);
        shelf
    }

    fn put(&self, keys: &[&Key]) {
        let keys = keys.iter().map(|key| key.public()).collect();
        *self.document.lock().unwrap() = Some(serde_json::to_string(&JwkSet { keys }).unwrap());
    }

    fn empty(&self) {
        *self.document.lock().unwrap() = None;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct OffTheShelf(Arc<Shelf>);

#[async_trait]
impl JwksSource for OffTheShelf {
    async fn fetch(&self) -> Result<Vec<u8>, JwksError> {
        self.0.fetches.fetch_add(1, Ordering::SeqCst);
        let delay = *self.0.delay.lock().unwrap();
        tokio::time::sleep(delay).await;
        let document = self.0.document.lock().unwrap().clone();
        document.map(String::into_bytes).ok_or_else(|| JwksError::new("the shelf is empty"))
    }
}

fn from(shelf: &Arc<Shelf>) -> Jwks {
    Jwks::from_source(OffTheShelf(Arc::clone(shelf)))
}

/// Lets run what has been begun, moves the clock, and lets run what is due.
async fn pass(seconds: u64) {
    settle().await;
    tokio::time::advance(Duration::from_secs(seconds)).await;
    settle().await;
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_defaults_are_what_the_guide_says() {
    let (old, new) = (Key::old(), Key::new_one());
    let (old_token, new_token) = (old.token(), new.token());
    let shelf = Shelf::with(&[&old]);
    let resolver = resolver(from(&shelf));
    assert_eq!(outcome(&resolver, &old_token).await, "acme");

    // Fresh for five minutes.
    pass(299).await;
    assert_eq!(outcome(&resolver, &old_token).await, "acme");
    settle().await;
    assert_eq!(shelf.fetches(), 1);
    // Then they are fetched behind the request, which is answered with what there is.
    shelf.put(&[&new]);
    pass(1).await;
    assert_eq!(outcome(&resolver, &old_token).await, "acme");
    settle().await;
    assert_eq!(shelf.fetches(), 2);
    assert_eq!(outcome(&resolver, &new_token).await, "acme");
    assert_eq!(outcome(&resolver, &old_token).await, "jwt-key-unknown");
    assert_eq!(shelf.fetches(), 2, "ten seconds have not passed");

    // After ten minutes without a request the keys are so old that the request waits: the withdrawn one is not believed.
    shelf.put(&[&old]);
    pass(600).await;
    assert_eq!(outcome(&resolver, &new_token).await, "jwt-key-unknown");
    assert_eq!(outcome(&resolver, &old_token).await, "acme");
    assert_eq!(shelf.fetches(), 3);

    // The issuer is down: they serve for an hour from when they were fetched.
    shelf.empty();
    for minute in 1..60 {
        pass(60).await;
        assert_eq!(outcome(&resolver, &old_token).await, "acme", "{minute}");
    }
    pass(59).await;
    assert_eq!(outcome(&resolver, &old_token).await, "acme");
    pass(1).await;
    assert_eq!(outcome(&resolver, &old_token).await, "jwt-keys-unavailable");
    // And it is back.
    shelf.put(&[&old]);
    assert_eq!(outcome(&resolver, &old_token).await, "jwt-keys-unavailable", "it was asked just now");
    pass(10).await;
    assert_eq!(outcome(&resolver, &old_token).await, "acme");
}

/// All who come at once after a long time wait for the same fetch, and none is answered with the withdrawn key.
#[tokio::test(start_paused = true)]
async fn everybody_waits_for_overdue_keys() {
    let (old, new) = (Key::old(), Key::new_one());
    let token = old.token();
    let shelf = Shelf::with(&[&old]);
    let resolver = resolver(from(&shelf));
    assert_eq!(outcome(&resolver, &token).await, "acme");
    shelf.put(&[&new]);
    *shelf.delay.lock().unwrap() = Duration::from_secs(1);
    pass(600).await;
    let outcomes = join_all((0..10).map(|_| outcome(&resolver, &token))).await;
    assert!(outcomes.iter().all(|outcome| outcome == "jwt-key-unknown"), "{outcomes:?}");
    assert_eq!(shelf.fetches(), 2);
}

/// Once the issuer has failed nobody waits for it, until it answers again.
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_an_issuer_that_has_failed() {
    let old = Key::old();
    let token = old.token();
    let shelf = Shelf::with(&[&old]);
    let resolver = resolver(from(&shelf));
    assert_eq!(outcome(&resolver, &token).await, "acme");
    shelf.empty();
    *shelf.delay.lock().unwrap() = Duration::from_secs(1);
    pass(600).await;
    for (waits, fetches) in [(1, 2), (0, 3), (0, 4)] {
        let began = tokio::time::Instant::now();
        let outcomes = join_all((0..10).map(|_| outcome(&resolver, &token))).await;
        assert!(outcomes.iter().all(|outcome| outcome == "acme"), "{outcomes:?}");
        assert_eq!(began.elapsed().as_secs(), waits);
        pass(10).await;
        assert_eq!(shelf.fetches(), fetches);
    }
}

#[tokio::test(start_paused = true)]
async fn an_issuer_is_asked_once_in_ten_seconds() {
    let old = Key::old();
    let shelf = Shelf::with(&[&old]);
    let resolver = resolver(from(&shelf));
    let invented = old.token_with("invented");
    for second in 0..100 {
        for _ in 0..10 {
            assert_eq!(outcome(&resolver, &invented).await, "jwt-key-unknown");
        }
        assert_eq!(shelf.fetches(), 1 + second / 10);
        pass(1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_fetch_takes_five_seconds_at_most() {
    let old = Key::old();
    let shelf = Shelf::with(&[&old]);
    *shelf.delay.lock().unwrap() = Duration::from_secs(6);
    let resolver = resolver(from(&shelf));
    let began = tokio::time::Instant::now();
    assert_eq!(outcome(&resolver, &old.token()).await, "jwt-keys-unavailable");
    assert_eq!(began.elapsed().as_secs(), 5);
    *shelf.delay.lock().unwrap() = Duration::from_secs(4);
    pass(5).await;
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
}

/// No request waits for a secret: no issuer has one.
#[tokio::test(start_paused = true)]
async fn a_token_by_a_secret_fetches_nothing() {
    let shelf = Shelf::with(&[&Key::old()]);
    let token = "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9sZCJ9.e30.AAAA";
    assert_eq!(outcome(&resolver(from(&shelf)), token).await, "jwt-algorithm");
    assert_eq!(shelf.fetches(), 0);
}

#[derive(Debug)]
struct Panics;

#[async_trait]
impl JwksSource for Panics {
    async fn fetch(&self) -> Result<Vec<u8>, JwksError> {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_source_that_panics_is_one_that_fails() {
    let resolver = resolver(Jwks::from_source(Panics));
    assert_eq!(outcome(&resolver, &Key::old().token()).await, "jwt-keys-unavailable");
}

/// A fetch goes down with the thread that it was on; the next begins one.
#[test]
fn a_runtime_that_ends_takes_no_keys_along() {
    let old = Key::old();
    let shelf = Shelf::with(&[&old]);
    *shelf.delay.lock().unwrap() = Duration::from_secs(60);
    let resolver =
        resolver(from(&shelf).timeout(Duration::from_secs(3600)).at_most_every(Duration::from_millis(1)));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let token = old.token();
    let waited = first.block_on(async {
        tokio::time::timeout(Duration::from_millis(50), outcome(&resolver, &token)).await
    });
    assert!(waited.is_err());
    drop(first);
    *shelf.delay.lock().unwrap() = Duration::ZERO;
    assert_eq!(runtime().block_on(outcome(&resolver, &token)), "acme");
    assert_eq!(shelf.fetches(), 2);
    // Without a runtime there is no fetch, and no panic.
    std::thread::sleep(Duration::from_millis(5));
    let unknown = old.token_with("unknown");
    let outcome = futures_util::FutureExt::now_or_never(outcome(&resolver, &unknown));
    assert_eq!(outcome.as_deref(), Some("jwt-key-unknown"));
}

#[test]
fn settings_that_make_no_sense_are_problems() {
    let shelf = Shelf::with(&[]);
    let cases = [
        (from(&shelf).stale_for(Duration::from_secs(299)), "raise `stale_for`"),
        (from(&shelf).at_most_every(Duration::ZERO), "`at_most_every` must not be zero"),
        (from(&shelf).timeout(Duration::ZERO), "raise `timeout`"),
        (from(&shelf).algorithms([JwtAlgorithm::HS256]), "leave HS256, HS384 and HS512 out"),
    ];
    for (jwks, expected) in cases {
        let problems = resolver(jwks).problems();
        assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
    }
}
