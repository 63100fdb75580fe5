//! Threat 25: reading across tenants, with a reason.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::{mysql, postgres, sqlite};

macro_rules! across {
    ($($name:ident: $backend:ident, $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            for tenant in [&world.acme, &world.globex] {
                let mut db = world.db(tenant).await;
                let row = (customers::id.eq(1), customers::name.eq(tenant.name()));
                world.tenancy.context(tenant).scope(async {
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                }).await;
            }
            tenancy::across_tenants("the test counts everything", async {
                let mut db = world.tenancy.db().await.unwrap();
                let names = customers::table.select(customers::name).order(customers::name);
                assert_eq!(names.load::<String>(&mut db).await.unwrap(), ["acme", "globex"]);

                // It reads only.
                let deleted = tenancy::delete(customers::table).execute(&mut db).await;
                let error = TenancyError::from(deleted.unwrap_err());
                assert!(matches!(error, TenancyError::Scope(ScopeError::AcrossWrite { table: "customers" })), "{error}");

                // A tenant's own scope inside is that tenant's alone.
                world.tenancy.context(&world.acme).scope(async {
                    let mut db = world.tenancy.db().await.unwrap();
                    assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 1);
                }).await;
            }).await;
            // The handle's scope is over.
            let mut db = tenancy::across_tenants("the test takes a handle away", async {
                world.tenancy.db().await.unwrap()
            }).await;
            world.tenancy.context(&world.acme).scope(async {
                assert!(customers::table.count().get_result::<i64>(&mut db).await.is_err());
            }).await;
        }
    )*};
}

across! {
    on_sqlite_by_column: sqlite, Column;
    on_mysql_by_column: mysql, Column;
    on_postgres_by_column: postgres, Column;
    on_postgres_by_rls: postgres, Rls;
}

#[tokio::test]
async fn tenants_with_a_place_of_their_own_are_not_read_together() {
    for isolation in [Isolation::Schema, Isolation::Database] {
        let world = postgres::World::new(isolation).await;
        let error = tenancy::across_tenants("a test", world.tenancy.db()).await.unwrap_err();
        assert!(error.to_string().contains("one at a time"), "{error}");
    }
    let world = mysql::World::new(Isolation::Database).await;
    let error = tenancy::across_tenants("a test", world.tenancy.db()).await.unwrap_err();
    assert!(error.to_string().contains("one at a time"), "{error}");
}

/// Whoever hands a scoped table to Diesel's own update: across tenants its SQL is no target of one.
#[tokio::test]
async fn diesels_own_writes_find_no_target() {
    use diesel::associations::HasTable;
    use diesel::query_builder::{IntoUpdateTarget, UpdateTarget};
    use tenancy_tests::schema::countries;

    struct Everything;

    impl HasTable for Everything {
        type Table = customers::table;

        fn table() -> Self::Table {
            customers::table
        }
    }

    impl IntoUpdateTarget for Everything {
        type WhereClause = <countries::table as IntoUpdateTarget>::WhereClause;

        fn into_update_target(self) -> UpdateTarget<Self::Table, Self::WhereClause> {
            UpdateTarget {
                table: customers::table,
                where_clause: countries::table.into_update_target().where_clause,
            }
        }
    }

    let world = postgres::World::new(Isolation::Column).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                let row = (customers::id.eq(1), customers::name.eq("kept"));
                tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                assert!(diesel::delete(Everything).execute(&mut db).await.is_err());
            })
            .await;
    }
    tenancy::across_tenants("the test tries to write", async {
        let mut db = world.tenancy.db().await.unwrap();
        assert!(diesel::delete(Everything).execute(&mut db).await.is_err());
        assert!(diesel::update(Everything).set(customers::name.eq("x")).execute(&mut db).await.is_err());
        let names = customers::table.select(customers::name).load::<String>(&mut db).await;
        assert_eq!(names.unwrap(), ["kept", "kept"]);
    })
    .await;
}
