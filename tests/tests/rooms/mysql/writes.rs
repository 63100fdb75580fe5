//! Writes that are refused on MySQL, and what they leave: nothing.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::{countries, customers};
use tenancy_tests::world::mysql::World;

/// Threat 3: Diesel's own insert would write no tenant key.
#[tokio::test]
async fn diesels_own_insert_is_refused() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        let mut db = world.db(&world.acme).await;
        let db = &mut db;
        world
            .tenancy
            .context(&world.acme)
            .scope(async {
                let row = (customers::id.eq(1), customers::name.eq("nobody's"));
                for error in [
                    diesel::insert_into(customers::table).values(row).execute(db).await.unwrap_err(),
                    row.insert_into(customers::table).execute(db).await.unwrap_err(),
                    diesel::insert_or_ignore_into(customers::table)
                        .values(row)
                        .execute(db)
                        .await
                        .unwrap_err(),
                    diesel::replace_into(customers::table).values(row).execute(db).await.unwrap_err(),
                ] {
                    let error = TenancyError::from(error);
                    let is_refused =
                        matches!(error, TenancyError::Scope(ScopeError::DieselInsert { table: "customers" }));
                    assert!(is_refused, "{error}");
                }
                assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 0);

                // A global table is Diesel's.
                let row = (countries::code.eq("DE"), countries::name.eq("Germany"));
                diesel::insert_into(countries::table).values(row).execute(db).await.unwrap();
                let rename =
                    diesel::update(countries::table.find("DE")).set(countries::name.eq("Deutschland"));
                assert_eq!(rename.execute(db).await.unwrap(), 1);
                assert_eq!(diesel::delete(countries::table).execute(db).await.unwrap(), 1);
            })
            .await;
    }
}

async fn rows(db: &mut tenancy::mysql::TenantDb) -> Vec<(i32, String)> {
    let rows = customers::table.select((customers::id, customers::name)).order(customers::id);
    rows.load(db).await.unwrap()
}

/// Threat 3: rows that are in conflict are left out, also where another tenant's row is in the way, which stays as
/// it is. The server counts them all.
#[tokio::test]
async fn conflicts_are_skipped_and_change_nothing() {
    let world = World::new(Isolation::Column).await;
    world.database.execute_as_admin("ALTER TABLE customers ADD UNIQUE KEY everywhere (country)").await;
    let mut dbs = [world.db(&world.acme).await, world.db(&world.globex).await];
    let tenants = [&world.acme, &world.globex];
    let [acme, globex] = &mut dbs;
    world
        .tenancy
        .context(tenants[0])
        .scope(async {
            let row = (customers::id.eq(1), customers::name.eq("hers"), customers::country.eq("DE"));
            tenancy::insert_into(customers::table).values(row).execute(acme).await.unwrap();
        })
        .await;
    world
        .tenancy
        .context(tenants[1])
        .scope(async {
            let batch = vec![
                (customers::id.eq(1), customers::name.eq("taken"), customers::country.eq("DE")),
                (customers::id.eq(2), customers::name.eq("new"), customers::country.eq("FR")),
                (customers::id.eq(2), customers::name.eq("again"), customers::country.eq("IT")),
            ];
            let insert = tenancy::insert_into(customers::table).values(batch).on_conflict_do_nothing();
            assert_eq!(insert.execute(globex).await.unwrap(), 3);
            assert_eq!(rows(globex).await, [(2, "new".to_owned())]);
            let copy = customers::table.select((customers::id, customers::name, customers::country));
            let copy = tenancy::insert_into(customers::table).values(copy).on_conflict_do_nothing();
            copy.execute(globex).await.unwrap();
            assert_eq!(rows(globex).await, [(2, "new".to_owned())]);
        })
        .await;
    world
        .tenancy
        .context(tenants[0])
        .scope(async {
            assert_eq!(rows(acme).await, [(1, "hers".to_owned())]);
        })
        .await;
}

/// A batch of no rows writes nothing and says so, whatever the statement before it wrote.
#[tokio::test]
async fn an_empty_batch_counts_nothing() {
    let world = World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let rows = vec![
                (customers::id.eq(1), customers::name.eq("a")),
                (customers::id.eq(2), customers::name.eq("b")),
            ];
            let none = rows[..0].to_vec();
            let insert = tenancy::insert_into(customers::table);
            assert_eq!(insert.values(rows).execute(&mut db).await.unwrap(), 2);
            let insert = tenancy::insert_into(customers::table);
            assert_eq!(insert.values(none).execute(&mut db).await.unwrap(), 0);
        })
        .await;
}

/// What the message of `tenancy::update` says of a query with a limit. A sub-query with one is the server's error here.
#[tokio::test]
async fn rows_behind_a_limit_are_written_by_their_keys() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        let names = || customers::table.select(customers::name).order(customers::id);
        for tenant in [&world.acme, &world.globex] {
            let mut db = world.db(tenant).await;
            let row = |id: i32| (customers::id.eq(id), customers::name.eq("old"));
            let insert = async {
                tenancy::insert_into(customers::table)
                    .values(vec![row(1), row(2), row(3)])
                    .execute(&mut db)
                    .await
            };
            world.tenancy.context(tenant).scope(insert).await.unwrap();
        }
        let mut db = world.db(&world.acme).await;
        let db = &mut db;
        let scope = world.tenancy.context(&world.acme);
        scope
            .scope(async {
                let other = tenancy::alias!(customers as other);
                let first = other.select(other.field(customers::id)).limit(1);
                let update = tenancy::update(customers::table.filter(customers::id.eq_any(first)))
                    .set(customers::name.eq("new"));
                let error = update.execute(db).await.unwrap_err().to_string();
                assert!(error.contains("LIMIT"), "{error}");

                db.transaction::<_, diesel::result::Error, _>(async |db| {
                    let keys = |count| {
                        customers::table.order(customers::id).select(customers::id).limit(count).for_update()
                    };
                    let ids: Vec<i32> = keys(2).load(db).await?;
                    let update = tenancy::update(customers::table.filter(customers::id.eq_any(ids)));
                    assert_eq!(update.set(customers::name.eq("new")).execute(db).await?, 2);
                    let ids: Vec<i32> = keys(1).load(db).await?;
                    let delete = tenancy::delete(customers::table.filter(customers::id.eq_any(ids)));
                    assert_eq!(delete.execute(db).await?, 1);
                    Ok(())
                })
                .await
                .unwrap();
                assert_eq!(names().load::<String>(db).await.unwrap(), ["new", "old"]);
            })
            .await;
        let mut db = world.db(&world.globex).await;
        let others = world
            .tenancy
            .context(&world.globex)
            .scope(async { names().load::<String>(&mut db).await.unwrap() });
        assert_eq!(others.await, ["old", "old", "old"]);
    }
}
