//! Against a real server on this machine. Times are short ones of the configuration, and the bounds are counted.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tenancy::resolve::{Jwks, TenantResolver};

use super::issuer::{Answer, Issuer, Key, outcome, resolver};

const MILLISECOND: Duration = Duration::from_millis(1);

fn keys(keys: &[&Key]) -> Answer {
    Answer::Keys(keys.iter().map(|key| key.public()).collect())
}

fn text(status: u16, body: impl Into<String>) -> Answer {
    Answer::Text { status, body: body.into() }
}

async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

#[actix_web::test]
async fn keys_are_fetched_once_and_kept() {
    let (old, issuer) = (Key::old(), Issuer::start(keys(&[&Key::old()])));
    let resolver = resolver(Jwks::from_url(issuer.url()));
    assert_eq!(resolver.problems(), [""; 0]);
    assert_eq!(issuer.fetches(), 0, "nothing is fetched before a token comes");
    // A hundred at once, before there are any keys: they wait for one fetch.
    issuer.takes(50 * MILLISECOND);
    let token = old.token();
    let outcomes = join_all((0..100).map(|_| outcome(&resolver, &token))).await;
    assert!(outcomes.iter().all(|outcome| outcome == "acme"), "{outcomes:?}");
    for _ in 0..1_000 {
        assert_eq!(outcome(&resolver, &token).await, "acme");
    }
    assert_eq!(issuer.fetches(), 1);
    issuer.stop().await;
}

#[actix_web::test]
async fn a_new_key_is_picked_up() {
    let (old, new) = (Key::old(), Key::new_one());
    let issuer = Issuer::start(keys(&[&old]));
    let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(500 * MILLISECOND));
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    // The issuer was asked just now: the new key has to wait for the interval.
    issuer.answers(keys(&[&old, &new]));
    assert_eq!(outcome(&resolver, &new.token()).await, "jwt-key-unknown");
    assert_eq!(issuer.fetches(), 1);
    pass(510 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &new.token()).await, "acme");
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    assert_eq!(issuer.fetches(), 2);
    // The old one is withdrawn: the next fetch, for whatever reason, leaves it out.
    issuer.answers(keys(&[&new]));
    pass(510 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &new.token_with("newer")).await, "jwt-key-unknown");
    assert_eq!(outcome(&resolver, &old.token()).await, "jwt-key-unknown");
    assert_eq!(outcome(&resolver, &new.token()).await, "acme");
    assert_eq!(issuer.fetches(), 3);
    issuer.stop().await;
}

/// Threat J9: 10,000 invented ids, and the good key is there all the while.
#[actix_web::test]
async fn a_flood_of_invented_ids_is_no_flood_of_fetches() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    issuer.takes(20 * MILLISECOND);
    let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(Duration::from_secs(60)));
    let tokens: Vec<String> = (0..10_000).map(|id| old.token_with(&format!("invented {id}"))).collect();
    for some in tokens.chunks(1_000) {
        let outcomes = join_all(some.iter().map(|token| outcome(&resolver, token))).await;
        assert!(outcomes.iter().all(|outcome| outcome == "jwt-key-unknown"));
        assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    }
    assert_eq!(issuer.fetches(), 1);
    issuer.stop().await;
}

#[actix_web::test]
async fn a_flood_gets_one_fetch_in_each_interval() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    let interval = 100 * MILLISECOND;
    let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(interval));
    let (began, mut sent) = (Instant::now(), 0);
    while began.elapsed() < 10 * interval {
        assert_eq!(outcome(&resolver, &old.token_with(&format!("invented {sent}"))).await, "jwt-key-unknown");
        sent += 1;
    }
    let intervals = began.elapsed().as_millis() / interval.as_millis() + 1;
    let fetches = issuer.fetches();
    assert!(
        fetches >= 2 && fetches as u128 <= intervals,
        "{fetches} fetches in {intervals} intervals, {sent} tokens"
    );
    issuer.stop().await;
}

#[actix_web::test]
async fn a_slow_issuer_is_waited_for_once_and_stale_keys_serve() {
    let (old, new) = (Key::old(), Key::new_one());
    let issuer = Issuer::start(keys(&[&old]));
    let jwks = Jwks::from_url(issuer.url()).timeout(600 * MILLISECOND).fresh_for(50 * MILLISECOND);
    let resolver = resolver(jwks.at_most_every(100 * MILLISECOND));
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");

    issuer.takes(Duration::from_secs(10));
    issuer.answers(keys(&[&new]));
    pass(200 * MILLISECOND).await;
    // The keys are overdue. The first request waits for the issuer, and no longer than the time-out.
    let began = Instant::now();
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    assert!(
        began.elapsed() >= 550 * MILLISECOND && began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    // The others do not, while it is as it is.
    for _ in 0..20 {
        let began = Instant::now();
        assert_eq!(outcome(&resolver, &old.token()).await, "acme");
        assert!(began.elapsed() < 400 * MILLISECOND, "{:?}", began.elapsed());
        pass(20 * MILLISECOND).await;
    }
    // An unknown id waits for the fetch, and is refused.
    pass(700 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &new.token()).await, "jwt-key-unknown");
    // It has recovered.
    issuer.takes(Duration::ZERO);
    pass(700 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &new.token()).await, "acme");
    issuer.stop().await;
}

#[actix_web::test]
async fn stale_keys_serve_until_the_bound_while_the_issuer_is_down() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    let jwks = Jwks::from_url(issuer.url()).fresh_for(50 * MILLISECOND).at_most_every(50 * MILLISECOND);
    let resolver = resolver(jwks.stale_for(1_500 * MILLISECOND));
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    let fetched = Instant::now();
    issuer.stop().await;
    let mut served = 0;
    let refused = loop {
        let before = fetched.elapsed();
        match outcome(&resolver, &old.token()).await.as_str() {
            "acme" => {
                assert!(before < 1_500 * MILLISECOND, "{before:?}");
                served += 1;
            }
            refused => break refused.to_owned(),
        }
        pass(10 * MILLISECOND).await;
    };
    assert_eq!(refused, "jwt-keys-unavailable");
    // The clock here began a little after that of the keys.
    assert!(fetched.elapsed() > 1_300 * MILLISECOND && served > 5, "{:?}, {served}", fetched.elapsed());
    // It is back.
    let again = Issuer::start_on(issuer.port(), keys(&[&old]));
    pass(100 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    again.stop().await;
}

#[actix_web::test]
async fn an_issuer_that_was_never_there_is_asked_once_in_an_interval() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    issuer.stop().await;
    let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(300 * MILLISECOND));
    for _ in 0..10 {
        assert_eq!(outcome(&resolver, &old.token()).await, "jwt-keys-unavailable");
    }
    let again = Issuer::start_on(issuer.port(), keys(&[&old]));
    pass(310 * MILLISECOND).await;
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    assert_eq!(again.fetches(), 1);
    again.stop().await;
}

/// A request whose client hangs up ends no fetch, and does not use up the interval for the others.
#[actix_web::test]
async fn a_fetch_belongs_to_no_request() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    issuer.takes(100 * MILLISECOND);
    let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(Duration::from_secs(60)));
    let token = old.token();
    assert!(tokio::time::timeout(20 * MILLISECOND, outcome(&resolver, &token)).await.is_err());
    assert_eq!(outcome(&resolver, &token).await, "acme");
    assert_eq!(issuer.fetches(), 1);
    issuer.stop().await;
}

#[actix_web::test]
async fn answers_that_are_no_keys_are_refused() {
    let old = Key::old();
    let good = serde_json::to_string(&serde_json::json!({ "keys": [old.public()] })).unwrap();
    let other = Issuer::start(keys(&[&old]));
    let long = format!("{}{}", good, " ".repeat(256 * 1024));
    let secret = r#"{"keys":[{"kty":"oct","kid":"old","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}]}"#;
    let cases = [
        ("it is good", text(200, good.clone()), "acme"),
        ("too long", text(200, long), "jwt-keys-unavailable"),
        ("not JSON", text(200, "<html>out of order</html>"), "jwt-keys-unavailable"),
        ("empty", text(200, ""), "jwt-keys-unavailable"),
        ("cut", text(200, &good[..good.len() - 3]), "jwt-keys-unavailable"),
        ("twice", text(200, good.replacen('{', r#"{"keys":[],"#, 1)), "jwt-keys-unavailable"),
        ("a key by itself", text(200, serde_json::to_string(&old.public()).unwrap()), "jwt-keys-unavailable"),
        ("another status", text(203, good.clone()), "jwt-keys-unavailable"),
        ("not found", text(404, good.clone()), "jwt-keys-unavailable"),
        ("an error", text(500, good.clone()), "jwt-keys-unavailable"),
        ("a redirect", Answer::RedirectTo(other.url()), "jwt-keys-unavailable"),
        ("a redirect to a file", Answer::RedirectTo("file:///etc/passwd".to_owned()), "jwt-keys-unavailable"),
        ("no key", text(200, r#"{"keys":[]}"#), "jwt-key-unknown"),
        ("a secret", text(200, secret), "jwt-key-unknown"),
    ];
    for (name, answer, expected) in cases {
        let issuer = Issuer::start(answer);
        let resolver = resolver(Jwks::from_url(issuer.url()).at_most_every(Duration::from_secs(60)));
        assert_eq!(outcome(&resolver, &old.token()).await, expected, "{name}");
        assert_eq!(issuer.fetches(), 1, "{name}");
        issuer.stop().await;
    }
    assert_eq!(other.fetches(), 0, "no redirect is followed");
    other.stop().await;
}

/// A bad answer replaces no keys.
#[actix_web::test]
async fn good_keys_outlive_a_bad_answer() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    let resolver =
        resolver(Jwks::from_url(issuer.url()).at_most_every(20 * MILLISECOND).fresh_for(20 * MILLISECOND));
    assert_eq!(outcome(&resolver, &old.token()).await, "acme");
    for answer in
        [text(200, "<html>"), text(500, ""), text(200, "x".repeat(1 << 20)), Answer::RedirectTo(issuer.url())]
    {
        issuer.answers(answer);
        let before = issuer.fetches();
        let began = Instant::now();
        while issuer.fetches() < before + 3 {
            assert_eq!(outcome(&resolver, &old.token()).await, "acme");
            assert!(began.elapsed() < Duration::from_secs(10), "the issuer is not asked");
            pass(10 * MILLISECOND).await;
        }
    }
    issuer.stop().await;
}

/// A URL that says `https` is not asked without TLS.
#[actix_web::test]
async fn https_is_tls() {
    let old = Key::old();
    let issuer = Issuer::start(keys(&[&old]));
    let resolver = resolver(Jwks::from_url(issuer.url().replacen("http:", "https:", 1)));
    assert_eq!(resolver.problems(), [""; 0]);
    assert_eq!(outcome(&resolver, &old.token()).await, "jwt-keys-unavailable");
    assert_eq!(issuer.fetches(), 0);
    issuer.stop().await;
}

#[test]
fn urls_are_https_or_of_this_machine() {
    let problems = |jwks: Jwks| resolver(jwks).problems();
    for good in [
        "https://id.example/jwks.json",
        "https://id.example:8443/jwks.json?tenant=x",
        "http://localhost/jwks.json",
        "http://127.0.0.1:8080/jwks.json",
        "http://127.9.9.9/jwks.json",
        "http://[::1]:8080/jwks.json",
    ] {
        assert_eq!(problems(Jwks::from_url(good)), [""; 0], "{good}");
    }
    assert_eq!(problems(Jwks::from_url("http://id.internal/jwks.json").allow_plain_http()), [""; 0]);
    let cases = [
        ("http://id.example/jwks.json", "anybody on the way"),
        ("http://localhost.evil.example/jwks.json", "anybody on the way"),
        ("http://10.0.0.1/jwks.json", "anybody on the way"),
        ("http://0.0.0.0/jwks.json", "anybody on the way"),
        ("file:///etc/jwks.json", "is not `https`"),
        ("ftp://id.example/jwks.json", "is not `https`"),
        ("data:application/json,{}", "is not `https`"),
        ("id.example/jwks.json", "is none"),
        ("", "is none"),
        ("https://user:hunter2@id.example/jwks.json", "a user or a password"),
        ("https://hunter2@id.example/jwks.json", "a user or a password"),
    ];
    for (url, expected) in cases {
        let problems = problems(Jwks::from_url(url));
        assert!(problems.len() == 1 && problems[0].contains(expected), "{url}: {problems:?}");
        assert!(!problems[0].contains("hunter2"), "{problems:?}");
    }
    let plain = problems(Jwks::from_url("ftp://id.example/jwks.json").allow_plain_http());
    assert!(plain[0].contains("is not `https`"), "{plain:?}");
    let jwks = || Jwks::from_url("https://id.example/jwks.json?key=hunter2");
    let shown = format!("{:?} {:?}", jwks(), resolver(jwks()));
    assert!(shown.contains("id.example") && !shown.contains("hunter2"), "{shown}");
}
