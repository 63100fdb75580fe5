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

/// SQLite has no DEFAULT among values: rows that set different columns are not put under one list. They are one
/// transaction all the same, and come back in their order.
#[tokio::test]
async fn a_batch_of_unequal_rows_gets_its_defaults() {
    #[derive(Insertable, Clone)]
    #[diesel(table_name = orders)]
    struct New {
        id: Option<i32>,
        customer_id: Option<i32>,
        title: Option<&'static str>,
        amount: Option<i32>,
    }
    let full = New { id: Some(1), customer_id: Some(1), title: Some("t"), amount: Some(9) };
    let rows = || {
        vec![
            New { amount: None, ..full.clone() },
            New { id: Some(2), amount: None, ..full.clone() },
            New { id: Some(3), title: None, amount: Some(7), ..full.clone() },
            New { id: Some(4), ..full.clone() },
        ]
    };
    let expected = [(1, "t", 0), (2, "t", 0), (3, "untitled", 7), (4, "t", 9)];
    let expected = expected.map(|(id, title, amount): (i32, &str, i32)| (id, title.to_owned(), amount));
    let columns = (orders::id, orders::title, orders::amount);

    macro_rules! on {
        ($world:expr) => {{
            let world = $world;
            let mut db = world.db(&world.acme).await;
            let work = async {
                let db = &mut db;
                let ada = (customers::id.eq(1), customers::name.eq("Ada"));
                tenancy::insert_into(customers::table).values(ada).execute(db).await.unwrap();
                let insert = || tenancy::insert_into(orders::table).values(rows());
                let found = insert().returning(columns).load::<(i32, String, i32)>(db).await;
                assert_eq!(found.as_deref(), Ok(&expected[..]));
                assert_eq!(tenancy::delete(orders::table).execute(db).await, Ok(4));

                // All of them or none: the last row's id is taken.
                let taken = (orders::id.eq(4), orders::customer_id.eq(1));
                tenancy::insert_into(orders::table).values(taken).execute(db).await.unwrap();
                insert().execute(db).await.unwrap_err();
                assert_eq!(orders::table.select(orders::id).load::<i32>(db).await, Ok(vec![4]));

                // As a savepoint of what is open, and with a conflict left out.
                let kept = db.transaction::<_, diesel::result::Error, _>(async |db| {
                    insert().execute(db).await.unwrap_err();
                    insert().on_conflict_do_nothing().execute(db).await
                });
                assert_eq!(kept.await, Ok(3));
                let names =
                    orders::table.select(columns).order(orders::id).load::<(i32, String, i32)>(db).await;
                let untitled = (4, "untitled".to_owned(), 0);
                assert_eq!(names.unwrap(), [&expected[..3], &[untitled]].concat());
            };
            world.tenancy.context(&world.acme).scope(work).await;
        }};
    }
    for isolation in [Isolation::Column, Isolation::Database] {
        on!(sqlite::World::new(isolation).await);
    }
}

/// PostgreSQL has DEFAULT among values: such a batch is one statement.
#[tokio::test]
async fn a_batch_of_unequal_rows_is_one_statement_on_postgres() {
    let world = postgres::World::new(Isolation::Rls).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut db;
            let rows = vec![
                (customers::id.eq(1), customers::name.eq("Ada"), Some(customers::country.eq("DE"))),
                (customers::id.eq(2), customers::name.eq("Kay"), None),
            ];
            assert_eq!(tenancy::insert_into(customers::table).values(rows).execute(db).await, Ok(2));
        })
        .await;
}
