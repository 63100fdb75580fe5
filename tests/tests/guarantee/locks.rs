//! Row locks on PostgreSQL: they hold through the sub-select that a shared table is read through, and lock no
//! row of another tenant.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::World;

macro_rules! locks {
    ($($name:ident: $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let world = World::new(Isolation::$isolation).await;
            for tenant in [&world.acme, &world.globex] {
                let mut db = world.db(tenant).await;
                world.tenancy.context(tenant).scope(async {
                    for id in [1, 2] {
                        let row = (customers::id.eq(id), customers::name.eq("x"));
                        tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    }
                }).await;
            }
            let (mut first, mut second) = (world.db(&world.acme).await, world.db(&world.acme).await);
            let mut other = world.db(&world.globex).await;
            world.tenancy.context(&world.acme).scope(first.transaction::<_, Error, _>(async |first| {
                let ids = || customers::table.select(customers::id).order(customers::id);
                assert_eq!(ids().filter(customers::id.eq(1)).for_update().load::<i32>(first).await?, [1]);

                assert_eq!(ids().for_update().skip_locked().load::<i32>(&mut second).await?, [2]);
                let refused = ids().for_no_key_update().no_wait().load::<i32>(&mut second).await.unwrap_err();
                assert!(refused.to_string().contains("could not obtain lock"), "{refused}");
                let refused = ids().for_share().no_wait().load::<i32>(&mut second).await;
                assert!(matches!(refused, Err(Error::DatabaseError(DatabaseErrorKind::Unknown, _))), "{refused:?}");
                assert_eq!(ids().for_key_share().skip_locked().load::<i32>(&mut second).await?, [2]);

                let rows = world.tenancy.context(&world.globex).scope(async {
                    let ids = customers::table.select(customers::id).order(customers::id);
                    ids.for_update().no_wait().load::<i32>(&mut other).await
                });
                assert_eq!(rows.await?, [1, 2]);
                Ok(())
            })).await.unwrap();
        }
    )*};
}

locks! {
    hold_by_column: Column;
    hold_by_rls: Rls;
    hold_by_schema: Schema;
    hold_by_database: Database;
}
