//! Row locks: a lock on a scoped query is a lock on the rows that it gives, and on no others.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::schema::customers;
use tenancy_tests::world::{mysql, postgres};

macro_rules! locks {
    ($($name:ident: $backend:ident, $isolation:ident;)*) => {$(
        /// Requests that count one row up under FOR UPDATE lose nothing, while the row beside it can be written.
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            let (tenancy, acme) = (&world.tenancy, world.tenancy.context(&world.acme));
            acme.clone()
                .scope(async {
                    let mut db = tenancy.db().await.unwrap();
                    let row = |id| (customers::id.eq(id), customers::name.eq("0"));
                    let rows = vec![row(1), row(2)];
                    tenancy::insert_into(customers::table).values(rows).execute(&mut db).await.unwrap();
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
            assert_eq!(all, (Ok(1), Ok(1), Ok(1), Ok(1)));
            acme.clone()
                .scope(async {
                    let (mut db, mut beside) = (tenancy.db().await.unwrap(), tenancy.db().await.unwrap());
                    let done = db.transaction::<_, Error, _>(async |db| {
                        let name = customers::table.find(1).select(customers::name).for_update();
                        assert_eq!(name.get_result::<String>(db).await?, "4", "an update was lost");
                        let other = tenancy::update(customers::table.find(2)).set(customers::name.eq("free"));
                        let other = tokio::time::timeout(Duration::from_secs(5), other.execute(&mut beside));
                        assert_eq!(other.await, Ok(Ok(1)), "the row beside it was locked");
                        Ok(())
                    });
                    done.await.unwrap();
                })
                .await;
        }
    )*};
}

locks! {
    on_mysql_by_column: mysql, Column;
    on_mysql_by_database: mysql, Database;
    on_postgres_by_column: postgres, Column;
    on_postgres_by_rls: postgres, Rls;
    on_postgres_by_schema: postgres, Schema;
    on_postgres_by_database: postgres, Database;
}
