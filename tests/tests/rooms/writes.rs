//! Writes that are refused, and what they leave: nothing.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::{countries, customers, orders};
use tenancy_tests::world::{postgres, sqlite};

/// Threat 3: Diesel's own insert would write no tenant key. Diesel gives us no way to refuse it when the
/// program is compiled.
macro_rules! diesel_insert {
    ($($name:ident: $backend:ident, $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let row = (customers::id.eq(1), customers::name.eq("nobody's"));
                let refused = |error| {
                    let error = TenancyError::from(error);
                    assert!(matches!(error, TenancyError::Scope(ScopeError::DieselInsert { table: "customers" })), "{error}");
                    assert!(error.to_string().contains("tenancy::insert_into"), "{error}");
                };
                refused(diesel::insert_into(customers::table).values(row).execute(db).await.unwrap_err());
                refused(diesel::insert_into(customers::table).values(&row).execute(db).await.unwrap_err());
                refused(row.insert_into(customers::table).execute(db).await.unwrap_err());
                let returning = diesel::insert_into(customers::table).values(row).returning(customers::id);
                refused(returning.get_result::<i32>(db).await.unwrap_err());
                assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 0);

                // A global table is Diesel's.
                let row = (countries::code.eq("DE"), countries::name.eq("Germany"));
                diesel::insert_into(countries::table).values(row).execute(db).await.unwrap();
                let rename = diesel::update(countries::table.find("DE")).set(countries::name.eq("Deutschland"));
                assert_eq!(rename.execute(db).await.unwrap(), 1);
                assert_eq!(diesel::delete(countries::table).execute(db).await.unwrap(), 1);
            }).await;
        }
    )*};
}

diesel_insert! {
    diesel_insert_on_sqlite_by_column: sqlite, Column;
    diesel_insert_on_sqlite_by_database: sqlite, Database;
    diesel_insert_on_postgres_by_column: postgres, Column;
    diesel_insert_on_postgres_by_rls: postgres, Rls;
    diesel_insert_on_postgres_by_schema: postgres, Schema;
    diesel_insert_on_postgres_by_database: postgres, Database;
}

#[tokio::test]
async fn diesel_insert_or_ignore_on_sqlite() {
    let world = sqlite::World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    let row = (customers::id.eq(1), customers::name.eq("nobody's"));
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            for error in [
                diesel::insert_or_ignore_into(customers::table)
                    .values(row)
                    .execute(&mut db)
                    .await
                    .unwrap_err(),
                diesel::replace_into(customers::table).values(row).execute(&mut db).await.unwrap_err(),
            ] {
                let error = TenancyError::from(error);
                assert!(
                    matches!(error, TenancyError::Scope(ScopeError::DieselInsert { table: "customers" })),
                    "{error}"
                );
            }
        })
        .await;
}

/// `or` and `or_filter` cannot get around the tenant predicate.
#[tokio::test]
async fn the_tenant_predicate_holds_for_the_whole_filter() {
    let world = sqlite::World::new(Isolation::Column).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                for id in 1..=3 {
                    let row = (customers::id.eq(id), customers::name.eq("x"));
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                }
            })
            .await;
    }
    let mut acme = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut acme;
            let set = customers::name.eq("mine");
            let filter = customers::id.eq(1).or(customers::id.eq(customers::id));
            assert_eq!(
                tenancy::update(customers::table.filter(filter)).set(set).execute(db).await.unwrap(),
                3
            );
            assert_eq!(
                tenancy::update(customers::table).set(set).filter(filter).execute(db).await.unwrap(),
                3
            );
            let filtered = customers::table.filter(customers::id.eq(1)).or_filter(filter);
            assert_eq!(tenancy::update(filtered).set(set).execute(db).await.unwrap(), 3);
            let one = tenancy::delete(customers::table.filter(customers::id.eq(1)))
                .or_filter(customers::id.eq(2).or(customers::id.eq(2)));
            assert_eq!(one.execute(db).await.unwrap(), 2);
            // Diesel would delete what the filter names; ours starts from a WHERE that is true.
            let ambiguous = tenancy::delete(diesel::query_builder::AsQuery::as_query(customers::table))
                .or_filter(customers::id.eq(3));
            let error = TenancyError::from(ambiguous.execute(db).await.unwrap_err());
            assert!(matches!(error, TenancyError::Scope(ScopeError::OrWithoutFilter)), "{error}");
            assert_eq!(tenancy::delete(customers::table).execute(db).await.unwrap(), 1);
        })
        .await;
    let mut globex = world.db(&world.globex).await;
    let names = world
        .tenancy
        .context(&world.globex)
        .scope(async { customers::table.select(customers::name).load::<String>(&mut globex).await.unwrap() });
    assert_eq!(names.await, ["x", "x", "x"]);
}

/// SQLite has no DEFAULT among values: rows that set different columns are not put under one list.
#[tokio::test]
async fn a_batch_of_unequal_rows_is_refused_on_sqlite_and_fine_on_postgres() {
    #[derive(Insertable)]
    #[diesel(table_name = orders)]
    struct New {
        id: i32,
        customer_id: i32,
        title: Option<&'static str>,
        amount: Option<i32>,
    }
    let rows = || {
        vec![
            New { id: 1, customer_id: 1, title: Some("t"), amount: None },
            New { id: 2, customer_id: 1, title: None, amount: Some(7) },
        ]
    };

    let world = sqlite::World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut db;
            let ada = (customers::id.eq(1), customers::name.eq("Ada"));
            tenancy::insert_into(customers::table).values(ada).execute(db).await.unwrap();
            let error = tenancy::insert_into(orders::table).values(rows()).execute(db).await.unwrap_err();
            let error = TenancyError::from(error);
            assert!(
                matches!(error, TenancyError::Scope(ScopeError::MixedRows { table: "orders" })),
                "{error}"
            );
            assert_eq!(orders::table.count().get_result::<i64>(db).await.unwrap(), 0);
            for row in rows() {
                tenancy::insert_into(orders::table).values(row).execute(db).await.unwrap();
            }
            let found = orders::table
                .select((orders::id, orders::title, orders::amount))
                .load::<(i32, String, i32)>(db)
                .await;
            assert_eq!(found.unwrap(), [(1, "t".into(), 0), (2, "untitled".into(), 7)]);
        })
        .await;

    let world = postgres::World::new(Isolation::Rls).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut db;
            let ada = (customers::id.eq(1), customers::name.eq("Ada"));
            tenancy::insert_into(customers::table).values(ada).execute(db).await.unwrap();
            assert_eq!(tenancy::insert_into(orders::table).values(rows()).execute(db).await.unwrap(), 2);
        })
        .await;
}
