//! Threats 5 and 6, under load: many tenants, many tasks, two connections, and futures that are dropped anywhere.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy::{Isolation, NewTenant, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::asked::{current_setting, pg_backend_pid, pg_stat_activity};
use tenancy_tests::world::pooler::{Beside, Left, left};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::register;

const TENANTS: usize = 200;
const TASKS: usize = 32;

/// How many statements there are, where `TENANCY_INTERLEAVED_STATEMENTS` does not say otherwise.
const STATEMENTS: usize = 6_000;

/// Runs a future for so many looks at it, then drops it.
async fn dropped_after<R>(looks: usize, future: impl Future<Output = R>) -> Option<R> {
    let mut future = pin!(future);
    let mut looked = 0;
    poll_fn(|cx| {
        if looked == looks {
            return Poll::Ready(None);
        }
        looked += 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// One statement or transaction of a tenant, whose every row has its id for a name. Whatever it finds is held
/// against that.
async fn statement(db: &mut TenantDb, tenant: &Tenant, which: usize, id: i32) -> Result<Vec<String>, Error> {
    let own = tenant.id().as_str();
    let row = (customers::id.eq(id), customers::name.eq(own));
    match which {
        0 => {
            tenancy::insert_into(customers::table).values(row).execute(db).await?;
            Ok(Vec::new())
        }
        1 => {
            let list = vec![row, (customers::id.eq(id + 1), customers::name.eq(own))];
            tenancy::insert_into(customers::table)
                .values(list)
                .returning(customers::name)
                .get_results(db)
                .await
        }
        2 => {
            let update = tenancy::update(customers::table).set(customers::country.eq("GB"));
            update.returning(customers::name).get_results(db).await
        }
        3 => {
            tenancy::delete(customers::table.filter(customers::id.lt(id - 20))).execute(db).await?;
            Ok(Vec::new())
        }
        4 => {
            db.transaction(async |db| {
                let names = customers::table.select(customers::name).load(db).await?;
                tenancy::update(customers::table.find(id))
                    .set(customers::country.eq("DE"))
                    .execute(db)
                    .await?;
                Ok(names)
            })
            .await
        }
        // Held by the policies alone, and prepared anew each time.
        5 => {
            #[derive(QueryableByName)]
            struct Name {
                #[diesel(sql_type = diesel::sql_types::Text)]
                name: String,
            }
            let names = diesel::sql_query("SELECT name FROM customers").load::<Name>(db).await?;
            Ok(names.into_iter().map(|row| row.name).collect())
        }
        6 => {
            db.batch_execute("UPDATE customers SET country = tenant_id").await?;
            Ok(Vec::new())
        }
        _ => customers::table.select(customers::name).load(db).await,
    }
}

/// A look at a connection as the pool hands it out, from a tenant that the server is told nothing of.
async fn look(tenancy: &Tenancy, watcher: &Tenant, beside: &mut AsyncPgConnection) {
    let work = tenancy.context(watcher).scope(async {
        let mut db = tenancy.db().await.unwrap();
        let seen = (pg_backend_pid(), current_setting("tenancy.tenant_id", true));
        let mut seen = diesel::select(seen).load::<(i32, Option<String>)>(&mut db).await.unwrap();
        let (pid, setting) = seen.remove(0);
        assert!(setting.as_deref().is_none_or(str::is_empty), "{setting:?} is left on a connection");
        let state = pg_stat_activity::table.find(pid).select(pg_stat_activity::state);
        assert_eq!(state.get_result::<Option<String>>(beside).await.unwrap().as_deref(), Some("idle"));
    });
    work.await;
}

/// What watches the connections meanwhile.
enum Watch {
    /// Each as the pool hands it out.
    Pool { watcher: Tenant, beside: Box<AsyncPgConnection> },
    /// The server's own, as the pooler hands them out.
    Pooler(Beside),
}

impl Watch {
    async fn look(&mut self, tenancy: &Tenancy) {
        match self {
            Self::Pool { watcher, beside } => look(tenancy, watcher, beside).await,
            Self::Pooler(beside) => {
                let left = beside.look("").await;
                assert!(left.is_clean(), "{left:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_row_and_no_setting_crosses() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Rls).pool_size(2);
    let tenancy = tenancy.pool_wait(Duration::from_secs(60)).build().await.unwrap();
    let watcher = NewTenant::new("watcher").unwrap().isolation(Isolation::Schema);
    let watcher = tenancy.register_tenant(watcher).await.unwrap();
    let beside = Box::new(database.app().await);
    interleave(&database, &tenancy, STATEMENTS, Watch::Pool { watcher, beside }).await;
}

/// The same with sixteen connections to a pooler that has two.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_through_a_pooler() {
    let database = Database::new().await;
    let tenancy = database.pooled_builder(Isolation::Rls).pool_size(16);
    let tenancy = tenancy.pool_wait(Duration::from_secs(60)).build().await.unwrap();
    let url = database.pooler_url();
    interleave(&database, &tenancy, STATEMENTS / 2, Watch::Pooler(Beside::new(&url).await)).await;
    let left = left(&url).await;
    assert!(left.iter().all(Left::is_clean), "{left:?}");
    let open = diesel::sql_query(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
            AND state LIKE 'idle in transaction%') THEN RAISE 'a transaction is open'; END IF; END $$",
    );
    open.execute(&mut database.app().await).await.unwrap();
}

async fn interleave(database: &Database, tenancy: &Tenancy, statements: usize, mut watch: Watch) {
    let said = std::env::var("TENANCY_INTERLEAVED_STATEMENTS");
    let statements = said.map_or(statements, |number| number.parse().unwrap());
    tenancy.migrate_tenants().await.unwrap();
    let mut tenants = Vec::new();
    for index in 0..TENANTS {
        tenants.push(register(tenancy, &format!("tenant-{index}")).await);
    }
    let tenants = Arc::new(tenants);
    let (started, dropped, found) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let (tenancy, tenants) = (tenancy.clone(), Arc::clone(&tenants));
        let (started, dropped, found) = (Arc::clone(&started), Arc::clone(&dropped), Arc::clone(&found));
        tasks.push(tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(u64::try_from(task).unwrap());
            while started.fetch_add(1, Ordering::Relaxed) < statements {
                let tenant = &tenants[random.usize(..tenants.len())];
                // SQL text costs its connection, so there is less of it.
                let which = if random.u8(..50) == 0 {
                    random.usize(5..7)
                } else {
                    [0, 1, 2, 3, 4, 7, 7, 7][random.usize(..8)]
                };
                let (id, looks) = (random.i32(0..1_000_000), random.usize(..8));
                let is_dropped = random.u8(..6) == 0;
                let work = tenancy.context(tenant).scope(async {
                    let mut db = tenancy.db().await.unwrap();
                    let work = statement(&mut db, tenant, which, id);
                    match is_dropped {
                        true => dropped_after(looks, work).await,
                        false => Some(work.await),
                    }
                });
                match work.await {
                    None => {
                        dropped.fetch_add(1, Ordering::Relaxed);
                    }
                    Some(Ok(names)) => {
                        found.fetch_add(names.len(), Ordering::Relaxed);
                        assert!(
                            names.iter().all(|name| name == tenant.id().as_str()),
                            "{tenant:?}: {names:?}"
                        );
                    }
                    Some(Err(Error::DatabaseError(
                        diesel::result::DatabaseErrorKind::UniqueViolation,
                        _,
                    ))) => {}
                    Some(Err(error)) => panic!("{which}: {error}"),
                }
            }
        }));
    }
    let mut looks = 0;
    while tasks.iter().any(|task| !task.is_finished()) {
        watch.look(tenancy).await;
        looks += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    for _ in 0..10 {
        watch.look(tenancy).await;
    }
    let [dropped, found] = [dropped, found].map(|counter| AtomicUsize::load(&counter, Ordering::Relaxed));
    assert!(
        dropped > statements / 50 && looks > 10 && found > statements,
        "{dropped} dropped, {looks} looks"
    );
    // Every row is its tenant's own, and none knows another's id.
    let foreign = diesel::sql_query(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM customers WHERE name <> tenant_id
            OR country NOT IN ('GB', 'DE', tenant_id)) THEN RAISE 'foreign rows'; END IF; END $$",
    );
    foreign.execute(&mut database.admin().await).await.unwrap();
}
