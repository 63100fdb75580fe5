//! SQL text on MySQL: refused, since a name with a dot in it reaches every database of the server.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::mysql::World;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Text)]
    mode: String,
    #[diesel(sql_type = Text)]
    zone: String,
}

const COUNT: &str = "SELECT count(*) AS count FROM customers";

/// Threat 1.
#[tokio::test]
async fn text_is_refused_without_a_reason() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        let mut db = world.db(&world.acme).await;
        world
            .tenancy
            .context(&world.acme)
            .scope(async {
                let refused = |error| {
                    let error = TenancyError::from(error);
                    assert!(
                        matches!(&error, TenancyError::Scope(ScopeError::RawSql { isolation: named }) if *named == isolation),
                        "{error}"
                    );
                };
                refused(diesel::sql_query(COUNT).get_result::<Count>(&mut db).await.err().unwrap());
                let other = format!("DELETE FROM `t_{}`.customers", world.globex.id());
                refused(diesel::sql_query(&other).execute(&mut db).await.unwrap_err());
                refused(db.batch_execute(&other).await.unwrap_err());
                let inside = db.transaction::<_, diesel::result::Error, _>(async |db| {
                    diesel::sql_query("DELETE FROM customers").execute(db).await
                });
                refused(inside.await.unwrap_err());

                let reasoned = tenancy::raw_sql("the test counts", diesel::sql_query(COUNT));
                assert_eq!(reasoned.get_result::<Count>(&mut db).await.unwrap().count, 0);
            })
            .await;
    }
}

/// Threat 5: what text may have changed on a connection does not reach the next request; and every connection
/// has what ours have.
#[tokio::test]
async fn a_connection_that_ran_text_is_not_used_again() {
    let world = World::new(Isolation::Database).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            for _ in 0..8 {
                let mut db = world.tenancy.db().await.unwrap();
                let settings = "SELECT @@sql_mode AS mode, @@time_zone AS zone";
                let settings = tenancy::raw_sql("the test looks", diesel::sql_query(settings));
                let Mode { mode, zone } = settings.get_result(&mut db).await.unwrap();
                assert!(mode.contains("STRICT_ALL_TABLES") && !mode.starts_with(','), "{mode}");
                assert_eq!(zone, "+00:00");
                let away = format!("USE `t_{}`", world.globex.id());
                tenancy::raw_sql("the test leaves", diesel::sql_query(away)).execute(&mut db).await.unwrap();
                let change = diesel::sql_query("SET sql_mode = ''");
                tenancy::raw_sql("the test spoils", change).execute(&mut db).await.unwrap();
            }
            let mut db = world.tenancy.db().await.unwrap();
            let long = (customers::id.eq(1), customers::name.eq("x"), customers::country.eq("too long"));
            let error =
                tenancy::insert_into(customers::table).values(long).execute(&mut db).await.unwrap_err();
            assert!(error.to_string().contains("too long"), "{error}");
        })
        .await;
}
