//! The audit log as a handler's argument.

use std::net::SocketAddr;

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpMessage, HttpResponse, web};
use tenancy::audit::{Actor, AuditEntry, AuditLog, MemoryAudit, Origin};
use tenancy::resolve::TrustedProxies;
use tenancy::{Isolation, NewTenant, TenancyError};
use tenancy_tests::world::sqlite;

async fn delete_order(audit: AuditLog, id: web::Path<i32>) -> Result<HttpResponse, TenancyError> {
    audit
        .record("order.deleted")
        .resource("order", *id)
        .detail("reason", "asked for by phone")
        .write()
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The entry that one request leaves in a log.
async fn written(log: impl FnOnce(AuditLog) -> AuditLog, request: TestRequest) -> AuditEntry {
    let (directory, memory) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let log = log(AuditLog::to(memory.clone()));
    let tenancy = sqlite::builder(&directory, Isolation::Column).audit(log).build().await.unwrap();
    tenancy.register_tenant(NewTenant::new("acme").unwrap().id("t1".parse().unwrap())).await.unwrap();
    let app = App::new().service(
        web::scope("").wrap(tenancy.middleware()).route("/orders/{id}", web::delete().to(delete_order)),
    );
    let app = init_service(app).await;
    let request = request.method(actix_web::http::Method::DELETE).uri("/orders/7");
    let request = request.insert_header(("X-Tenant-ID", "acme")).to_request();
    assert_eq!(call_service(&app, request).await.status(), StatusCode::NO_CONTENT);
    memory.entries().pop().unwrap()
}

fn from(peer: &str) -> TestRequest {
    TestRequest::default().peer_addr(peer.parse::<SocketAddr>().unwrap())
}

#[actix_web::test]
async fn a_handler_writes_for_its_tenant_with_what_the_request_says() {
    let request = from("192.0.2.1:4711")
        .insert_header(("User-Agent", "Mozilla/5.0"))
        .insert_header(("X-Request-ID", "r-1"))
        .insert_header(("X-Forwarded-For", "198.51.100.1"));
    let entry = written(|log| log, request).await;
    assert_eq!((entry.chain().as_str(), entry.action()), ("t1", "order.deleted"));
    assert_eq!(entry.resource(), Some(("order", "7")));
    let origin = entry.origin();
    assert_eq!(origin.ip(), "192.0.2.1".parse().ok(), "no proxy was configured");
    assert_eq!((origin.user_agent(), origin.request_id()), (Some("Mozilla/5.0"), Some("r-1")));
    assert_eq!((entry.actor().kind().as_str(), entry.actor().id()), ("unknown", None));

    let nothing = written(|log| log, TestRequest::default()).await;
    assert_eq!(nothing.origin(), &Origin::new());
}

/// Whoever has let the user in says who it is, and may say more of the request.
#[actix_web::test]
async fn the_application_names_the_actor() {
    let (directory, memory) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let tenancy = sqlite::builder(&directory, Isolation::Column)
        .audit(AuditLog::to(memory.clone()))
        .build()
        .await
        .unwrap();
    let tenant = tenancy.register_tenant(NewTenant::new("acme").unwrap()).await.unwrap();
    let (suspending, id) = (tenancy.clone(), tenant.id().clone());
    let suspend = move |audit: AuditLog| {
        let (tenancy, id) = (suspending.clone(), id.clone());
        async move { audit.acting(tenancy.suspend_tenant(&id)).await.map(|_| "suspended") }
    };
    let scope = web::scope("")
        .wrap(tenancy.middleware())
        .wrap_fn(|request, next| {
            request.extensions_mut().insert(Actor::user("u-7").named("Ada"));
            request.extensions_mut().insert(Origin::new().with_request_id("ours-1"));
            actix_web::dev::Service::call(next, request)
        })
        .route("/suspend", web::post().to(suspend));
    let app = init_service(App::new().service(scope)).await;
    let request = from("192.0.2.1:4711").method(actix_web::http::Method::POST).uri("/suspend");
    let request = request.insert_header(("X-Tenant-ID", "acme")).to_request();
    assert_eq!(call_service(&app, request).await.status(), StatusCode::OK);
    for entry in &memory.entries()[2..] {
        assert_eq!(entry.action(), "tenant.suspend");
        assert_eq!((entry.actor().id(), entry.actor().name()), (Some("u-7"), Some("Ada")));
        assert_eq!((entry.origin().request_id(), entry.origin().ip()), (Some("ours-1"), None));
    }
    assert_eq!(memory.entries().len(), 4);
}

/// Threat 12: a header counts from a proxy alone, and what is before the proxies' own part of it from nobody.
#[actix_web::test]
async fn a_client_is_where_its_proxies_have_it_from() {
    let forwarded_for = |log: AuditLog| log.behind(TrustedProxies::x_forwarded(["10.0.0.0/8"]));
    let forwarded = |log: AuditLog| log.behind(TrustedProxies::forwarded(["10.0.0.0/8"]));
    let (proxy, stranger) = ("10.1.2.3:80", "192.0.2.1:4711");
    for (peer, name, value, expected) in [
        (proxy, "X-Forwarded-For", "198.51.100.1", Some("198.51.100.1")),
        (proxy, "X-Forwarded-For", "203.0.113.9, 198.51.100.1, 10.7.7.7", Some("198.51.100.1")),
        (proxy, "X-Forwarded-For", "10.9.9.9, 10.7.7.7", Some("10.9.9.9")),
        (proxy, "X-Forwarded-For", "nobody, 198.51.100.1", Some("198.51.100.1")),
        (proxy, "X-Forwarded-For", "198.51.100.1, nobody", None),
        (proxy, "X-Forwarded-For", "[2001:db8::1]:443", Some("2001:db8::1")),
        (proxy, "X-Other", "198.51.100.1", None),
        (stranger, "X-Forwarded-For", "198.51.100.1", Some("192.0.2.1")),
    ] {
        let entry = written(forwarded_for, from(peer).insert_header((name, value))).await;
        assert_eq!(entry.origin().ip(), expected.and_then(|ip| ip.parse().ok()), "{peer} {value}");
    }
    for (peer, value, expected) in [
        (proxy, "for=198.51.100.1;proto=https", Some("198.51.100.1")),
        (proxy, "for=\"[2001:db8::1]:4711\"", Some("2001:db8::1")),
        (proxy, "for=_hidden", None),
        (proxy, "for=203.0.113.9, for=198.51.100.1", None),
        (stranger, "for=198.51.100.1", Some("192.0.2.1")),
    ] {
        let entry = written(forwarded, from(peer).insert_header(("Forwarded", value))).await;
        assert_eq!(entry.origin().ip(), expected.and_then(|ip| ip.parse().ok()), "{peer} {value}");
    }
}
