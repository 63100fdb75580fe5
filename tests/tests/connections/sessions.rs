//! PostgreSQL sessions: what one request leaves on a connection for the next: nothing.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tenancy::{Isolation, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::{Database, World};
use tenancy_tests::world::{register, sqlite};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Session {
    #[diesel(sql_type = Text)]
    state: String,
}

/// A connection as the application's role, beside the pool: a role sees its own sessions.
async fn beside(world: &World) -> AsyncPgConnection {
    AsyncPgConnection::establish(&world.database.app_url()).await.unwrap()
}

/// States of the pool's connections.
async fn states(world: &World) -> Vec<String> {
    let query = "SELECT state FROM pg_stat_activity \
                 WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()";
    let sessions = diesel::sql_query(query).load::<Session>(&mut beside(world).await).await.unwrap();
    sessions.into_iter().map(|session| session.state).collect()
}

async fn add(world: &World, tenant: &Tenant, id: i32) -> Result<(), Error> {
    let mut db = world.db(tenant).await;
    let row = (customers::id.eq(id), customers::name.eq("x"));
    let insert = async { tenancy::insert_into(customers::table).values(row).execute(&mut db).await };
    world.tenancy.context(tenant).scope(insert).await.map(drop)
}

async fn count(world: &World, tenant: &Tenant) -> i64 {
    let mut db = world.db(tenant).await;
    world
        .tenancy
        .context(tenant)
        .scope(async { customers::table.count().get_result(&mut db).await.unwrap() })
        .await
}

/// Threat 6, and the trap of decision 3: COMMIT must not overtake a statement that is not prepared yet: on first
/// use, when it is never cached (UPDATE), when it fails, when a type has to be looked up.
#[tokio::test]
async fn a_statement_runs_inside_its_own_transaction() {
    let world = World::new(Isolation::Rls).await;
    for round in 0..20 {
        let tenant = if round % 2 == 0 { &world.acme } else { &world.globex };
        add(&world, tenant, round).await.unwrap();
        let mut db = world.db(tenant).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                let db = &mut db;
                // Never cached: prepared anew each time.
                let update = tenancy::update(customers::table.find(round)).set(customers::name.eq("y"));
                assert_eq!(update.execute(db).await.unwrap(), 1, "round {round}");
                let returned = tenancy::update(customers::table.find(round))
                    .set(customers::name.eq("z"))
                    .returning(customers::name);
                assert_eq!(returned.get_results::<String>(db).await.unwrap(), ["z"]);
                // A statement that fails, inside its transaction.
                let taken = (customers::id.eq(round), customers::name.eq("again"));
                let error =
                    tenancy::insert_into(customers::table).values(taken).execute(db).await.unwrap_err();
                assert!(
                    matches!(
                        error,
                        Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)
                    ),
                    "{error}"
                );
                // The same handle goes on working.
                let found = customers::table.find(round).select(customers::name).first::<String>(db).await;
                assert_eq!(found.unwrap(), "z");
            })
            .await;
    }
    assert_eq!((count(&world, &world.acme).await, count(&world, &world.globex).await), (10, 10));
    assert!(states(&world).await.iter().all(|state| state == "idle"), "{:?}", states(&world).await);
}

/// Threats 5 and 6: a future that is dropped at any point leaves no transaction open and no tenant set.
#[tokio::test]
async fn a_dropped_future_leaves_a_clean_pool() {
    for isolation in [Isolation::Rls, Isolation::Schema, Isolation::Column] {
        let world = World::new(isolation).await;
        add(&world, &world.acme, 1).await.unwrap();
        add(&world, &world.globex, 1).await.unwrap();
        add(&world, &world.globex, 2).await.unwrap();
        for step in 0..60 {
            let tenant = if step % 2 == 0 { &world.acme } else { &world.globex };
            let mut db = world.db(tenant).await;
            let work = world.tenancy.context(tenant).scope(async {
                let changed =
                    tenancy::update(customers::table).set(customers::name.eq("w")).execute(&mut db).await;
                changed.unwrap();
                db.transaction::<_, Error, _>(async |db| {
                    customers::table.count().get_result::<i64>(db).await?;
                    tenancy::update(customers::table).set(customers::name.eq("v")).execute(db).await
                })
                .await
                .unwrap();
            });
            let _ = tokio::time::timeout(Duration::from_micros(step * 100), work).await;
        }
        for (tenant, expected) in [(&world.acme, 1), (&world.globex, 2)] {
            for _ in 0..8 {
                assert_eq!(count(&world, tenant).await, expected, "{isolation}");
            }
        }
        // A dropped connection may take a moment to end.
        for _ in 0..100 {
            let states = states(&world).await;
            if states.len() <= 4 && states.iter().all(|state| state == "idle") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let states = states(&world).await;
        assert!(states.len() <= 4 && states.iter().all(|state| state == "idle"), "{isolation}: {states:?}");
    }
}

/// Threat 6: a panic inside a transaction.
#[tokio::test]
async fn a_panic_in_a_transaction_rolls_it_back() {
    let world = World::new(Isolation::Rls).await;
    add(&world, &world.acme, 1).await.unwrap();
    let (tenancy, context) = (world.tenancy.clone(), world.tenancy.context(&world.acme));
    let panicked = tokio::spawn(context.scope(async move {
        let mut db = tenancy.db().await.unwrap();
        let _ = db
            .transaction::<(), Error, _>(async |db| {
                tenancy::delete(customers::table).execute(db).await?;
                panic!("expected by the test")
            })
            .await;
    }));
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(count(&world, &world.acme).await, 1);
}

/// Threats 5 and 9: the setting ends with the transaction, so the pool hands out connections that know no tenant.
#[tokio::test]
async fn a_pooled_connection_remembers_no_tenant() {
    let world = World::new(Isolation::Rls).await;
    for tenant in [&world.acme, &world.globex] {
        add(&world, tenant, 1).await.unwrap();
    }
    // Under the tenant's own handle, text sees its tenant; the settings of the session itself are empty.
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        tenant: String,
    }
    let mut db = world.db(&world.acme).await;
    let seen: Setting = world
        .tenancy
        .context(&world.acme)
        .scope(async {
            diesel::sql_query("SELECT current_setting('tenancy.tenant_id', true) AS tenant")
                .get_result(&mut db)
                .await
                .unwrap()
        })
        .await;
    assert_eq!(seen.tenant, world.acme.id().as_str());
    // Without a transaction of ours a session has no tenant: policies then let nothing through.
    let mut bare = beside(&world).await;
    let rows =
        diesel::sql_query("SELECT count(*) AS count FROM customers").get_result::<Count>(&mut bare).await;
    assert_eq!(rows.unwrap().count, 0);
    let insert = diesel::sql_query("INSERT INTO customers (tenant_id, id, name) VALUES ('x', 9, 'x')")
        .execute(&mut bare)
        .await;
    assert!(insert.unwrap_err().to_string().contains("row-level security"));
}

diesel::table! {
    /// What a connection has prepared.
    pg_prepared_statements (name) {
        name -> Text,
    }
}

/// Statements that name a tenant's schema are each tenant's own; a connection keeps a bounded number of them, however
/// many statements a program has.
#[tokio::test]
async fn prepared_statements_are_bounded_under_schema_isolation() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Schema).pool_size(1).build().await.unwrap();
    let tenants = [register(&tenancy, "acme").await, register(&tenancy, "globex").await];
    let mut most = 0;
    for form in 0..640 {
        for tenant in &tenants {
            let work = tenancy.context(tenant).scope(async {
                let mut db = tenancy.db().await.unwrap();
                let mut query = customers::table.into_boxed();
                // Each number is another SQL.
                for bit in 0..10 {
                    query = match form >> bit & 1 {
                        0 => query.filter(customers::id.ge(0)),
                        _ => query.filter(customers::id.gt(0)),
                    };
                }
                assert_eq!(query.count().get_result::<i64>(&mut db).await, Ok(0));
                if form % 32 == 31 {
                    let count = pg_prepared_statements::table.count();
                    most = most.max(count.get_result::<i64>(&mut db).await.unwrap());
                }
            });
            work.await;
        }
    }
    assert!((900..=1_030).contains(&most), "{most} prepared statements");
}

/// A killed backend is an error for the request that had it, and for no later one.
#[tokio::test]
async fn a_killed_backend_is_replaced() {
    let world = World::new(Isolation::Rls).await;
    add(&world, &world.acme, 1).await.unwrap();
    diesel::sql_query(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&mut beside(&world).await)
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..8 {
        assert_eq!(count(&world, &world.acme).await, 1);
    }
}

/// SQLite: a statement whose future is dropped goes on, on another thread; its connection is not touched.
#[tokio::test(flavor = "current_thread")]
async fn a_dropped_future_is_harmless_on_sqlite() {
    let world = sqlite::World::new(Isolation::Column).await;
    for step in 0..80_u64 {
        let tenant = if step % 2 == 0 { &world.acme } else { &world.globex };
        let mut db = world.db(tenant).await;
        let work = world.tenancy.context(tenant).scope(async {
            let id = i32::try_from(step).unwrap();
            let row = (customers::id.eq(id), customers::name.eq("x"));
            tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
            db.transaction::<_, Error, _>(async |db| {
                tenancy::update(customers::table.find(id)).set(customers::name.eq("y")).execute(db).await
            })
            .await
            .unwrap();
        });
        let _ = tokio::time::timeout(Duration::from_micros(step * 20), work).await;
    }
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                let parity = if tenant.id() == world.acme.id() { 0 } else { 1 };
                let ids = customers::table.select(customers::id).load::<i32>(&mut db).await.unwrap();
                assert!(ids.iter().all(|id| id % 2 == parity), "{ids:?}");
            })
            .await;
    }
}

/// Threats 5 and 6: what diesel-async would give back to the pool for a test, is open all the same.
#[tokio::test]
async fn a_test_transaction_is_not_handed_on() {
    for isolation in [Isolation::Rls, Isolation::Schema, Isolation::Column] {
        let world = World::new(isolation).await;
        let acme = world.tenancy.context(&world.acme);
        for _ in 0..8 {
            acme.clone()
                .scope(async {
                    let mut db = world.tenancy.db().await.unwrap();
                    db.begin_test_transaction().await.unwrap();
                    let row = (customers::id.eq(1), customers::name.eq("x"));
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                })
                .await;
        }
        add(&world, &world.globex, 2).await.unwrap();
        assert_eq!(
            (count(&world, &world.acme).await, count(&world, &world.globex).await),
            (0, 1),
            "{isolation}"
        );
    }
}

/// Threat 6: after a transaction whose future was dropped the handle refuses; nothing is lost unseen.
#[tokio::test]
async fn a_handle_refuses_after_a_dropped_transaction() {
    macro_rules! refuses {
        ($world:expr) => {{
            let world = $world;
            let mut db = world.db(&world.acme).await;
            world
                .tenancy
                .context(&world.acme)
                .scope(async {
                    let slow = db.transaction::<(), Error, _>(async |db| {
                        tenancy::delete(customers::table).execute(db).await?;
                        tokio::time::sleep(Duration::from_secs(60)).await;
                        Ok(())
                    });
                    assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
                    let row = (customers::id.eq(7), customers::name.eq("x"));
                    let error = tenancy::insert_into(customers::table)
                        .values(row)
                        .execute(&mut db)
                        .await
                        .unwrap_err();
                    assert!(error.to_string().contains("take a new one"), "{error}");
                    drop(db);
                    let mut db = world.tenancy.db().await.unwrap();
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 1);
                })
                .await;
        }};
    }
    refuses!(World::new(Isolation::Column).await);
    refuses!(World::new(Isolation::Rls).await);
    refuses!(World::new(Isolation::Schema).await);
    refuses!(sqlite::World::new(Isolation::Database).await);
}

/// Threat 5: a hook that one request sets on its connection does not see the next request's statements.
#[tokio::test]
async fn an_instrumented_connection_is_not_handed_on() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    let world = World::new(Isolation::Column).await;
    let seen = Arc::new(AtomicUsize::new(0));
    let hook = Arc::clone(&seen);
    let mut db = world.db(&world.acme).await;
    db.set_instrumentation(move |_: diesel::connection::InstrumentationEvent<'_>| {
        hook.fetch_add(1, Ordering::Relaxed);
    });
    drop(db);
    for id in 0..8 {
        add(&world, &world.globex, id).await.unwrap();
    }
    assert_eq!(AtomicUsize::load(&seen, Ordering::Relaxed), 0);
}
