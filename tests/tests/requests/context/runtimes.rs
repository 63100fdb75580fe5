//! actix's workers: several threads, a runtime of one thread on each, and many requests that take turns there.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{StreamExt, stream};
use tenancy::prelude::*;
use tenancy::sqlite::{Tenancy, TenantDb};
use tenancy::web::CurrentTenant;
use tenancy::{RequestContext, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::register;
use tenancy_tests::world::sqlite::World;
use tokio::task::{JoinSet, yield_now};

use super::current;

const TENANTS: usize = 12;
const WORKERS: usize = 3;
const REQUESTS: usize = 900;
/// Requests under way at a time.
const CLIENTS: usize = 48;

/// Tenants with one customer each, of one number, that has the tenant's identifier for a name.
async fn tenants(tenancy: &Tenancy) -> Vec<Tenant> {
    let mut tenants = Vec::new();
    for number in 0..TENANTS {
        let tenant = register(tenancy, &format!("tenant-{number}")).await;
        let fill = async {
            let row = (customers::id.eq(1), customers::name.eq(tenant.identifier().as_str()));
            let mut db = tenancy.db().await.unwrap();
            tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
        };
        fill.in_tenant(&tenancy.context(&tenant)).await;
        tenants.push(tenant);
    }
    tenants
}

async fn name(db: &mut TenantDb) -> Result<String, TenancyError> {
    Ok(customers::table.find(1).select(customers::name).first(db).await?)
}

/// The tenant, each time anew, at many places that other requests of the thread may run between.
async fn everywhere(
    tenancy: web::Data<Tenancy>,
    tenant: CurrentTenant,
    mut db: TenantDb,
    number: web::Path<usize>,
) -> Result<HttpResponse, TenancyError> {
    let mut seen = vec![tenant.identifier().to_string()];
    RequestContext::current()?.set(*number);
    seen.push(name(&mut db).await?);
    drop(db);
    for _ in 0..3 {
        yield_now().await;
        seen.extend(current());
    }
    let again = tenancy.clone();
    let local = tenancy::spawn_local(async move {
        yield_now().await;
        name(&mut again.db().await?).await
    });
    seen.push(local.await.unwrap()?);
    let mut set = JoinSet::new();
    set.spawn_in_scope(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        current()
    });
    set.spawn_local_in_scope(async { current() });
    set.spawn_blocking_in_scope(current);
    seen.extend(set.join_all().await.into_iter().flatten());
    seen.extend(
        tokio::task::spawn_local(async { current() }).await.unwrap().map(|left| format!("left {left}")),
    );
    if RequestContext::current()?.get() != Some(*number) {
        seen.push("another request's number".to_owned());
    }

    let head = format!("{:?};{}", std::thread::current().id(), seen.join(";"));
    let number = *number;
    let tail = stream::iter(0..3).then(move |_| {
        let tenancy = tenancy.clone();
        async move {
            yield_now().await;
            let name = name(&mut tenancy.db().await?).await?;
            let kept = RequestContext::current()?.get();
            let who = if kept == Some(number) { current().unwrap_or_default() } else { format!("{kept:?}") };
            Ok(format!(";{name};{who}"))
        }
    });
    let chunks =
        stream::iter([Ok::<_, TenancyError>(head)]).chain(tail).map(|chunk| chunk.map(web::Bytes::from));
    Ok(HttpResponse::Ok().streaming(Box::pin(chunks.in_current_scope())))
}

/// What one request of `everywhere` has to say, the thread aside.
const PLACES: usize = 1 + 1 + 3 + 1 + 3 + 3 * 2;

#[actix_web::test]
async fn requests_of_many_tenants_on_several_workers_see_their_own() {
    let world = World::new(Isolation::Column).await;
    let tenants = tenants(&world.tenancy).await;
    let shared = web::Data::new(world.tenancy.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .service(web::resource("/{number}").wrap(shared.middleware()).to(everywhere))
    })
    .workers(WORKERS)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);

    let client = awc::Client::builder()
        .connector(awc::Connector::new().limit(CLIENTS))
        .timeout(Duration::from_secs(60))
        .finish();
    let (client, tenants) = (&client, &tenants);
    let requests = (0..REQUESTS).map(|number| async move {
        let tenant = &tenants[number % TENANTS];
        let request = client
            .get(format!("http://{address}/{number}"))
            .insert_header(("X-Tenant-ID", tenant.identifier().as_str()));
        let mut answer = request.send().await.unwrap();
        let body = String::from_utf8(answer.body().await.unwrap().to_vec()).unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        let (thread, seen) = body.split_once(';').unwrap();
        let seen: Vec<_> = seen.split(';').collect();
        assert_eq!(seen, [tenant.identifier().as_str(); PLACES], "request {number}");
        thread.to_owned()
    });
    let threads: BTreeSet<String> = stream::iter(requests).buffer_unordered(CLIENTS).collect().await;
    assert_eq!(threads.len(), WORKERS, "{threads:?}");
    handle.stop(true).await;
}

/// Runtimes without a server: what is started on them by hand is outside, until it enters a scope.
#[actix_web::test]
async fn tasks_on_several_systems_see_their_own() {
    let world = World::new(Isolation::Column).await;
    let tenants = tenants(&world.tenancy).await;
    let work = async |tenancy: Tenancy, tenant: Tenant| {
        let mut seen = vec![current().unwrap_or_else(|| tenant.identifier().to_string())];
        let inside = async {
            for _ in 0..3 {
                yield_now().await;
                seen.extend(current());
            }
            seen.push(name(&mut tenancy.db().await.unwrap()).await.unwrap());
        };
        inside.in_tenant(&tenancy.context(&tenant)).await;
        assert_eq!(seen, [tenant.identifier().as_str(); 5]);
    };
    let systems = (0..WORKERS).map(|_| {
        let (tenancy, tenants) = (world.tenancy.clone(), tenants.clone());
        std::thread::spawn(move || {
            let tasks = async move {
                let mut set = JoinSet::new();
                // From within a scope, which a plain task leaves.
                let start = async {
                    for number in 0..REQUESTS / WORKERS {
                        set.spawn_local(work(tenancy.clone(), tenants[number % TENANTS].clone()));
                    }
                };
                start.in_tenant(&tenancy.context(&tenants[0])).await;
                set.join_all().await.len()
            };
            actix_web::rt::System::new().block_on(tasks)
        })
    });
    let systems: Vec<_> = systems.collect();
    for system in systems {
        assert_eq!(system.join().unwrap(), REQUESTS / WORKERS);
    }
}
