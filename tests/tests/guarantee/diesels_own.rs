//! Threat 3: what of Diesel's own compiles on a scoped table, is refused when it runs, whatever is around it.

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::{mysql, postgres, sqlite};

fn is_refused(error: Error) {
    let error = TenancyError::from(error);
    assert!(matches!(error, TenancyError::Scope(ScopeError::DieselInsert { table: "customers" })), "{error}");
    assert!(error.to_string().contains("tenancy::insert_into"), "{error}");
}

macro_rules! inserts {
    ($($name:ident: $backend:ident, $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let row = (customers::id.eq(1), customers::name.eq("nobody's"));
                let insert = || diesel::insert_into(customers::table).values(row);
                is_refused(insert().on_conflict_do_nothing().execute(db).await.unwrap_err());
                let upsert = insert().on_conflict(customers::id).do_nothing();
                is_refused(upsert.execute(db).await.unwrap_err());
                let upsert = insert().on_conflict(customers::id).do_update().set(customers::name.eq("x"));
                is_refused(upsert.execute(db).await.unwrap_err());
                let copied = orders::table.select((orders::id, orders::title));
                let insert = diesel::insert_into(customers::table).values(copied);
                is_refused(insert.into_columns((customers::id, customers::name)).execute(db).await.unwrap_err());
                is_refused(Box::new(diesel::insert_into(customers::table).values(row)).execute(db).await.unwrap_err());
                is_refused((diesel::insert_into(customers::table).values(row),).execute(db).await.unwrap_err());
                assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 0);
            }).await;
        }
    )*};
}

inserts! {
    inserts_on_sqlite_by_column: sqlite, Column;
    inserts_on_sqlite_by_database: sqlite, Database;
    inserts_on_postgres_by_column: postgres, Column;
    inserts_on_postgres_by_rls: postgres, Rls;
    inserts_on_postgres_by_schema: postgres, Schema;
    inserts_on_postgres_by_database: postgres, Database;
}

#[tokio::test]
async fn inserts_on_mysql() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = mysql::World::new(isolation).await;
        let mut db = world.db(&world.acme).await;
        let db = &mut db;
        let scope = world.tenancy.context(&world.acme);
        scope
            .scope(async {
                let row = (customers::id.eq(1), customers::name.eq("nobody's"));
                let insert = || diesel::insert_into(customers::table).values(row);
                let copied = orders::table.select((orders::id, orders::title));
                let copied = diesel::insert_into(customers::table).values(copied);
                is_refused(
                    copied.into_columns((customers::id, customers::name)).execute(db).await.unwrap_err(),
                );
                is_refused((insert(),).execute(db).await.unwrap_err());
                assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 0);
            })
            .await;
    }
}

#[tokio::test]
async fn default_values_are_refused() {
    let world = postgres::World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    let scope = world.tenancy.context(&world.acme);
    scope
        .scope(async {
            let insert = diesel::insert_into(customers::table).default_values();
            is_refused(insert.execute(&mut db).await.unwrap_err());
        })
        .await;
}
