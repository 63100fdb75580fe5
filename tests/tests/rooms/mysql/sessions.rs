//! MySQL sessions: what one request leaves on a connection for the next: nothing.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::{Isolation, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::mysql::World;

/// Connections of each pool in a world.
const POOL: usize = 4;

#[derive(QueryableByName, Debug)]
struct Session {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    command: String,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn sleep(seconds: diesel::sql_types::Double) -> diesel::sql_types::Integer;
    fn connection_id() -> BigInt;
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

/// Where the tenant's rows are.
fn database_of(world: &World, tenant: &Tenant, isolation: Isolation) -> String {
    match isolation {
        Isolation::Database => format!("t_{}", tenant.id()),
        _ => world.database.name().to_owned(),
    }
}

/// The application's sessions in a database: a user sees its own.
async fn sessions(database: &str) -> Vec<Session> {
    let app = tenancy_tests::servers::with_database(&tenancy_tests::servers::mysql_app(), database);
    let mut app = diesel_async::AsyncMysqlConnection::establish(&app).await.unwrap();
    let query = "SELECT id, command FROM information_schema.processlist \
                 WHERE db = DATABASE() AND user = SUBSTRING_INDEX(USER(), '@', 1) AND id <> CONNECTION_ID()";
    diesel::sql_query(query).load(&mut app).await.unwrap()
}

/// Threats 5 and 6: a future that is dropped at any point leaves no transaction open, and no answer that the next
/// statement would take for its own.
#[tokio::test]
async fn a_dropped_future_leaves_a_clean_pool() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        add(&world, &world.acme, 1).await.unwrap();
        add(&world, &world.globex, 1).await.unwrap();
        add(&world, &world.globex, 2).await.unwrap();
        for step in 0..80 {
            let tenant = if step % 2 == 0 { &world.acme } else { &world.globex };
            let mut db = world.db(tenant).await;
            let work = world.tenancy.context(tenant).scope(async {
                let names = customers::table.select(customers::name).load::<String>(&mut db).await;
                names.unwrap();
                tenancy::update(customers::table)
                    .set(customers::name.eq("w"))
                    .execute(&mut db)
                    .await
                    .unwrap();
                db.transaction::<_, Error, _>(async |db| {
                    customers::table.count().get_result::<i64>(db).await?;
                    tenancy::update(customers::table).set(customers::name.eq("v")).execute(db).await
                })
                .await
                .unwrap();
            });
            let _ = tokio::time::timeout(Duration::from_micros(step * 50), work).await;
            // Whatever was cut, the next request's answers are its own.
            let (other, expected) = if step % 2 == 0 { (&world.globex, 2) } else { (&world.acme, 1) };
            assert_eq!(count(&world, other).await, expected, "{isolation}, step {step}");
        }
        for (tenant, expected) in [(&world.acme, 1), (&world.globex, 2)] {
            for _ in 0..2 * POOL {
                assert_eq!(count(&world, tenant).await, expected, "{isolation}");
            }
            let database = database_of(&world, tenant, isolation);
            let fits = |sessions: &[Session]| {
                sessions.len() <= POOL && sessions.iter().all(|session| session.command == "Sleep")
            };
            // A dropped connection may take a moment to end.
            for _ in 0..100 {
                if fits(&sessions(&database).await) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let left = sessions(&database).await;
            assert!(fits(&left), "{isolation}: {left:?}");
        }
    }
}

/// Threat 6: a statement whose answer is still to come when it is given up. Its connection is not used again: the
/// late answer is nobody's.
#[tokio::test]
async fn a_late_answer_is_nobodys() {
    let world = World::new(Isolation::Column).await;
    add(&world, &world.acme, 1).await.unwrap();
    add(&world, &world.globex, 1).await.unwrap();
    let acme = world.tenancy.context(&world.acme);
    for _ in 0..2 * POOL {
        let tenancy = &world.tenancy;
        acme.clone()
            .scope(async {
                let mut db = tenancy.db().await.unwrap();
                let slow = customers::table.select(sleep(0.2));
                let cut = tokio::time::timeout(Duration::from_millis(50), slow.load::<i32>(&mut db)).await;
                assert!(cut.is_err(), "{cut:?}");
                // The handle itself refuses.
                let error = customers::table.count().get_result::<i64>(&mut db).await.unwrap_err();
                assert!(error.to_string().contains("take a new one"), "{error}");
            })
            .await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..2 * POOL {
        let mut db = world.db(&world.globex).await;
        let names = world
            .tenancy
            .context(&world.globex)
            .scope(async { customers::table.select(customers::name).load::<String>(&mut db).await.unwrap() });
        assert_eq!(names.await, ["x"]);
    }
}

/// Threat 6: a panic inside a transaction.
#[tokio::test]
async fn a_panic_in_a_transaction_rolls_it_back() {
    let world = World::new(Isolation::Column).await;
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

/// Threats 5 and 6: what diesel-async would give back to the pool for a test, is open all the same.
#[tokio::test]
async fn a_test_transaction_is_not_handed_on() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        for _ in 0..2 * POOL {
            world
                .tenancy
                .context(&world.acme)
                .scope(async {
                    let mut db = world.tenancy.db().await.unwrap();
                    db.begin_test_transaction().await.unwrap();
                    let row = (customers::id.eq(1), customers::name.eq("x"));
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                })
                .await;
        }
        add(&world, &world.globex, 2).await.unwrap();
        let counts = (count(&world, &world.acme).await, count(&world, &world.globex).await);
        assert_eq!(counts, (0, 1), "{isolation}");
    }
}

/// Threat 6: after a transaction whose future was dropped the handle refuses; nothing is lost unseen.
#[tokio::test]
async fn a_handle_refuses_after_a_dropped_transaction() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        add(&world, &world.acme, 1).await.unwrap();
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
                assert!(tokio::time::timeout(Duration::from_millis(200), slow).await.is_err());
                let row = (customers::id.eq(7), customers::name.eq("x"));
                let insert = tenancy::insert_into(customers::table).values(row);
                let error = insert.execute(&mut db).await.unwrap_err();
                assert!(error.to_string().contains("take a new one"), "{error}");
                drop(db);
                assert_eq!(count(&world, &world.acme).await, 1);
            })
            .await;
    }
}

/// A session that the server has ended is an error for the request that had it at most, and for none that comes a
/// second later.
#[tokio::test]
async fn a_killed_session_is_replaced() {
    let world = World::new(Isolation::Column).await;
    add(&world, &world.acme, 1).await.unwrap();
    let app =
        tenancy_tests::servers::with_database(&tenancy_tests::servers::mysql_app(), world.database.name());
    let kill = async || {
        let mut app = diesel_async::AsyncMysqlConnection::establish(&app).await.unwrap();
        let killed = sessions(world.database.name()).await;
        for session in &killed {
            // The other one that looked on has gone by itself by now, perhaps.
            let _ = app.batch_execute(&format!("KILL {}", session.id)).await;
        }
        killed.len()
    };
    assert!(kill().await >= 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for _ in 0..2 * POOL {
        assert_eq!(count(&world, &world.acme).await, 1);
    }
    // Without that second: each dead connection fails once, and is not handed on.
    let mut open = Vec::new();
    // One tenant alone has not the whole pool.
    for tenant in [&world.acme, &world.globex].into_iter().cycle().take(POOL) {
        open.push(world.db(tenant).await);
    }
    drop(open);
    kill().await;
    let mut failed = 0;
    for _ in 0..4 * POOL {
        let mut db = world.db(&world.acme).await;
        let found = world
            .tenancy
            .context(&world.acme)
            .scope(async { customers::table.count().get_result::<i64>(&mut db).await });
        match found.await {
            Ok(count) => assert_eq!(count, 1),
            Err(_) => failed += 1,
        }
    }
    assert!(failed <= POOL, "{failed} requests failed");
}

/// An error of the server's own is no reason to open a new connection.
#[tokio::test]
async fn a_statement_that_fails_costs_no_connection() {
    let world = World::new(Isolation::Column).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut db = world.db(&world.acme).await;
        world
            .tenancy
            .context(&world.acme)
            .scope(async {
                let long = (customers::id.eq(1), customers::name.eq("x"), customers::country.eq("too long"));
                tenancy::insert_into(customers::table).values(long).execute(&mut db).await.unwrap_err();
                ids.push(diesel::select(connection_id()).get_result::<i64>(&mut db).await.unwrap());
            })
            .await;
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}
