//! Answers that go on for long.

use std::time::Duration;

use actix_web::body::BodyStream;
use actix_web::{App, HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{Stream, StreamExt, stream};
use tenancy::sqlite::Tenancy;
use tenancy::web::while_served;
use tenancy::{Isolation, TenancyError, TenantContext};
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite::World;

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
