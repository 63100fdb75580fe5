//! Threat 17: Redis is down.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use tenancy::limit::{
    FailMode, MemoryRateStore, RateLimit, RateLimitError, RateLimiter, RateStoreError, RedisRateStore,
};

use super::gate::{Gate, Mode};
use super::{decide, plain, prefix};

/// Where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    format!("redis://default:hunter2@127.0.0.1:{port}/")
}

fn limiter(url: &str, prefix: &str, mode: FailMode) -> RateLimiter {
    let store = RedisRateStore::new(url).unwrap().prefix(prefix).backs_off(Duration::from_millis(400));
    RateLimiter::builder(store).limits([RateLimit::per_minute(1_000)]).when_unavailable(mode).build().unwrap()
}

#[tokio::test]
async fn where_nobody_listens_requests_pass_or_are_refused() {
    let acme = plain("acme");
    let url = nobody();
    let open = limiter(&url, "x", FailMode::Open);
    let closed = limiter(&url, "x", FailMode::Closed);
    let began = Instant::now();
    for _ in 0..100 {
        let decision = open.check(&acme).await.unwrap();
        assert!(decision.is_admitted() && decision.windows().is_empty());
        let error = closed.check(&acme).await.unwrap_err();
        assert!(matches!(error, RateLimitError::Store(RateStoreError::Unavailable { .. })), "{error}");
        assert!(!format!("{error} {error:?} {closed:?}").contains("hunter2"));
    }
    println!("200 requests without a Redis: {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!((open.stats().admitted_unasked, open.stats().admitted), (100, 0));
    assert_eq!((closed.stats().refused_unasked, closed.stats().refused), (100, 0));
}

/// A Redis that takes connections and says nothing: the first requests wait for their bound, and the others not at all.
#[tokio::test]
async fn nobody_waits_for_long_and_only_the_first_wait_at_all() {
    for mode in [FailMode::Open, FailMode::Closed] {
        let gate = Gate::new(Mode::Silent).await;
        let (limiter, acme) = (limiter(gate.url(), "x", mode), plain("acme"));
        let mut waited = Vec::new();
        for _ in 0..50 {
            let began = Instant::now();
            assert_eq!(limiter.check(&acme).await.is_ok(), mode == FailMode::Open);
            waited.push(began.elapsed());
        }
        let late = waited.iter().filter(|waited| **waited >= Duration::from_millis(50)).count();
        println!("silent Redis, {mode:?}: {late} of 50 waited, {:?} at most", waited.iter().max().unwrap());
        assert!((3..=5).contains(&late), "{waited:?}");
        assert!(waited.iter().all(|waited| *waited < Duration::from_secs(1)), "{waited:?}");
        // When it has been left alone for long enough, one asks again; of many who come then, the others do not wait.
        tokio::time::sleep(Duration::from_millis(450)).await;
        let began = Instant::now();
        let asking: Vec<_> = (0..20)
            .map(|_| {
                let (limiter, acme) = (limiter.clone(), acme.clone());
                tokio::spawn(async move {
                    let began = Instant::now();
                    let _ = limiter.check(&acme).await;
                    began.elapsed()
                })
            })
            .collect();
        let mut late = 0;
        for task in asking {
            late += usize::from(task.await.unwrap() >= Duration::from_millis(90));
        }
        assert!(began.elapsed() < Duration::from_secs(1));
        assert_eq!(late, 1);
    }
}

/// It is killed and comes back: what was counted before still is, and the limiter is itself again within the back-off.
#[tokio::test]
async fn it_counts_again_when_redis_is_back() {
    let gate = Gate::new(Mode::Open).await;
    let (limiter, acme) = (limiter(gate.url(), &prefix(), FailMode::Open), plain("acme"));
    // Connecting may take longer than the bound where the machine is busy.
    let mut counted = 0;
    for _ in 0..20 {
        counted = decide(&limiter, &acme).await.windows().first().map_or(counted, |window| window.used);
        if counted >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(counted >= 3);
    for down in [Mode::Closed, Mode::Silent] {
        gate.set(down);
        for _ in 0..10 {
            let decision = limiter.check(&acme).await.unwrap();
            assert!(decision.is_admitted() && decision.windows().is_empty());
        }
        assert!(limiter.stats().admitted_unasked >= 10);
        gate.set(Mode::Open);
        let began = Instant::now();
        let mut used = 0;
        while used == 0 && began.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            used = decide(&limiter, &acme).await.windows().first().map_or(0, |window| window.used);
        }
        println!("after {down:?}: counted again within {:?}", began.elapsed());
        assert!(used > counted, "{used}");
        counted = used;
    }
}

/// A server that closes what nobody uses is no outage.
#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_made_again() {
    let gate = Gate::new(Mode::Open).await;
    let store =
        RedisRateStore::new(gate.url()).unwrap().prefix(prefix()).answers_within(Duration::from_secs(10));
    let limiter = RateLimiter::builder(store)
        .limits([RateLimit::per_minute(1_000)])
        .when_unavailable(FailMode::Closed)
        .build()
        .unwrap();
    let acme = plain("acme");
    for expected in 1..=5 {
        assert_eq!(limiter.check(&acme).await.unwrap().windows()[0].used, expected);
        gate.set(Mode::Closed);
        tokio::time::sleep(Duration::from_millis(50)).await;
        gate.set(Mode::Open);
    }
}

/// Requests that are given up leave the connection as it was.
#[tokio::test]
async fn a_request_may_be_dropped_at_any_time() {
    let (limiter, acme) =
        (limiter(Gate::new(Mode::Open).await.url(), &prefix(), FailMode::Closed), plain("acme"));
    for micros in 0..200 {
        let check = limiter.check(&acme);
        let _ = tokio::time::timeout(Duration::from_micros(10 * micros), check).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let used = decide(&limiter, &acme).await.windows()[0].used;
    assert!(used <= 201, "{used}");
}

/// A store in memory that is full says so; it forgets nobody for it.
#[tokio::test]
async fn a_full_store_is_an_error_of_its_own() {
    let of = |mode| {
        RateLimiter::builder(MemoryRateStore::with_capacity(2))
            .limits([RateLimit::per_minute(1)])
            .when_unavailable(mode)
            .build()
            .unwrap()
    };
    let (open, closed) = (of(FailMode::Open), of(FailMode::Closed));
    for limiter in [&open, &closed] {
        for _ in 0..2 {
            assert!(limiter.check(&plain("acme")).await.is_ok());
        }
    }
    assert!(open.check(&plain("globex")).await.is_ok());
    assert_eq!(open.stats().admitted_unasked, 1);
    let error = closed.check(&plain("globex")).await.unwrap_err();
    assert!(matches!(error, RateLimitError::Store(RateStoreError::Full { capacity: 2 })), "{error}");
}

/// A server that takes longer to connect to than a request waits: the connection is made all the same, and then counts.
#[tokio::test]
async fn a_connection_that_takes_longer_than_a_request_waits_is_made() {
    let mut url = url::Url::parse(&tenancy_tests::servers::redis()).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(6379));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                let mut server = tokio::net::TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let (limiter, acme) = (limiter(url.as_str(), &prefix(), FailMode::Closed), plain("acme"));
    let began = Instant::now();
    while limiter.check(&acme).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(10), "it is never connected");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!(
        "connected after {:?}, {} requests refused meanwhile",
        began.elapsed(),
        limiter.stats().refused_unasked
    );
    assert!(limiter.stats().refused_unasked > 0);
}
