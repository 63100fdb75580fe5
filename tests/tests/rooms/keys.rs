//! Tenant columns of every type, of another name, and none.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::tenant::TenantId;
use tenancy::{Isolation, NewTenant, ScopeError, TenancyError};
use tenancy_tests::world::postgres::{Database, World};

#[tenancy::tenant_scoped(without_column(plain))]
mod schema {
    diesel::table! {
        by_uuid (id) { id -> Integer, tenant_id -> Uuid, body -> Text, }
    }
    diesel::table! {
        by_bigint (id) { id -> Integer, tenant_id -> BigInt, body -> Text, }
    }
    diesel::table! {
        plain (id) { id -> Integer, body -> Text, }
    }
}

#[tenancy::tenant_scoped(column = "account")]
mod accounts {
    diesel::table! {
        by_integer (id) { id -> Integer, account -> Integer, body -> Text, }
    }
}

use accounts::by_integer;
use schema::{by_bigint, by_uuid, plain};

const TABLES: &str = "
    CREATE TABLE by_uuid (id INTEGER, tenant_id UUID NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
    CREATE TABLE by_bigint (id INTEGER, tenant_id BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
    CREATE TABLE by_integer (id INTEGER, account INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (account, id));
    GRANT SELECT, INSERT, UPDATE, DELETE ON by_uuid, by_bigint, by_integer TO tenancy_app;
";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

macro_rules! round {
    ($db:expr, $table:ident, $body:expr) => {{
        let row = ($table::id.eq(1), $table::body.eq($body));
        tenancy::insert_into($table::table).values(row).execute($db).await.unwrap();
        let changed = tenancy::update($table::table.find(1)).set($table::body.eq(concat!($body, "!")));
        assert_eq!(changed.execute($db).await.unwrap(), 1);
        let bodies = $table::table.select($table::body).load::<String>($db).await.unwrap();
        assert_eq!(bodies, [concat!($body, "!")]);
    }};
}

#[tokio::test]
async fn a_tenant_column_may_be_a_uuid_or_a_number() {
    let database = Database::new().await;
    database.execute_as_admin(TABLES).await;
    let tables = tenancy::tables![schema::by_uuid, schema::by_bigint, accounts::by_integer];
    let tenancy = database.builder(Isolation::Column).tables(tables).build().await.unwrap();
    let mut uuids = Vec::new();
    for slug in ["one", "two"] {
        let tenant = NewTenant::new(slug).unwrap().id(TenantId::generate());
        uuids.push(tenancy.register_tenant(tenant).await.unwrap_or_else(|error| panic!("{error}")));
    }
    let numbers = ["7", "8"].map(|id| (id, format!("tenant-{id}")));
    for (id, slug) in &numbers {
        let id = TenantId::try_from(*id).unwrap();
        tenancy.register_tenant(NewTenant::new(slug.as_str()).unwrap().id(id)).await.unwrap();
    }

    tenancy
        .context(&uuids[0])
        .scope(async {
            let db = &mut tenancy.db().await.unwrap();
            round!(db, by_uuid, "first");
            let count = by_bigint::table.count().get_result::<i64>(db).await;
            let error = TenancyError::from(count.unwrap_err());
            assert!(
                matches!(error, TenancyError::Scope(ScopeError::NoKey { table: "by_bigint", .. })),
                "{error}"
            );
        })
        .await;
    tenancy
        .context(&uuids[1])
        .scope(async {
            let db = &mut tenancy.db().await.unwrap();
            round!(db, by_uuid, "second");
        })
        .await;
    for (id, _) in &numbers {
        let tenant = tenancy.store().get(&TenantId::try_from(*id).unwrap()).await.unwrap();
        tenancy
            .context(&tenant)
            .scope(async {
                let db = &mut tenancy.db().await.unwrap();
                round!(db, by_bigint, "number");
                round!(db, by_integer, "number");
                let error =
                    TenancyError::from(by_uuid::table.count().get_result::<i64>(db).await.unwrap_err());
                assert!(error.to_string().contains("32 lower-case hexadecimal digits"), "{error}");
            })
            .await;
    }

    // Rows are deleted by their key's own type.
    tenancy.destroy_tenant(uuids[0].id()).await.unwrap();
    tenancy.destroy_tenant(&TenantId::try_from("7").unwrap()).await.unwrap();
    let mut admin = database.admin().await;
    for table in ["by_uuid", "by_bigint", "by_integer"] {
        let rows = format!("SELECT count(*) AS count FROM {table}");
        let rows: Count = diesel::sql_query(rows).get_result(&mut admin).await.unwrap();
        assert_eq!(rows.count, 1, "{table}");
    }
}

/// A table without the tenant column is kept apart by schemas and databases alone.
#[tokio::test]
async fn a_table_without_the_column_needs_a_place_of_its_own() {
    let world = World::new(Isolation::Schema).await;
    for (tenant, body) in [(&world.acme, "a"), (&world.globex, "g")] {
        let schema = world.tenancy.context(tenant).schema().unwrap().to_owned();
        let sql = format!("CREATE TABLE \"{schema}\".plain (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
        world.database.execute_as_admin(&sql).await;
        world
            .tenancy
            .context(tenant)
            .scope(async {
                let db = &mut world.tenancy.db().await.unwrap();
                let row = (plain::id.eq(1), plain::body.eq(body));
                tenancy::insert_into(plain::table).values(row).execute(db).await.unwrap();
                assert_eq!(plain::table.select(plain::body).load::<String>(db).await.unwrap(), [body]);
            })
            .await;
    }
    let world = World::new(Isolation::Column).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut world.tenancy.db().await.unwrap();
            let error = TenancyError::from(plain::table.count().get_result::<i64>(db).await.unwrap_err());
            assert!(
                matches!(error, TenancyError::Scope(ScopeError::NoColumn { table: "plain", .. })),
                "{error}"
            );
            // In a transaction as well, and the transaction is given up.
            let inside = db.transaction::<i64, diesel::result::Error, _>(async |db| {
                plain::table.count().get_result(db).await
            });
            assert!(inside.await.is_err());
        })
        .await;
}
