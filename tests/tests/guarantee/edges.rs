//! Forms whose answer is not that of a tenant who is alone: the tenant column, what a query prints as, and a query of
//! two scopes.

use std::fmt::Write;

use diesel::debug_query;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::TenantDb;
use tenancy::{Isolation, Tenant};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::sqlite::World;

async fn seed(db: &mut TenantDb, tenant: &Tenant) {
    for (id, country) in [(1, Some("DE")), (2, None)] {
        let row = (customers::id.eq(id), customers::name.eq(tenant.name()), customers::country.eq(country));
        tenancy::insert_into(customers::table).values(row).execute(db).await.unwrap();
    }
}

/// Two tenants under `column`, and a handle of the first.
pub(super) async fn world() -> (World, TenantDb) {
    let world = World::new(Isolation::Column).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        world.tenancy.context(tenant).scope(seed(&mut db, tenant)).await;
    }
    let db = world.db(&world.acme).await;
    (world, db)
}

/// Threat 1: the column is there to be read, and says nothing of other tenants.
#[tokio::test]
async fn the_tenant_column_is_read_and_filters_nothing_in() {
    let (world, mut db) = world().await;
    let db = &mut db;
    let (own, other) = (world.acme.id().as_str(), world.globex.id().as_str());
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let keys = customers::table.select(customers::tenant_id).distinct().load::<String>(db).await;
            assert_eq!(keys.unwrap(), [own]);
            let all = customers::table
                .select(customers::all_columns)
                .load::<(String, i32, String, Option<String>)>(db);
            assert!(all.await.unwrap().iter().all(|(key, _, name, _)| key == own && name == "acme"));
            let all = customers::table.load::<(String, i32, String, Option<String>)>(db).await.unwrap();
            assert_eq!(all.len(), 2);
            let others = customers::table.filter(customers::tenant_id.eq(other)).count();
            assert_eq!(others.get_result::<i64>(db).await.unwrap(), 0);
            let any = customers::table
                .filter(customers::tenant_id.ne(""))
                .or_filter(customers::tenant_id.eq(other));
            assert_eq!(any.count().get_result::<i64>(db).await.unwrap(), 2);
            let grouped = customers::table.group_by(customers::tenant_id).select(customers::tenant_id);
            assert_eq!(grouped.load::<String>(db).await.unwrap(), [own]);
            let moved = tenancy::update(customers::table.filter(customers::tenant_id.eq(other)))
                .set(customers::name.eq("moved"));
            assert_eq!(moved.execute(db).await.unwrap(), 0);
        })
        .await;
}

/// `debug_query` prints the SQL of its scope; where there is none it prints nothing, and `to_string` panics, as
/// it does for every `Display` that fails.
#[tokio::test]
async fn debug_query_prints_the_tenants_sql_or_fails() {
    let world = World::new(Isolation::Column).await;
    let scoped = world.tenancy.context(&world.acme).sync_scope(|| {
        let query = orders::table.filter(orders::id.eq(1)).select(orders::title);
        debug_query::<Sqlite, _>(&query).to_string()
    });
    assert!(scoped.contains("WHERE `tenant_id` = ?) AS `orders`"), "{scoped}");
    assert!(scoped.contains(world.acme.id().as_str()), "{scoped}");
    let update = world.tenancy.context(&world.acme).sync_scope(|| {
        let update = tenancy::update(orders::table).set(orders::title.eq("x"));
        debug_query::<Sqlite, _>(&update).to_string()
    });
    assert!(update.contains("WHERE `orders`.`tenant_id` = ?"), "{update}");
    let query = orders::table.select(orders::title);
    let mut text = String::new();
    assert!(write!(text, "{}", debug_query::<Sqlite, _>(&query)).is_err());
    assert!(!text.contains("orders"), "{text}");
}

#[tenancy::tenant_scoped]
diesel::table! {
    /// A view of all tenants' customers.
    names (id) {
        tenant_id -> Text,
        id -> Integer,
        name -> Text,
    }
}

/// A view that has the tenant column is read like a table.
#[tokio::test]
async fn a_view_is_read_like_a_table() {
    use diesel::connection::SimpleConnection;

    let (world, mut db) = world().await;
    let path = world.directory.path().join("application.db");
    let mut owner = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    owner.batch_execute("CREATE VIEW names AS SELECT tenant_id, id, name FROM customers").unwrap();
    let found = world
        .tenancy
        .context(&world.acme)
        .scope(async { names::table.select(names::name).load::<String>(&mut db).await });
    assert_eq!(found.await.unwrap(), ["acme", "acme"]);
}

/// Two sides of one query that were built in different scopes have no SQL together.
#[tokio::test]
async fn a_query_of_two_scopes_is_refused() {
    let (world, mut db) = world().await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let foreign = globex.sync_scope(|| customers::table.select(customers::id));
    acme.scope(async {
        let union = customers::table.select(customers::id).union(foreign.clone()).load::<i32>(&mut db).await;
        assert!(union.unwrap_err().to_string().contains("was built for"));
        let inside = orders::table.filter(orders::customer_id.eq_any(foreign.clone())).count();
        assert!(inside.get_result::<i64>(&mut db).await.unwrap_err().to_string().contains("was built for"));
        let written =
            tenancy::delete(orders::table.filter(orders::customer_id.eq_any(foreign))).execute(&mut db).await;
        assert!(written.unwrap_err().to_string().contains("was built for"));
    })
    .await;
}
