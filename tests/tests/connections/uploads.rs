//! Threat 19: a request whose body is still on its way holds no connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{App, FromRequest, HttpRequest, HttpServer, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::StreamExt;
use tenancy::sqlite::{Tenancy, TenantDb};
use tenancy::{Isolation, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::{register, sqlite};

const CONNECTIONS: usize = 2;

/// Counts the requests whose handler's arguments are being made.
struct Arrived;

#[derive(Clone, Default)]
struct Arrivals(Arc<AtomicUsize>);

impl FromRequest for Arrived {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let arrivals = request.app_data::<web::Data<Arrivals>>().unwrap();
        arrivals.0.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Self))
    }
}

#[derive(serde::Deserialize)]
struct Customer {
    id: i32,
}

async fn count(mut db: TenantDb) -> Result<String, TenancyError> {
    Ok(customers::table.count().get_result::<i64>(&mut db).await?.to_string())
}

async fn add(mut db: TenantDb, id: i32) -> Result<&'static str, TenancyError> {
    let row = (customers::id.eq(id), customers::name.eq("x"));
    tenancy::insert_into(customers::table).values(row).execute(&mut db).await?;
    Ok("added")
}

async fn db_first(
    db: TenantDb,
    customer: web::Json<Customer>,
    _: Arrived,
) -> Result<&'static str, TenancyError> {
    add(db, customer.id).await
}

async fn db_last(
    _: Arrived,
    customer: web::Json<Customer>,
    db: TenantDb,
) -> Result<&'static str, TenancyError> {
    add(db, customer.id).await
}

async fn streamed(db: TenantDb, mut body: web::Payload) -> Result<&'static str, TenancyError> {
    let mut bytes = 0;
    while let Some(Ok(chunk)) = body.next().await {
        bytes += i32::try_from(chunk.len()).unwrap();
    }
    add(db, bytes).await
}

/// Leaves the body alone.
async fn ignored(db: TenantDb, _: web::Payload) -> Result<String, TenancyError> {
    count(db).await
}

/// Reads a piece of the body, and takes its handle in the middle of it.
async fn between(request: HttpRequest, mut body: web::Payload) -> Result<String, actix_web::Error> {
    body.next().await;
    let db = TenantDb::extract(&request).await?;
    Ok(count(db).await?)
}

async fn serve(tenancy: &Tenancy) -> (SocketAddr, Arrivals) {
    let (tenancy, arrivals) = (tenancy.clone(), Arrivals::default());
    let shared = web::Data::new(arrivals.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(tenancy.middleware())
            .route("/count", web::get().to(count))
            .route("/first", web::post().to(db_first))
            .route("/last", web::post().to(db_last))
            .route("/streamed", web::post().to(streamed))
            .route("/ignored", web::post().to(ignored))
            .route("/between", web::post().to(between))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    (address, arrivals)
}

/// A request of `acme` of whose body a part has been sent.
struct Upload(TcpStream);

impl Upload {
    fn begin(address: SocketAddr, path: &str, length: usize, body: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Tenant-ID: acme\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        Self(stream)
    }

    fn send(&mut self, body: &str) {
        self.0.write_all(body.as_bytes()).unwrap();
    }

    /// The whole answer, of which the connection's end is the end.
    async fn answer(mut self) -> String {
        let read = move || {
            let mut answer = String::new();
            self.0.read_to_string(&mut answer).map(|_| answer)
        };
        tokio::task::spawn_blocking(read).await.unwrap().unwrap()
    }
}

async fn small_pool() -> (tempfile::TempDir, Tenancy) {
    let directory = tempfile::tempdir().unwrap();
    let tenancy = sqlite::builder(&directory, Isolation::Column)
        .pool_size(u32::try_from(CONNECTIONS).unwrap())
        .pool_wait(Duration::from_millis(500))
        .build()
        .await
        .unwrap();
    tenancy.migrate_tenants().await.unwrap();
    register(&tenancy, "acme").await;
    register(&tenancy, "globex").await;
    (directory, tenancy)
}

#[actix_web::test]
async fn unfinished_uploads_keep_nobody_waiting() {
    let (_directory, tenancy) = small_pool().await;
    let (address, arrivals) = serve(&tenancy).await;
    let mut uploads = Vec::new();
    for id in 0..CONNECTIONS * 3 {
        let path = ["/first", "/last"][id % 2];
        uploads.push(Upload::begin(address, path, 9, &format!("{{\"id\":{id}")));
    }
    while AtomicUsize::load(&arrivals.0, Ordering::SeqCst) < uploads.len() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for slug in ["acme", "globex", "acme", "globex"] {
        let request = awc::Client::new().get(format!("http://{address}/count"));
        let mut answer = request.insert_header(("X-Tenant-ID", slug)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{slug}");
        assert_eq!(answer.body().await.unwrap(), "0");
    }
    // One is given up; the others are finished, and answered.
    drop(uploads.pop());
    for upload in &mut uploads {
        upload.send(" }");
    }
    for upload in uploads {
        let answer = upload.answer().await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("added"), "{answer}");
    }
}

#[actix_web::test]
async fn handlers_that_read_the_body_themselves_are_not_kept_waiting() {
    let (_directory, tenancy) = small_pool().await;
    let (address, _) = serve(&tenancy).await;
    let mut streamed = Upload::begin(address, "/streamed", 4, "ab");
    streamed.send("cd");
    let answer = streamed.answer().await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("added"), "{answer}");
    // The rest of these bodies never comes.
    for path in ["/ignored", "/between"] {
        let answer = Upload::begin(address, path, 4, "ab").answer().await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with('1'), "{path}: {answer}");
    }
    // A body that is no JSON is refused before a connection is taken.
    let answer = Upload::begin(address, "/first", 2, "{]").answer().await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
