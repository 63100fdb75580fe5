//! Beside other middleware, around it and inside it.

use actix_web::middleware::{Compress, Logger, NormalizePath};
use actix_web::test::{call_service, init_service, read_body};
use actix_web::{App, web};
use tenancy::Isolation;
use tenancy_tests::world::sqlite::World;
use tracing_actix_web::TracingLogger;

use super::{get, stream, who};

macro_rules! is_its_tenants {
    ($app:expr) => {{
        let app =
            init_service($app.route("/who", web::get().to(who)).route("/stream", web::get().to(stream)))
                .await;
        for slug in ["acme", "globex", "acme"] {
            assert_eq!(read_body(call_service(&app, get("/who", slug).to_request()).await).await, slug);
            // Threat 11: whoever packs the body polls it in the scope.
            let body = read_body(call_service(&app, get("/stream", slug).to_request()).await).await;
            assert_eq!(body, format!("{slug};{slug};{slug};"));
        }
        assert!(call_service(&app, get("/who", "unknown").to_request()).await.status().is_client_error());
    }};
}

#[actix_web::test]
async fn the_order_makes_no_difference() {
    let world = World::new(Isolation::Column).await;
    let ours = || world.tenancy.middleware();
    is_its_tenants!(App::new().wrap(Logger::default()).wrap(ours()));
    is_its_tenants!(App::new().wrap(ours()).wrap(Logger::default()));
    is_its_tenants!(App::new().wrap(Compress::default()).wrap(ours()));
    is_its_tenants!(App::new().wrap(ours()).wrap(Compress::default()));
    is_its_tenants!(App::new().wrap(NormalizePath::trim()).wrap(ours()));
    is_its_tenants!(App::new().wrap(ours()).wrap(NormalizePath::trim()));
    is_its_tenants!(App::new().wrap(TracingLogger::default()).wrap(ours()));
    is_its_tenants!(App::new().wrap(ours()).wrap(TracingLogger::default()));
    is_its_tenants!(
        App::new()
            .wrap(Logger::default())
            .wrap(TracingLogger::default())
            .wrap(ours())
            .wrap(Compress::default())
            .wrap(NormalizePath::trim())
    );
}

/// A packed body is still made in the scope.
#[actix_web::test]
async fn a_body_is_packed_in_the_scope() {
    let world = World::new(Isolation::Column).await;
    let tenancy = world.tenancy.clone();
    let server = actix_test::start(move || {
        App::new()
            .wrap(tenancy.middleware())
            .wrap(Compress::default())
            .route("/stream", web::get().to(stream))
    });
    let request = awc::Client::default().get(server.url("/stream")).insert_header(("X-Tenant-ID", "acme"));
    let mut answer = request.insert_header(("Accept-Encoding", "gzip")).send().await.unwrap();
    assert_eq!(answer.headers().get("content-encoding").unwrap(), "gzip");
    assert_eq!(answer.body().await.unwrap(), "acme;acme;acme;");
}
