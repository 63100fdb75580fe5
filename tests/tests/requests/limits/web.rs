//! What a request is told of its limits.

use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use actix_web::{App, HttpResponse, web};
use serde_json::json;
use tenancy::limit::{FailMode, MemoryRateStore, Quota, RateLimit, RateLimiter, RedisRateStore};
use tenancy::web::CurrentTenant;
use tenancy::{Isolation, NewTenant, TenancyError, TenantContext};
use tenancy_tests::world::sqlite::World;

use super::gate::{Gate, Mode};

async fn who(tenant: CurrentTenant) -> String {
    tenant.identifier().to_string()
}

async fn broken() -> Result<String, TenancyError> {
    Err(TenancyError::Database(diesel::result::Error::NotFound))
}

fn get(path: &str, tenant: &str) -> TestRequest {
    TestRequest::get().uri(path).insert_header(("X-Tenant-ID", tenant))
}

fn header<B>(response: &ServiceResponse<B>, name: &str) -> Option<String> {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
}

fn in_memory(limits: impl IntoIterator<Item = RateLimit>) -> RateLimiter {
    RateLimiter::builder(MemoryRateStore::new()).limits(limits).build().unwrap()
}

#[actix_web::test]
async fn above_the_limit_the_answer_is_429_and_says_when() {
    let world = World::new(Isolation::Column).await;
    let limiter = in_memory([RateLimit::per_minute(2), RateLimit::per_hour(10)]);
    let app = init_service(
        App::new()
            .wrap(world.tenancy.middleware().public("/health").rate_limit(limiter.clone()))
            .route("/health", web::get().to(HttpResponse::Ok))
            .route("/who", web::get().to(who))
            .route("/broken", web::get().to(broken)),
    )
    .await;
    // Nobody's requests, and those that are refused because of whom they name, are not counted.
    for (path, tenant) in [("/health", "acme"), ("/health", ""), ("/who", "unknown"), ("/who", "ACME")] {
        for _ in 0..5 {
            let response = call_service(&app, get(path, tenant).to_request()).await;
            assert_ne!(response.status(), StatusCode::TOO_MANY_REQUESTS);
            assert_eq!((header(&response, "RateLimit"), header(&response, "RateLimit-Policy")), (None, None));
        }
    }
    assert_eq!(limiter.stats().admitted, 0);

    let policy = r#""per-minute";q=2;w=60, "per-hour";q=10;w=3600"#;
    // Whatever the answer is, it says what is left.
    for (path, status, left) in [
        ("/who", StatusCode::OK, r#""per-minute";r=1;t=60, "per-hour";r=9;t=3600"#),
        ("/broken", StatusCode::NOT_FOUND, r#""per-minute";r=0;t=60, "per-hour";r=8;t=3600"#),
    ] {
        let response = call_service(&app, get(path, "acme").to_request()).await;
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "RateLimit-Policy").as_deref(), Some(policy));
        assert_eq!(header(&response, "RateLimit").as_deref(), Some(left));
        assert_eq!(header(&response, "Retry-After"), None);
    }
    for path in ["/who", "/nowhere"] {
        let response = call_service(&app, get(path, "acme").to_request()).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(header(&response, "RateLimit-Policy").as_deref(), Some(policy));
        let left = header(&response, "RateLimit").unwrap();
        assert!(
            left.starts_with(r#""per-minute";r=0;t="#) && left.contains(r#""per-hour";r=8;t="#),
            "{left}"
        );
        let retry: u64 = header(&response, "Retry-After").unwrap().parse().unwrap();
        assert!((50..=60).contains(&retry), "{retry}");
        assert_eq!(header(&response, "Content-Type").as_deref(), Some("application/problem+json"));
        let body: serde_json::Value = read_body_json(response).await;
        assert_eq!(body, json!({"type": "about:blank", "title": "too many requests", "status": 429}));
    }
    // Another tenant has all of its own.
    let response = call_service(&app, get("/who", "globex").to_request()).await;
    assert_eq!(header(&response, "RateLimit").unwrap(), r#""per-minute";r=1;t=60, "per-hour";r=9;t=3600"#);
    assert_eq!(read_body(response).await, "globex");
    assert_eq!((limiter.stats().admitted, limiter.stats().refused), (3, 2));
}

/// The plan and the tenant's own limit are in the registry, and hold from the next request on.
#[actix_web::test]
async fn limits_are_the_tenants() {
    let world = World::new(Isolation::Column).await;
    let limiter = RateLimiter::builder(MemoryRateStore::new())
        .limits([RateLimit::per_minute(1)])
        .plan_without_limits("internal")
        .build()
        .unwrap();
    let app = init_service(
        App::new().wrap(world.tenancy.middleware().rate_limit(limiter)).route("/who", web::get().to(who)),
    )
    .await;
    for (slug, metadata, passes) in [
        ("own", json!({"rate_limit_per_minute": 3}), 3),
        ("plan", json!({"plan": "internal"}), 5),
        ("none", json!({}), 1),
    ] {
        world.tenancy.register_tenant(NewTenant::new(slug).unwrap().metadata(metadata)).await.unwrap();
        let mut passed = 0;
        for _ in 0..5 {
            let response = call_service(&app, get("/who", slug).to_request()).await;
            passed += usize::from(response.status() == StatusCode::OK);
            assert_eq!(header(&response, "RateLimit").is_some(), slug != "plan");
        }
        assert_eq!(passed, passes, "{slug}");
    }
    // A limit that cannot be read is nobody's fault who asks, and no limit of nothing.
    let damaged = NewTenant::new("damaged").unwrap().metadata(json!({"rate_limit_per_minute": "hunter2"}));
    world.tenancy.register_tenant(damaged).await.unwrap();
    let response = call_service(&app, get("/who", "damaged").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[actix_web::test]
async fn without_redis_requests_pass_or_get_503() {
    let world = World::new(Isolation::Column).await;
    let gate = Gate::new(Mode::Silent).await;
    for (mode, status) in
        [(FailMode::Open, StatusCode::OK), (FailMode::Closed, StatusCode::SERVICE_UNAVAILABLE)]
    {
        let store = RedisRateStore::new(gate.url()).unwrap().answers_within(Duration::from_millis(50));
        let limiter = RateLimiter::builder(store)
            .limits([RateLimit::per_minute(1)])
            .when_unavailable(mode)
            .build()
            .unwrap();
        let middleware = world.tenancy.middleware().rate_limit(limiter.clone());
        let app = init_service(App::new().wrap(middleware).route("/who", web::get().to(who))).await;
        for _ in 0..10 {
            let response = call_service(&app, get("/who", "acme").to_request()).await;
            assert_eq!(response.status(), status);
            assert_eq!(header(&response, "RateLimit"), None);
            assert_eq!(header(&response, "Retry-After").is_some(), mode == FailMode::Closed);
        }
        let stats = limiter.stats();
        assert_eq!(stats.admitted_unasked + stats.refused_unasked, 10);
    }
}

/// An application's own words keep the fields; a limiter of a scope further in says its own beside.
#[actix_web::test]
async fn an_application_answers_in_its_own_words_and_a_scope_may_have_its_own_limits() {
    let world = World::new(Isolation::Column).await;
    let exports = RateLimiter::builder(MemoryRateStore::new())
        .name("exports")
        .limits([RateLimit::per_day(1)])
        .build()
        .unwrap();
    let middleware =
        world.tenancy.middleware().rate_limit(in_memory([RateLimit::per_minute(4)])).on_error(|error, _| {
            match error {
                TenancyError::RateLimit(_) => HttpResponse::ImATeapot().body("slowly"),
                _ => HttpResponse::Gone().finish(),
            }
        });
    let app = init_service(
        App::new().wrap(middleware).route("/who", web::get().to(who)).service(
            web::scope("/exports")
                .wrap(world.tenancy.middleware().rate_limit(exports))
                .route("", web::get().to(who)),
        ),
    )
    .await;
    for status in [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
        let response = call_service(&app, get("/exports", "acme").to_request()).await;
        assert_eq!(response.status(), status);
        let fields: Vec<_> =
            response.headers().get_all("RateLimit-Policy").map(|value| value.to_str().unwrap()).collect();
        assert_eq!(fields, [r#""exports-per-day";q=1;w=86400"#, r#""per-minute";q=4;w=60"#]);
    }
    for status in [StatusCode::OK, StatusCode::OK, StatusCode::IM_A_TEAPOT] {
        let response = call_service(&app, get("/who", "acme").to_request()).await;
        assert_eq!(response.status(), status);
        assert!(header(&response, "RateLimit").is_some());
        assert_eq!(header(&response, "Retry-After").is_some(), status == StatusCode::IM_A_TEAPOT);
    }
}

/// Where a handler asks by itself: a limiter for what is dear, and a quota.
#[actix_web::test]
async fn a_handler_may_ask_itself() {
    async fn dear(limiter: web::Data<RateLimiter>, tenant: CurrentTenant) -> Result<String, TenancyError> {
        limiter.check(&tenant).await?;
        Ok("done".to_owned())
    }
    async fn invite(
        tenancy: web::Data<tenancy::sqlite::Tenancy>,
        tenant: CurrentTenant,
    ) -> Result<String, TenancyError> {
        let used = tenancy.quotas().try_add(&tenant, &Quota::users().or_limit(2), 1).await?;
        assert!(TenantContext::try_current().is_some());
        Ok(used.to_string())
    }
    let world = World::new(Isolation::Column).await;
    let app = init_service(
        App::new()
            .app_data(web::Data::new(in_memory([RateLimit::per_minute(1)])))
            .app_data(web::Data::new(world.tenancy.clone()))
            .wrap(world.tenancy.middleware())
            .route("/dear", web::get().to(dear))
            .route("/invite", web::get().to(invite)),
    )
    .await;
    assert_eq!(call_service(&app, get("/dear", "acme").to_request()).await.status(), StatusCode::OK);
    let response = call_service(&app, get("/dear", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(header(&response, "Retry-After").is_some());
    for (status, answer) in [(200, "1"), (200, "2")] {
        let response = call_service(&app, get("/invite", "acme").to_request()).await;
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(read_body(response).await, answer);
    }
    let response = call_service(&app, get("/invite", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let body: serde_json::Value = read_body_json(response).await;
    assert_eq!(body, json!({"type": "about:blank", "title": "quota used up", "status": 403}));
}
