//! What is answered where there is no tenant, or something of ours has failed.

use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use actix_web::{App, HttpResponse, web};
use tenancy::resolve::ResolveError;
use tenancy::tenant::Slug;
use tenancy::{Isolation, TenancyError};
use tenancy_tests::world::sqlite::World;

use super::{get, missing, who};

/// Threat 15, and its switch.
#[actix_web::test]
async fn an_application_may_tell_them_apart() {
    let world = World::new(Isolation::Column).await;
    world.tenancy.suspend_tenant(world.globex.id()).await.unwrap();
    let app = init_service(
        App::new()
            .wrap(world.tenancy.middleware().tell_apart())
            .route("/who", web::get().to(who))
            .route("/missing", web::get().to(missing)),
    )
    .await;
    let twice = get("/who", "acme").append_header(("X-Tenant-ID", "acme"));
    for (request, status, title) in [
        (TestRequest::get().uri("/who"), 400, "no tenant named"),
        (get("/who", "ACME"), 400, "tenant named in a way that is refused"),
        (twice, 400, "tenant named in a way that is refused"),
        (get("/who", "unknown"), 404, "tenant not found"),
        (get("/who", "globex"), 403, "tenant not active"),
        (get("/missing", "acme"), 404, "not found"),
    ] {
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        assert_eq!(response.status().as_u16(), status, "{title}");
        let body: serde_json::Value = read_body_json(response).await;
        assert_eq!(body, serde_json::json!({ "type": "about:blank", "title": title, "status": status }));
    }
}

/// The application's own words, for what the middleware refuses and for what a handler fails with.
#[actix_web::test]
async fn an_application_answers_in_its_own_words() {
    async fn another(tenancy: web::Data<tenancy::sqlite::Tenancy>) -> Result<String, TenancyError> {
        Ok(tenancy.tenant(&Slug::try_from("unknown").unwrap()).await?.name().to_owned())
    }
    async fn teapot() -> actix_web::Result<String> {
        Err(actix_web::error::ErrorImATeapot("not ours"))
    }
    let world = World::new(Isolation::Column).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let middleware = world.tenancy.middleware().on_error(move |error, request| {
        tells.lock().unwrap().push(error.to_string());
        match error {
            TenancyError::Resolve(ResolveError::Unknown) => HttpResponse::Gone().finish(),
            _ => HttpResponse::ImATeapot().body(format!("no luck at {}", request.path())),
        }
    });
    let app = init_service(
        App::new()
            .app_data(web::Data::new(world.tenancy.clone()))
            .wrap(middleware)
            .route("/who", web::get().to(who))
            .route("/another", web::get().to(another))
            .route("/teapot", web::get().to(teapot))
            .route("/missing", web::get().to(missing)),
    )
    .await;
    let response = call_service(&app, get("/who", "ACME").to_request()).await;
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert_eq!(read_body(response).await, "no luck at /who");
    for (path, tenant) in [("/who", "unknown"), ("/another", "acme")] {
        assert_eq!(
            call_service(&app, get(path, tenant).to_request()).await.status(),
            StatusCode::GONE,
            "{path}"
        );
    }
    let response = call_service(&app, get("/missing", "acme").to_request()).await;
    assert_eq!(read_body(response).await, "no luck at /missing");
    assert_eq!(told.lock().unwrap().len(), 4);
    // What is not ours is left alone.
    assert_eq!(read_body(call_service(&app, get("/teapot", "acme").to_request()).await).await, "not ours");
    assert_eq!(told.lock().unwrap().len(), 4);
    assert_eq!(read_body(call_service(&app, get("/who", "acme").to_request()).await).await, "acme");
}

/// Threat 15: status, headers and body of 2,000 answers each, over a real connection, are one and the same.
#[actix_web::test]
async fn thousands_of_refusals_are_alike() {
    let world = World::new(Isolation::Column).await;
    world.tenancy.suspend_tenant(world.globex.id()).await.unwrap();
    let tenancy = world.tenancy.clone();
    let server =
        actix_test::start(move || App::new().wrap(tenancy.middleware()).route("/who", web::get().to(who)));
    let client = reqwest::Client::new();
    let mut answers = std::collections::HashSet::new();
    for turn in 0..2_000 {
        for tenant in [&*format!("unknown-{turn}"), "Not A Slug", "globex"] {
            let request = client.get(server.url("/who")).header("X-Tenant-ID", tenant);
            let answer = request.send().await.unwrap();
            let headers = answer.headers().iter().filter(|(name, _)| *name != "date");
            let headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
            answers.insert((answer.status(), headers, answer.text().await.unwrap()));
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}
