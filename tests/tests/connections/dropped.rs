//! Threat 6: a statement whose future is dropped while the server is at work on it.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::StreamExt;
use tenancy::Isolation;
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy_tests::schema::customers;
use tenancy_tests::world::asked::pg_backend_pid;
use tenancy_tests::world::postgres::World;

#[diesel::declare_sql_function]
extern "SQL" {
    // It gives `void`, which is sent as an empty text.
    fn pg_sleep(seconds: diesel::sql_types::Double) -> diesel::sql_types::Text;
    fn generate_series(
        first: diesel::sql_types::Integer,
        last: diesel::sql_types::Integer,
    ) -> diesel::sql_types::Integer;
}

const ISOLATIONS: [Isolation; 3] = [Isolation::Column, Isolation::Rls, Isolation::Schema];

/// The same application over one connection.
async fn over_one_connection(world: &World, isolation: Isolation) -> Tenancy {
    world.database.builder(isolation).pool_size(1).build().await.unwrap()
}

async fn pid(db: &mut TenantDb) -> i32 {
    diesel::select(pg_backend_pid()).get_result(db).await.unwrap()
}

#[tokio::test]
async fn the_next_tenant_does_not_wait_for_it() {
    for isolation in ISOLATIONS {
        let world = World::new(isolation).await;
        let tenancy = over_one_connection(&world, isolation).await;
        for returns_rows in [true, false] {
            let dropped = tenancy.context(&world.acme).scope(async {
                let mut db = tenancy.db().await.unwrap();
                let connection = pid(&mut db).await;
                let sleep = diesel::select(pg_sleep(3.0));
                let given_up = match returns_rows {
                    true => {
                        let load = sleep.load::<String>(&mut db);
                        tokio::time::timeout(Duration::from_millis(100), load).await.is_err()
                    }
                    false => {
                        let execute = sleep.execute(&mut db);
                        tokio::time::timeout(Duration::from_millis(100), execute).await.is_err()
                    }
                };
                assert!(given_up);
                let error = customers::table.count().get_result::<i64>(&mut db).await.unwrap_err();
                assert!(error.to_string().contains("take a new one"), "{isolation}: {error}");
                connection
            });
            let dropped = dropped.await;
            let next = tenancy.context(&world.globex).scope(async {
                let mut db = tenancy.db().await.unwrap();
                pid(&mut db).await
            });
            assert_ne!(next.await, dropped, "{isolation}: the connection at work was handed on");
        }
    }
}

/// What the code in the transaction says of it is what comes out, and not that there was no rolling back.
#[tokio::test]
async fn inside_a_transaction_the_callers_own_error_is_kept() {
    #[derive(Debug)]
    struct TooSlow;
    impl From<diesel::result::Error> for TooSlow {
        fn from(error: diesel::result::Error) -> Self {
            panic!("{error}")
        }
    }

    let world = World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    let work = world.tenancy.context(&world.acme).scope(async {
        let ada = (customers::id.eq(1), customers::name.eq("Ada"));
        let given_up = db.transaction(async |db| {
            tenancy::insert_into(customers::table).values(ada).execute(db).await?;
            let sleep = diesel::select(pg_sleep(3.0)).execute(db);
            let slept = tokio::time::timeout(Duration::from_millis(100), sleep).await;
            Ok::<_, TooSlow>(slept.map_err(|_| TooSlow)??)
        });
        given_up.await.unwrap_err();
        drop(db);
        let mut db = world.tenancy.db().await.unwrap();
        assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 0);
    });
    work.await;
}

/// Rows that nobody reads to the end are still being sent.
#[tokio::test]
async fn nor_for_rows_that_were_not_read() {
    // Under `rls` the rows are read to the end before any is given.
    for isolation in [Isolation::Column, Isolation::Schema] {
        let world = World::new(isolation).await;
        let tenancy = over_one_connection(&world, isolation).await;
        let first = tenancy.context(&world.acme).scope(async {
            let mut db = tenancy.db().await.unwrap();
            let connection = pid(&mut db).await;
            let rows = diesel::select(generate_series(1, 50_000_000));
            let mut rows = rows.load_stream::<i32>(&mut db).await.unwrap();
            assert_eq!(rows.next().await.unwrap().unwrap(), 1);
            drop(rows);
            connection
        });
        let first = first.await;
        let second = tenancy.context(&world.globex).scope(async {
            let mut db = tenancy.db().await.unwrap();
            pid(&mut db).await
        });
        let begun = Instant::now();
        let second = second.await;
        assert_ne!(first, second, "{isolation}: the connection at work was handed on");
        assert!(begun.elapsed() < Duration::from_secs(2), "{isolation}: {:?}", begun.elapsed());
    }
}

/// Few rows that nobody reads have arrived by the time the next one asks.
#[tokio::test]
async fn what_is_left_of_a_few_rows_is_waited_for() {
    for isolation in ISOLATIONS {
        let world = World::new(isolation).await;
        let tenancy = over_one_connection(&world, isolation).await;
        let mut seen = Vec::new();
        for tenant in [&world.acme, &world.globex, &world.acme, &world.globex] {
            let used = tenancy.context(tenant).scope(async {
                let mut db = tenancy.db().await.unwrap();
                let connection = pid(&mut db).await;
                // More than are read when the stream is dropped.
                let rows = diesel::select(generate_series(1, 5_000));
                assert_eq!(rows.get_result::<i32>(&mut db).await.unwrap(), 1);
                connection
            });
            seen.push(used.await);
            let used = tenancy.context(tenant).scope(async {
                let mut db = tenancy.db().await.unwrap();
                let connection = pid(&mut db).await;
                let rows = diesel::select(generate_series(1, 5_000));
                assert_eq!(rows.get_result::<i32>(&mut db).await.unwrap(), 1);
                // The handle goes on: its own statements wait their turn.
                assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 0);
                connection
            });
            seen.push(used.await);
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{isolation}: {seen:?}");
    }
}

/// A stream that outlives its handle may still be read: its connection is nobody else's.
#[tokio::test]
async fn rows_that_are_still_read_keep_their_connection() {
    for isolation in [Isolation::Column, Isolation::Schema] {
        let world = World::new(isolation).await;
        let tenancy = over_one_connection(&world, isolation).await;
        let (first, rows) = tenancy
            .context(&world.acme)
            .scope(async {
                let mut db = tenancy.db().await.unwrap();
                let connection = pid(&mut db).await;
                let rows = diesel::select(generate_series(1, 200_000));
                (connection, rows.load_stream::<i32>(&mut db).await.unwrap())
            })
            .await;
        let second = tenancy.context(&world.globex).scope(async {
            let mut db = tenancy.db().await.unwrap();
            pid(&mut db).await
        });
        assert_ne!(second.await, first, "{isolation}");
        drop(rows);
    }
}

/// What is answered goes back, also where one row of it was asked for.
#[tokio::test]
async fn a_connection_that_has_answered_is_handed_on() {
    for isolation in ISOLATIONS {
        let world = World::new(isolation).await;
        let tenancy = over_one_connection(&world, isolation).await;
        let mut seen = Vec::new();
        for tenant in [&world.acme, &world.globex, &world.acme, &world.globex] {
            let used = tenancy.context(tenant).scope(async {
                let mut db = tenancy.db().await.unwrap();
                let rows = diesel::select(generate_series(1, 3));
                assert_eq!(rows.get_result::<i32>(&mut db).await.unwrap(), 1);
                assert_eq!(rows.load::<i32>(&mut db).await.unwrap(), [1, 2, 3]);
                let first = customers::table.select(customers::name).first::<String>(&mut db).await;
                assert!(first.optional().unwrap().is_none());
                // A statement that was never begun is none.
                drop(customers::table.load::<(String, i32, String, Option<String>)>(&mut db));
                db.transaction(async |db| {
                    tenancy::update(customers::table).set(customers::name.eq("y")).execute(db).await
                })
                .await
                .unwrap();
                pid(&mut db).await
            });
            seen.push(used.await);
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{isolation}: {seen:?}");
    }
}
