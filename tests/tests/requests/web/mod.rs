//! The middleware, the extractors and the answers, through actix-web itself.

mod answers;
mod audit;
mod beside;
mod endless;
mod served;
mod sockets;
mod wire;

use actix_web::body::{BodyStream, MessageBody};
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use actix_web::{App, HttpResponse, ResponseError, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::TenantDb;
use tenancy::web::CurrentTenant;
use tenancy::{Isolation, ScopeError, TenancyError, TenantContext};
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite::World;

async fn names(mut db: TenantDb) -> Result<web::Json<Vec<String>>, TenancyError> {
    Ok(web::Json(customers::table.select(customers::name).load(&mut db).await?))
}

async fn who(tenant: CurrentTenant) -> String {
    tenant.identifier().to_string()
}

async fn perhaps(tenant: Option<CurrentTenant>) -> String {
    tenant.map_or_else(|| "nobody".to_owned(), |tenant| tenant.identifier().to_string())
}

/// A body that still asks for the tenant while it is sent.
async fn stream() -> HttpResponse {
    let chunks = futures_util::stream::unfold(0, |index| async move {
        if index == 3 {
            return None;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        let tenant =
            TenantContext::try_current().map_or("nobody".into(), |c| c.tenant().identifier().to_string());
        Some((Ok::<_, std::io::Error>(web::Bytes::from(format!("{tenant};"))), index + 1))
    });
    HttpResponse::Ok().body(BodyStream::new(Box::pin(chunks)))
}

async fn missing(mut db: TenantDb) -> Result<String, TenancyError> {
    Ok(customers::table.find(99).select(customers::name).first(&mut db).await?)
}

macro_rules! app {
    ($world:expr) => {
        init_service(
            App::new()
                .route("/open", web::get().to(perhaps))
                .route("/unguarded", web::get().to(names))
                .service(
                    web::scope("/t")
                        .wrap($world.tenancy.middleware())
                        .route("/names", web::get().to(names))
                        .route("/who", web::get().to(who))
                        .route("/perhaps", web::get().to(perhaps))
                        .route("/stream", web::get().to(stream))
                        .route("/missing", web::get().to(missing)),
                ),
        )
        .await
    };
}

fn get(path: &str, tenant: &str) -> TestRequest {
    TestRequest::get().uri(path).insert_header(("X-Tenant-ID", tenant))
}

#[actix_web::test]
async fn a_request_is_its_tenants() {
    let world = World::new(Isolation::Database).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        let row = (customers::id.eq(1), customers::name.eq(format!("of {}", tenant.identifier())));
        let insert =
            async { tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap() };
        world.tenancy.context(tenant).scope(insert).await;
    }
    let app = app!(world);
    for slug in ["acme", "globex", "acme"] {
        let response = call_service(&app, get("/t/names", slug).to_request()).await;
        assert_eq!(read_body_json::<Vec<String>, _>(response).await, [format!("of {slug}")]);
        assert_eq!(read_body(call_service(&app, get("/t/who", slug).to_request()).await).await, slug);
        assert_eq!(read_body(call_service(&app, get("/t/perhaps", slug).to_request()).await).await, slug);
        // Threat 11: the body is polled in the scope.
        let body = call_service(&app, get("/t/stream", slug).to_request()).await.into_body();
        let body = actix_web::body::to_bytes(body).await.map_err(|_| "no body").unwrap();
        assert_eq!(body, format!("{slug};{slug};{slug};"));
    }
    assert_eq!(read_body(call_service(&app, get("/open", "acme").to_request()).await).await, "nobody");
    assert!(TenantContext::try_current().is_none());
}

/// Threats 12 and 15: one answer, so that nobody learns which tenants exist.
#[actix_web::test]
async fn whoever_cannot_be_served_gets_one_answer() {
    let world = World::new(Isolation::Database).await;
    let app = app!(world);
    world.tenancy.suspend_tenant(world.globex.id()).await.unwrap();
    let requests = [
        TestRequest::get().uri("/t/names"),
        get("/t/names", "unknown"),
        get("/t/names", "ACME"),
        get("/t/names", "acme,globex"),
        get("/t/names", ""),
        get("/t/names", "globex"),
        get("/t/names", "acme").append_header(("X-Tenant-ID", "acme")),
        get("/t/names", "acme").append_header(("x-tenant-id", "globex")),
        get("/t/names", &"a".repeat(5000)),
        get("/t/names", "'; DROP TABLE tenancy_tenants; --"),
    ];
    let mut answers = Vec::new();
    for request in requests {
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        let headers: Vec<_> = response.headers().iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
        answers.push((headers, read_body(response).await));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let body: serde_json::Value = serde_json::from_slice(&answers[0].1).unwrap();
    assert_eq!(body, serde_json::json!({"type": "about:blank", "title": "tenant not found", "status": 404}));
}

#[actix_web::test]
async fn what_goes_wrong_inside_is_not_told() {
    let world = World::new(Isolation::Database).await;
    let app = app!(world);
    let response = call_service(&app, get("/t/missing", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let body: serde_json::Value = read_body_json(response).await;
    assert_eq!(body["title"], "not found");

    let response = call_service(&app, get("/unguarded", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body: serde_json::Value = read_body_json(response).await;
    assert_eq!(body["title"], "internal error");

    let error = TenancyError::from(ScopeError::NoTenant { what: "table `secret_table`".into() });
    let body = error.error_response().into_body().try_into_bytes().unwrap();
    assert!(!String::from_utf8(body.to_vec()).unwrap().contains("secret_table"));

    std::fs::remove_dir_all(world.directory.path().join("tenants")).unwrap();
    let response = call_service(&app, get("/t/names", "globex").to_request()).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = read_body(response).await;
    assert!(!String::from_utf8(body.to_vec()).unwrap().contains("globex"));
}
