//! Row locks on MySQL: a lock on a scoped query is a lock on the tenant's rows.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::schema::customers;
use tenancy_tests::world::mysql::World;

/// Two requests that count up under FOR UPDATE lose nothing.
#[tokio::test]
async fn for_update_locks_the_row() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        let (tenancy, acme) = (&world.tenancy, world.tenancy.context(&world.acme));
        acme.clone()
            .scope(async {
                let mut db = tenancy.db().await.unwrap();
                let row = (customers::id.eq(1), customers::name.eq("0"));
                tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
            })
            .await;
        let count_up = || {
            acme.clone().scope(async {
                let mut db = tenancy.db().await.unwrap();
                db.transaction::<_, Error, _>(async |db| {
                    let name = customers::table.find(1).select(customers::name).for_update();
                    let name: String = name.get_result(db).await?;
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    let next = (name.parse::<i32>().unwrap() + 1).to_string();
                    tenancy::update(customers::table.find(1)).set(customers::name.eq(next)).execute(db).await
                })
                .await
            })
        };
        let all = tokio::join!(count_up(), count_up(), count_up(), count_up());
        assert_eq!(all, (Ok(1), Ok(1), Ok(1), Ok(1)), "{isolation}");
        let name = acme.scope(async {
            let mut db = tenancy.db().await.unwrap();
            customers::table.find(1).select(customers::name).get_result::<String>(&mut db).await.unwrap()
        });
        assert_eq!(name.await, "4", "{isolation}: an update was lost");
    }
}
