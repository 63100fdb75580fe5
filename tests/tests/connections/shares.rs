//! What one tenant, and all of them together, may have of the connections. Threat 19.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use tenancy::sqlite::TenantDb;
use tenancy::{ConnectionError, Isolation, TenancyError, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{register, sqlite};

/// Long enough for what is done at once, short enough to be waited for.
const WAIT: Duration = Duration::from_millis(1500);

fn refused<T: std::fmt::Debug>(result: Result<T, TenancyError>) -> ConnectionError {
    match result.unwrap_err() {
        TenancyError::Connection(error) => error,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn one_tenant_leaves_the_others_theirs() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column).tenant_connections(2).tenant_waiting(1);
    let tenancy = builder.pool_wait(WAIT).build().await.unwrap();
    let (acme, globex) = (register(&tenancy, "acme").await, register(&tenancy, "globex").await);
    let take = |tenant: &Tenant| tenancy.context(tenant).scope(tenancy.db());

    let first = take(&acme).await.unwrap();
    let _second = take(&acme).await.unwrap();
    let (waits, refused_at_once) = tokio::join!(take(&acme), async {
        let began = std::time::Instant::now();
        let error = refused(take(&acme).await);
        assert!(began.elapsed() < WAIT, "nobody waits who may not");
        // The pool has two connections more.
        take(&globex).await.unwrap();
        error
    });
    for error in [refused(waits), refused_at_once] {
        let ConnectionError::TenantBusy { tenant, connections: 2, waiting: 1 } = &error else {
            panic!("{error}");
        };
        assert_eq!(tenant, acme.id().as_str());
        assert!(error.to_string().contains("`tenant_connections`"), "{error}");
    }
    drop(first);
    take(&acme).await.unwrap();
}

#[actix_web::test]
async fn a_tenant_with_too_much_under_way_is_told_when_to_try_again() {
    async fn names(mut db: TenantDb) -> Result<web::Json<Vec<String>>, TenancyError> {
        Ok(web::Json(customers::table.select(customers::name).load(&mut db).await?))
    }
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column).tenant_connections(1).tenant_waiting(0);
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let (acme, _globex) = (register(&tenancy, "acme").await, register(&tenancy, "globex").await);
    let app = App::new().wrap(tenancy.middleware()).route("/names", web::get().to(names));
    let app = init_service(app).await;
    let get = |tenant: &'static str| TestRequest::get().uri("/names").insert_header(("X-Tenant-ID", tenant));

    let held = tenancy.context(&acme).scope(tenancy.db()).await.unwrap();
    let answer = call_service(&app, get("acme").to_request()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "1");
    assert_eq!(call_service(&app, get("globex").to_request()).await.status(), StatusCode::OK);
    drop(held);
    let answer = call_service(&app, get("acme").to_request()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().get(RETRY_AFTER).is_none());
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Connections of the application to the databases of these tenants, as the server counts them.
async fn connections(database: &Database, tenants: &[Tenant]) -> i64 {
    let names: Vec<String> = tenants.iter().map(|tenant| format!("t_{}", tenant.id())).collect();
    let query = diesel::sql_query(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY($1) AND usename = 'tenancy_app'",
    );
    let query = query.bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(names);
    query.get_result::<Count>(&mut database.admin().await).await.unwrap().count
}

/// What an application's own two pools have.
const OWN: u32 = 2 * 2;
const TENANTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_databases_of_all_tenants_have_a_bound_together() {
    let database = Database::new().await;
    let bound = 3;
    let builder = database.builder(Isolation::Database).pool_size(2).max_connections(OWN + bound);
    let tenancy = builder.pool_wait(Duration::from_secs(20)).build().await.unwrap();
    let mut tenants = Vec::new();
    for index in 0..TENANTS {
        tenants.push(register(&tenancy, &format!("of-many-{index}")).await);
    }
    let (most, done) = (AtomicI64::new(0), AtomicBool::new(false));
    let watch = async {
        while !AtomicBool::load(&done, Ordering::Acquire) {
            most.fetch_max(connections(&database, &tenants).await, Ordering::AcqRel);
        }
    };
    // Each tenant in turn, and all of them at once: idle connections make room, and those in use are waited for.
    let work = async {
        for _ in 0..3 {
            let work = tenants.iter().flat_map(|tenant| [tenant; 3]).map(|tenant| {
                tenancy.context(tenant).scope(async {
                    let mut db = tenancy.db().await.unwrap();
                    let counted: i64 = customers::table.count().get_result(&mut db).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    counted
                })
            });
            assert_eq!(join_all(work).await, [0; 3 * TENANTS]);
        }
        done.store(true, Ordering::Release);
    };
    tokio::join!(watch, work);
    // A connection that is closed is gone from the server a moment later.
    let most = AtomicI64::load(&most, Ordering::Acquire);
    assert!((1..=i64::from(bound) + 1).contains(&most), "{most} connections");

    // All in use: the next waits, and is told why it waited in vain.
    let impatient = database.builder(Isolation::Database).pool_size(2).max_connections(OWN + 1);
    let impatient = impatient.pool_wait(WAIT).build().await.unwrap();
    let held = impatient.context(&tenants[0]).scope(impatient.db()).await.unwrap();
    let error = refused(impatient.context(&tenants[1]).scope(impatient.db()).await);
    assert!(
        matches!(
            error,
            ConnectionError::TooManyConnections { limit: 1, .. } | ConnectionError::Exhausted { .. }
        ),
        "{error}"
    );
    drop(held);
    impatient.context(&tenants[1]).scope(impatient.db()).await.unwrap();
}
