//! WebSockets, with a client of their own.

use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpResponse, web};
use awc::ws::{CloseCode, Frame, Message};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{SinkExt, StreamExt};
use tenancy::sqlite::Tenancy;
use tenancy::web::websocket;
use tenancy::{Isolation, TenancyError, TenantContext};
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite::World;

/// Answers each text with the tenant and how many customers it has; `end` ends it, `panic` panics.
async fn echo(
    request: HttpRequest,
    body: web::Payload,
    tenancy: web::Data<Tenancy>,
) -> actix_web::Result<HttpResponse> {
    websocket(&request, body, |mut session, mut messages| async move {
        while let Some(Ok(message)) = messages.recv().await {
            let actix_ws::Message::Text(text) = message else { continue };
            match &*text {
                "end" => return,
                "panic" => panic!("as asked"),
                _ => {}
            }
            let count = async {
                let mut db = tenancy.db().await?;
                Ok::<i64, TenancyError>(customers::table.count().get_result(&mut db).await?)
            };
            let tenant = TenantContext::current().unwrap();
            let answer = format!("{text}: {} has {}", tenant.tenant().identifier(), count.await.unwrap());
            if session.text(answer).await.is_err() {
                return;
            }
        }
    })
}

fn server(world: &World) -> actix_test::TestServer {
    let tenancy = world.tenancy.clone();
    actix_test::start(move || {
        App::new()
            .app_data(web::Data::new(tenancy.clone()))
            .route("/outside", web::get().to(echo))
            .service(web::scope("/in").wrap(tenancy.middleware()).route("/echo", web::get().to(echo)))
    })
}

type Socket = actix_codec::Framed<awc::BoxedSocket, awc::ws::Codec>;

async fn connect(server: &actix_test::TestServer, tenant: &str) -> Socket {
    let url = server.url("/in/echo");
    awc::Client::default().ws(url).set_header("X-Tenant-ID", tenant).connect().await.unwrap().1
}

async fn say(socket: &mut Socket, text: &'static str) -> Option<Frame> {
    socket.send(Message::Text(text.into())).await.unwrap();
    socket.next().await.map(Result::unwrap)
}

fn text(frame: Option<Frame>) -> String {
    match frame {
        Some(Frame::Text(text)) => String::from_utf8(text.to_vec()).unwrap(),
        other => panic!("no text: {other:?}"),
    }
}

fn code(frame: Option<Frame>) -> CloseCode {
    match frame {
        Some(Frame::Close(Some(reason))) => reason.code,
        other => panic!("no reason to close: {other:?}"),
    }
}

/// Threat 11: the session is its tenant's for its whole life.
#[actix_web::test]
async fn a_session_is_its_tenants() {
    let world = World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    let rows: Vec<_> = (1..4).map(|id| (customers::id.eq(id), customers::name.eq("x"))).collect();
    let insert =
        async { tenancy::insert_into(customers::table).values(rows).execute(&mut db).await.unwrap() };
    world.tenancy.context(&world.acme).scope(insert).await;
    let server = server(&world);
    let (mut acme, mut globex) = (connect(&server, "acme").await, connect(&server, "globex").await);
    for _ in 0..20 {
        assert_eq!(text(say(&mut acme, "a").await), "a: acme has 3");
        assert_eq!(text(say(&mut globex, "b").await), "b: globex has 0");
    }
    assert_eq!(code(say(&mut acme, "end").await), CloseCode::Normal);
    assert_eq!(code(say(&mut globex, "panic").await), CloseCode::Error, "1011");
    assert_eq!(text(say(&mut connect(&server, "globex").await, "c").await), "c: globex has 0");
}

/// Threat 16: so is one whose work never waits, and uses up what tokio lets a task do at a time.
#[actix_web::test]
async fn a_busy_session_ends_with_the_suspension() {
    async fn busy(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
        websocket(&request, body, |_session, _messages| async {
            loop {
                tokio::task::consume_budget().await;
            }
        })
    }
    let world = World::new(Isolation::Column).await;
    let tenancy = world.tenancy.clone();
    let server = actix_test::start(move || {
        App::new().wrap(tenancy.middleware()).route("/in/echo", web::get().to(busy))
    });
    let mut socket = connect(&server, "acme").await;
    world.tenancy.suspend_tenant(world.acme.id()).await.unwrap();
    let frame = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.unwrap();
    assert_eq!(code(frame.map(Result::unwrap)), CloseCode::Policy, "1008");
}

/// Threat 16: closed within a second, whoever suspends the tenant; the other tenant's goes on.
#[actix_web::test]
#[allow(clippy::print_stdout, reason = "how long it took is for people")]
async fn a_session_ends_with_the_suspension() {
    let world = World::new(Isolation::Column).await;
    let elsewhere =
        tenancy_tests::world::sqlite::builder(&world.directory, Isolation::Column).build().await.unwrap();
    let server = server(&world);
    let mut globex = connect(&server, "globex").await;
    for suspends in [&world.tenancy, &elsewhere] {
        let (mut first, mut second) = (connect(&server, "acme").await, connect(&server, "acme").await);
        for socket in [&mut first, &mut second] {
            assert_eq!(text(say(socket, "a").await), "a: acme has 0");
        }
        let began = Instant::now();
        suspends.suspend_tenant(world.acme.id()).await.unwrap();
        for socket in [&mut first, &mut second] {
            let frame = tokio::time::timeout(Duration::from_secs(20), socket.next()).await.unwrap();
            assert_eq!(code(frame.map(Result::unwrap)), CloseCode::Policy, "1008");
        }
        println!("closed {:?} after the suspension", began.elapsed());
        assert_eq!(text(say(&mut globex, "b").await), "b: globex has 0");
        let refused =
            awc::Client::default().ws(server.url("/in/echo")).set_header("X-Tenant-ID", "acme").connect();
        assert!(refused.await.is_err(), "no new session");
        world.tenancy.activate_tenant(world.acme.id()).await.unwrap();
    }
}

#[actix_web::test]
async fn a_handshake_without_a_tenant_is_refused() {
    let world = World::new(Isolation::Column).await;
    let server = server(&world);
    for (path, tenant) in [("/in/echo", "unknown"), ("/in/echo", "ACME"), ("/outside", "acme")] {
        let refused =
            awc::Client::default().ws(server.url(path)).set_header("X-Tenant-ID", tenant).connect().await;
        assert!(refused.is_err(), "{path} {tenant}");
    }
    let plain = reqwest::Client::new()
        .get(server.url("/in/echo"))
        .header("X-Tenant-ID", "acme")
        .send()
        .await
        .unwrap();
    assert_eq!(plain.status(), 400, "no handshake");
}
