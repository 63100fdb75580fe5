//! Upserts on keys that are unique across tenants: the row in the way may be another tenant's.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, Tenancy, Tenant};
use tenancy_tests::migrations::folders;
use tenancy_tests::world::{postgres, register, sqlite};

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        coupons (id) { id -> Integer, tenant_id -> Text, code -> Text, uses -> Integer, }
    }
}
use schema::coupons;

/// Threat 3: no upsert of one tenant changes a row of another's, whichever key is in conflict, and the statement
/// changes its own rows all the same.
macro_rules! another_tenants_row {
    ($tenancy:expr) => {{
        let tenancy = $tenancy;
        let (acme, globex) = (register(&tenancy, "acme").await, register(&tenancy, "globex").await);
        let add = async |tenant: &Tenant, id: i32, code: &'static str| {
            let row = (coupons::id.eq(id), coupons::code.eq(code));
            let mut db = tenancy.context(tenant).scope(tenancy.db()).await.unwrap();
            tenancy
                .context(tenant)
                .scope(async { tenancy::insert_into(coupons::table).values(row).execute(&mut db).await })
                .await
                .unwrap();
        };
        add(&globex, 1, "SPRING").await;
        add(&globex, 2, "SUMMER").await;
        add(&acme, 3, "AUTUMN").await;

        let mut db = tenancy.context(&acme).scope(tenancy.db()).await.unwrap();
        tenancy
            .context(&acme)
            .scope(async {
                let db = &mut db;
                let row = |id: i32, code: &'static str| (coupons::id.eq(id), coupons::code.eq(code));
                let moved =
                    (coupons::uses.eq(coupons::uses + 100), coupons::code.eq(excluded(coupons::code)));

                // By the primary key of another tenant's row, with and without a filter of the user's.
                let by_id = tenancy::insert_into(coupons::table).values(row(1, "MINE"));
                assert_eq!(by_id.on_conflict(coupons::id).do_update().set(moved).execute(db).await, Ok(0));
                let filtered = tenancy::insert_into(coupons::table).values(row(1, "MINE"));
                let filtered = filtered.on_conflict(coupons::id).do_update().set(moved);
                let always = coupons::id.eq(1).or(coupons::uses.ge(0));
                assert_eq!(filtered.filter(always).execute(db).await, Ok(0));
                // By its unique code.
                let by_code = tenancy::insert_into(coupons::table).values(row(10, "SUMMER"));
                let changes = (coupons::id.eq(excluded(coupons::id)), coupons::uses.eq(100));
                assert_eq!(
                    by_code.on_conflict(coupons::code).do_update().set(changes).execute(db).await,
                    Ok(0)
                );
                // And what it would give back is not given.
                let back = tenancy::insert_into(coupons::table).values(row(11, "SUMMER"));
                let back = back.on_conflict(coupons::code).do_update().set(coupons::uses.eq(100));
                let back = back.returning((coupons::tenant_id, coupons::id));
                assert_eq!(back.load::<(String, i32)>(db).await, Ok(vec![]));
                // In a batch, its own row is changed and the other is left.
                let batch = tenancy::insert_into(coupons::table).values(vec![
                    row(1, "SPRING"),
                    row(3, "AUTUMN"),
                    row(4, "WINTER"),
                ]);
                let batch =
                    batch.on_conflict(coupons::id).do_update().set(coupons::uses.eq(coupons::uses + 1));
                assert_eq!(batch.execute(db).await, Ok(2));
                // From a query.
                let query = coupons::table
                    .filter(coupons::id.eq(3))
                    .select((coupons::id - 2, coupons::code.concat("!")));
                let copied = tenancy::insert_into(coupons::table)
                    .values(query)
                    .into_columns((coupons::id, coupons::code));
                let copied = copied.on_conflict(coupons::id).do_update().set(coupons::uses.eq(100));
                assert_eq!(copied.execute(db).await, Ok(0));
                // Doing nothing does nothing.
                let nothing =
                    tenancy::insert_into(coupons::table).values(row(2, "MINE")).on_conflict_do_nothing();
                assert_eq!(nothing.execute(db).await, Ok(0));
                let nothing = tenancy::insert_into(coupons::table).values(row(2, "MINE"));
                assert_eq!(nothing.on_conflict(coupons::id).do_nothing().execute(db).await, Ok(0));
            })
            .await;

        let all = async |tenant: &Tenant| {
            let mut db = tenancy.context(tenant).scope(tenancy.db()).await.unwrap();
            tenancy
                .context(tenant)
                .scope(async {
                    let columns = (coupons::id, coupons::code, coupons::uses);
                    coupons::table
                        .select(columns)
                        .order(coupons::id)
                        .load::<(i32, String, i32)>(&mut db)
                        .await
                })
                .await
                .unwrap()
        };
        assert_eq!(all(&globex).await, [(1, "SPRING".to_owned(), 0), (2, "SUMMER".to_owned(), 0)]);
        assert_eq!(all(&acme).await, [(3, "AUTUMN".to_owned(), 1), (4, "WINTER".to_owned(), 0)]);
    }};
}

#[tokio::test]
async fn an_upsert_changes_its_own_tenants_rows_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column).migrations(folders(&["coupons"]));
    let tenancy = builder.tables(schema::TENANT_TABLES).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    another_tenants_row!(tenancy);
}

async fn on_postgres(database: &postgres::Database) -> Tenancy<tenancy::postgres::Postgres> {
    let builder = database.builder(Isolation::Column).migrations(folders(&["coupons"]));
    let tenancy = builder.tables(schema::TENANT_TABLES).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    database.execute_as_admin("GRANT SELECT, INSERT, UPDATE, DELETE ON coupons TO tenancy_app").await;
    tenancy
}

#[tokio::test]
async fn an_upsert_changes_its_own_tenants_rows_on_postgres() {
    let database = postgres::Database::new().await;
    another_tenants_row!(on_postgres(&database).await);
}

/// A constraint by its name, as PostgreSQL alone takes it.
#[tokio::test]
async fn a_constraint_can_be_named() {
    let database = postgres::Database::new().await;
    let tenancy = on_postgres(&database).await;
    let acme = register(&tenancy, "acme").await;
    tenancy
        .context(&acme)
        .scope(async {
            let db = &mut tenancy.db().await.unwrap();
            for uses in [0, 5] {
                let row = (coupons::id.eq(1), coupons::code.eq("SPRING"), coupons::uses.eq(uses));
                let upsert = tenancy::insert_into(coupons::table)
                    .values(row)
                    .on_conflict(tenancy::on_constraint("coupons_code_key"))
                    .do_update()
                    .set(coupons::uses.eq(excluded(coupons::uses)));
                assert_eq!(upsert.returning(coupons::uses).get_result(db).await, Ok(uses));
            }
        })
        .await;
}
