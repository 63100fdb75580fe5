//! Whole requests over HTTP: a filter by hand that nothing holds, policies with their setting by hand, and ours.

use std::collections::HashMap;
use std::time::Instant;

use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpServer};
use diesel::sql_types::{Bool, Text};
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::future::join_all;
use tenancy::Isolation;
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy_tests::world::proxy::Proxy;

use super::compare::quantile;
use super::places::Postgres;
use super::queries::{self, Order};

/// Tenants that are asked for in turn: few, and many. Those with a database of their own have processes of their own on
/// the server, which share its processors and their caches, whoever asks.
const TENANTS: [usize; 2] = [4, 20];
/// Clients at a time, each on a connection of its own.
const CLIENTS: usize = 8;
/// Requests of one client in one round.
const REQUESTS: usize = 100;
const WARM_UP: usize = 3;
const ROUNDS: usize = 20;

#[diesel::declare_sql_function]
extern "SQL" {
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

type Plain = Data<Pool<AsyncPgConnection>>;

/// Prints a table of what a request takes on each side.
pub(crate) fn run() {
    actix_web::rt::System::new().block_on(async {
        println!();
        println!("requests over HTTP by {CLIENTS} clients to one worker; tenants are kept in memory.");
        println!(
            "µs for one request, medians of {ROUNDS} rounds in turn; round trips to the server once it is warm:"
        );
        for tenants in TENANTS {
            let places = Places::new(tenants).await;
            for read in [Read::Row, Read::List] {
                compare(&places, read).await;
            }
        }
        println!("`by hand/s`: requests per second as a multiple of those of the policies by hand.");
    });
}

/// What a request reads.
#[derive(Clone, Copy)]
enum Read {
    /// One row by its key: the least that a request can ask of a database.
    Row,
    /// As many rows as a page shows.
    List,
}

impl Read {
    fn path(self) -> &'static str {
        match self {
            Self::Row => "orders",
            Self::List => "orders/from",
        }
    }

    fn rows(self) -> i64 {
        match self {
            Self::Row => 1,
            Self::List => queries::LIST,
        }
    }
}

/// The same tenants in four places.
struct Places {
    rls: Postgres,
    column: Postgres,
    schema: Postgres,
    database: Postgres,
}

impl Places {
    async fn new(tenants: usize) -> Self {
        Self {
            rls: Postgres::in_memory(Isolation::Rls, tenants).await,
            column: Postgres::in_memory(Isolation::Column, tenants).await,
            schema: Postgres::in_memory(Isolation::Schema, tenants).await,
            database: Postgres::in_memory(Isolation::Database, tenants).await,
        }
    }
}

async fn compare(places: &Places, read: Read) {
    println!();
    let Places { rls, column, schema, database } = places;
    let of = match read {
        Read::Row => format!("{} tenants in turn, one row", column.tenants.len()),
        Read::List => format!("{} tenants in turn, {} rows", column.tenants.len(), read.rows()),
    };
    println!("{of:<34} {:>8} {:>9} {:>10} {:>12}", "µs", "of bare", "by hand/s", "round trips");
    let mut sides = vec![
        Side::new("filter by hand", column, by_hand(column), trips_by_hand(column).await),
        Side::new("policies by hand, in sequence", rls, policies(rls), trips_of_policies(rls).await),
        Side::new("a database each, by hand", database, apart_by_hand(database).await, 1),
    ];
    for (label, place) in [("column", column), ("rls", rls), ("schema", schema), ("database", database)] {
        sides.push(Side::new(label, place, ours(place), trips_of_ours(place).await));
    }
    for round in 0..WARM_UP + ROUNDS {
        for side in &mut sides {
            let time = side.round(read).await;
            if round >= WARM_UP {
                side.times.push(time);
            }
        }
    }
    let bare = sides[0].times.clone();
    let in_sequence = sides[1].times.clone();
    for side in &mut sides {
        let ratio = |other: &[f64]| {
            let mut ratios: Vec<f64> =
                side.times.iter().zip(other).map(|(time, other)| time / other).collect();
            quantile(&mut ratios, 0.5)
        };
        let (of_bare, of_sequence) = (ratio(&bare), 1.0 / ratio(&in_sequence));
        let time = quantile(&mut side.times.clone(), 0.5);
        println!("{:<34} {time:>8.1} {of_bare:>9.3} {of_sequence:>10.3} {:>12}", side.label, side.trips);
    }
}

/// A server, and what is measured of it.
struct Side {
    label: &'static str,
    port: u16,
    client: awc::Client,
    slugs: Vec<String>,
    trips: usize,
    times: Vec<f64>,
}

impl Side {
    fn new(label: &'static str, place: &Postgres, port: u16, trips: usize) -> Self {
        let connector = awc::Connector::new().limit(CLIENTS);
        let client = awc::Client::builder().connector(connector).finish();
        let slugs = place.tenants.iter().map(|tenant| tenant.identifier().to_string()).collect();
        Self { label, port, client, slugs, trips, times: Vec::new() }
    }

    /// µs for one request.
    async fn round(&self, read: Read) -> f64 {
        let began = Instant::now();
        join_all((0..CLIENTS).map(async |client| {
            for request in 0..REQUESTS {
                let turn = client * REQUESTS + request;
                // Each client is at another tenant at any time, as clients are.
                let (slug, id) =
                    (&self.slugs[(turn + client * 3) * 7 % self.slugs.len()], turn * 389 % 900 + 1);
                let url = format!("http://127.0.0.1:{}/{}/{id}", self.port, read.path());
                let mut answer =
                    self.client.get(url).insert_header(("X-Tenant-ID", slug.as_str())).send().await.unwrap();
                let body = answer.body().await.unwrap();
                let begins = if read.rows() == 1 { format!("[{id},") } else { format!("[[{id},") };
                assert!(answer.status().is_success() && body.starts_with(begins.as_bytes()));
            }
        }))
        .await;
        began.elapsed().as_secs_f64() * 1e6 / (CLIENTS * REQUESTS) as f64
    }
}

/// Starts the server of one worker, and says its port.
macro_rules! serve {
    ($app:expr) => {{
        let server = HttpServer::new(move || $app).workers(1).bind(("127.0.0.1", 0)).unwrap();
        let port = server.addrs()[0].port();
        actix_web::rt::spawn(server.run());
        port
    }};
}

/// By hand a tenant is found as simply as can be: its header is its id.
fn tenant_of(request: &HttpRequest, ids: &[(String, String)]) -> String {
    let slug = request.headers().get("X-Tenant-ID").unwrap().to_str().unwrap();
    ids.iter().find(|(known, _)| known == slug).unwrap().1.clone()
}

type Ids = Data<Vec<(String, String)>>;

fn ids(place: &Postgres) -> Ids {
    let of = |tenant: &tenancy::Tenant| (tenant.identifier().to_string(), tenant.id().to_string());
    Data::new(place.tenants.iter().map(of).collect())
}

fn by_hand(place: &Postgres) -> u16 {
    let (pool, ids) = (Data::new(place.by_hand.1.clone()), ids(place));
    serve!(
        App::new()
            .app_data(pool.clone())
            .app_data(ids.clone())
            .route("/orders/{id}", web::get().to(read_by_hand))
            .route("/orders/from/{id}", web::get().to(list_by_hand))
    )
}

async fn read_by_hand(request: HttpRequest, id: web::Path<i32>, pool: Plain, ids: Ids) -> web::Json<Order> {
    let tenant = tenant_of(&request, &ids);
    let mut db = pool.get().await.unwrap();
    web::Json(queries::point_by_hand(&tenant, *id).get_result(&mut db).await.unwrap())
}

async fn list_by_hand(
    request: HttpRequest,
    id: web::Path<i32>,
    pool: Plain,
    ids: Ids,
) -> web::Json<Vec<Order>> {
    let tenant = tenant_of(&request, &ids);
    let mut db = pool.get().await.unwrap();
    web::Json(queries::list_by_hand(&tenant, *id).load(&mut db).await.unwrap())
}

/// A pool for each tenant's database.
type Apart = Data<HashMap<String, (String, Pool<AsyncPgConnection>)>>;

async fn apart_by_hand(place: &Postgres) -> u16 {
    let mut pools = HashMap::new();
    for tenant in &place.tenants {
        let pool = place.pool_of(tenant).await;
        pools.insert(tenant.identifier().to_string(), (tenant.id().to_string(), pool));
    }
    let pools: Apart = Data::new(pools);
    serve!(
        App::new()
            .app_data(pools.clone())
            .route("/orders/{id}", web::get().to(read_apart_by_hand))
            .route("/orders/from/{id}", web::get().to(list_apart_by_hand))
    )
}

async fn read_apart_by_hand(request: HttpRequest, id: web::Path<i32>, pools: Apart) -> web::Json<Order> {
    let slug = request.headers().get("X-Tenant-ID").unwrap().to_str().unwrap();
    let (tenant, pool) = &pools[slug];
    let mut db = pool.get().await.unwrap();
    web::Json(queries::point_by_hand(tenant, *id).get_result(&mut db).await.unwrap())
}

async fn list_apart_by_hand(request: HttpRequest, id: web::Path<i32>, pools: Apart) -> web::Json<Vec<Order>> {
    let slug = request.headers().get("X-Tenant-ID").unwrap().to_str().unwrap();
    let (tenant, pool) = &pools[slug];
    let mut db = pool.get().await.unwrap();
    web::Json(queries::list_by_hand(tenant, *id).load(&mut db).await.unwrap())
}

fn policies(place: &Postgres) -> u16 {
    let (pool, ids) = (Data::new(place.by_hand.1.clone()), ids(place));
    serve!(
        App::new()
            .app_data(pool.clone())
            .app_data(ids.clone())
            .route("/orders/{id}", web::get().to(read_with_policies))
            .route("/orders/from/{id}", web::get().to(list_with_policies))
    )
}

async fn read_with_policies(
    request: HttpRequest,
    id: web::Path<i32>,
    pool: Plain,
    ids: Ids,
) -> web::Json<Order> {
    let tenant = tenant_of(&request, &ids);
    let mut db = pool.get().await.unwrap();
    web::Json(with_policies(&mut db, &tenant, *id).await)
}

async fn list_with_policies(
    request: HttpRequest,
    id: web::Path<i32>,
    pool: Plain,
    ids: Ids,
) -> web::Json<Vec<Order>> {
    let tenant = tenant_of(&request, &ids);
    let mut db = pool.get().await.unwrap();
    let rows = db.transaction::<_, diesel::result::Error, _>(async |db| {
        diesel::select(set_config("tenancy.tenant_id", tenant, true)).execute(db).await?;
        queries::list_of_all(*id).load(db).await
    });
    web::Json(rows.await.unwrap())
}

/// The transaction that everybody writes first: BEGIN, the setting, the statement, COMMIT.
async fn with_policies(db: &mut AsyncPgConnection, tenant: &str, id: i32) -> Order {
    db.transaction::<_, diesel::result::Error, _>(async |db| {
        diesel::select(set_config("tenancy.tenant_id", tenant, true)).execute(db).await?;
        queries::point_of_all(id).get_result(db).await
    })
    .await
    .unwrap()
}

fn ours(place: &Postgres) -> u16 {
    let tenancy = place.tenancy.clone();
    serve!(
        App::new()
            .wrap(tenancy.middleware())
            .route("/orders/{id}", web::get().to(read))
            .route("/orders/from/{id}", web::get().to(list))
    )
}

async fn read(id: web::Path<i32>, mut db: TenantDb) -> web::Json<Order> {
    web::Json(queries::point(*id).get_result(&mut db).await.unwrap())
}

async fn list(id: web::Path<i32>, mut db: TenantDb) -> web::Json<Vec<Order>> {
    web::Json(queries::list(*id).load(&mut db).await.unwrap())
}

async fn trips_by_hand(place: &Postgres) -> usize {
    let (proxy, mut db) = far(place).await;
    let tenant = place.tenants[0].id().as_str();
    let mut trips = 0;
    for _ in 0..2 {
        let (counted, row) =
            proxy.count(queries::point_by_hand(tenant, 1).get_result::<Order>(&mut db)).await;
        row.unwrap();
        trips = counted;
    }
    trips
}

async fn trips_of_policies(place: &Postgres) -> usize {
    let (proxy, mut db) = far(place).await;
    let tenant = place.tenants[0].id().as_str();
    proxy.count(with_policies(&mut db, tenant, 1)).await;
    proxy.count(with_policies(&mut db, tenant, 1)).await.0
}

async fn far(place: &Postgres) -> (Proxy, AsyncPgConnection) {
    let url = place.app_url();
    let proxy = Proxy::new(&url);
    let db = AsyncPgConnection::establish(&proxy.before(&url)).await.unwrap();
    (proxy, db)
}

async fn trips_of_ours(place: &Postgres) -> usize {
    let (proxy, tenancy): (Proxy, Tenancy) = place.behind_proxy().await;
    let work = async || {
        let mut db = tenancy.db().await.unwrap();
        let row: Order = queries::point(1).get_result(&mut db).await.unwrap();
        row
    };
    let context = tenancy.context(&place.tenants[0]);
    context.clone().scope(work()).await;
    proxy.count(context.scope(work())).await.0
}
