//! Answers that go on for long.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::time::Duration;

use actix_web::body::{BodyStream, MessageBody};
use actix_web::test::{call_service, init_service};
use actix_web::{App, HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{Stream, StreamExt, stream};
use tenancy::sqlite::Tenancy;
use tenancy::store::CachePolicy;
use tenancy::web::while_served;
use tenancy::{Isolation, TenancyError, TenantContext};
use tenancy_tests::schema::customers;
use tenancy_tests::world;
use tenancy_tests::world::sqlite::World;

use super::{get, who};

/// Each chunk is a query of its own.
fn chunks(tenancy: Tenancy) -> impl Stream<Item = Result<web::Bytes, TenancyError>> {
    stream::unfold((tenancy, 0), |(tenancy, turn)| async move {
        let name = async {
            let mut db = tenancy.db().await?;
            let name: String = customers::table.select(customers::name).first(&mut db).await?;
            Ok(web::Bytes::from(format!("{name};")))
        };
        Some((name.await, (tenancy, turn + 1)))
    })
}

async fn thousand(tenancy: web::Data<Tenancy>) -> HttpResponse {
    let chunks = chunks(tenancy.get_ref().clone()).take(1_000);
    HttpResponse::Ok().body(BodyStream::new(Box::pin(chunks)))
}

async fn events(request: HttpRequest) -> Result<HttpResponse, TenancyError> {
    let ticks = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let tenant = TenantContext::current().map(|context| context.tenant().identifier().to_string());
        Some((tenant.map(|tenant| web::Bytes::from(format!("data: {tenant}\n\n"))), ()))
    });
    let events = while_served(&request, ticks)?;
    Ok(HttpResponse::Ok().content_type("text/event-stream").body(BodyStream::new(Box::pin(events))))
}

async fn server(world: &World) -> actix_test::TestServer {
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        let row = (customers::id.eq(1), customers::name.eq(format!("of {}", tenant.identifier())));
        let insert =
            async { tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap() };
        world.tenancy.context(tenant).scope(insert).await;
    }
    let tenancy = world.tenancy.clone();
    actix_test::start(move || {
        App::new()
            .app_data(web::Data::new(tenancy.clone()))
            .wrap(tenancy.middleware())
            .route("/thousand", web::get().to(thousand))
            .route("/events", web::get().to(events))
    })
}

/// Threat 11: a thousand chunks that each ask the database, of two tenants at a time.
#[actix_web::test]
async fn every_chunk_is_its_tenants() {
    let world = World::new(Isolation::Column).await;
    let server = server(&world).await;
    let client = reqwest::Client::new();
    let read = async |slug: &str| {
        let answer = client.get(server.url("/thousand")).header("X-Tenant-ID", slug).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), format!("of {slug};").repeat(1_000));
    };
    futures_util::join!(read("acme"), read("globex"), read("acme"));
}

/// Threat 16: a client that stops reading an endless answer holds nobody up, also where tenants are kept in memory.
#[actix_web::test]
async fn who_does_not_read_holds_nobody_up() {
    async fn export(request: HttpRequest) -> Result<HttpResponse, TenancyError> {
        let endless = stream::repeat_with(|| Ok::<_, TenancyError>(web::Bytes::from_static(b"x")));
        Ok(HttpResponse::Ok().body(BodyStream::new(Box::pin(while_served(&request, endless)?))))
    }
    let directory = tempfile::tempdir().unwrap();
    let builder = world::sqlite::builder(&directory, Isolation::Column).cache(CachePolicy::default());
    let tenancy = builder.build().await.unwrap();
    world::register(&tenancy, "acme").await;
    let app = App::new().wrap(tenancy.middleware());
    let app = app.route("/export", web::get().to(export)).route("/who", web::get().to(who));
    let app = init_service(app).await;
    let answer = call_service(&app, get("/export", "acme").to_request()).await;
    let mut body = Box::pin(answer.into_body());
    // One chunk is read, and no more.
    poll_fn(|cx| body.as_mut().poll_next(cx)).await.unwrap().unwrap_or_default();
    let other = call_service(&app, get("/who", "acme").to_request());
    let other = tokio::time::timeout(Duration::from_secs(10), other).await;
    assert!(other.expect("it waits for the one who does not read").status().is_success());
}

/// What a stream holds is let go of in its tenant's scope, when the client is gone too.
#[actix_web::test]
async fn a_body_is_dropped_in_its_scope() {
    struct Held(Rc<RefCell<Vec<String>>>);
    impl Drop for Held {
        fn drop(&mut self) {
            let tenant =
                TenantContext::try_current().map(|context| context.tenant().identifier().to_string());
            self.0.borrow_mut().push(tenant.unwrap_or_else(|| "nobody".to_owned()));
        }
    }
    let world = World::new(Isolation::Column).await;
    let dropped: Rc<RefCell<Vec<String>>> = Rc::default();
    let log = Rc::clone(&dropped);
    let stream = move |_: HttpRequest| {
        let held = Held(Rc::clone(&log));
        async move {
            let chunks = stream::repeat_with(move || {
                let _held = &held;
                Ok::<_, TenancyError>(web::Bytes::from_static(b"x"))
            });
            HttpResponse::Ok().body(BodyStream::new(chunks))
        }
    };
    let app =
        init_service(App::new().wrap(world.tenancy.middleware()).route("/", web::get().to(stream))).await;
    let answer = call_service(&app, get("/", "acme").to_request()).await;
    let mut body = Box::pin(answer.into_body());
    poll_fn(|cx| body.as_mut().poll_next(cx)).await.unwrap().unwrap_or_default();
    drop(body);
    assert_eq!(*dropped.borrow(), ["acme"]);
}

/// Threat 16: events end when their tenant is suspended, here or by another process.
#[actix_web::test]
async fn events_end_with_the_suspension() {
    let world = World::new(Isolation::Column).await;
    let elsewhere =
        tenancy_tests::world::sqlite::builder(&world.directory, Isolation::Column).build().await.unwrap();
    let server = server(&world).await;
    let client = reqwest::Client::new();
    for suspends in [&world.tenancy, &elsewhere] {
        let answer = client.get(server.url("/events")).header("X-Tenant-ID", "acme").send().await.unwrap();
        let other = client.get(server.url("/events")).header("X-Tenant-ID", "globex").send().await.unwrap();
        let (mut events, mut others) = (answer.bytes_stream(), other.bytes_stream());
        assert_eq!(events.next().await.unwrap().unwrap(), "data: acme\n\n");
        suspends.suspend_tenant(world.acme.id()).await.unwrap();
        let rest = tokio::time::timeout(Duration::from_secs(20), events.collect::<Vec<_>>()).await.unwrap();
        assert!(rest.iter().all(Result::is_ok), "the stream ends, and does not break off");
        assert_eq!(others.next().await.unwrap().unwrap(), "data: globex\n\n");
        world.tenancy.activate_tenant(world.acme.id()).await.unwrap();
    }
}
