//! Tenant columns of every type that MySQL has, rows of nothing but defaults, and tables that are declared in
//! another database.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::tenant::TenantId;
use tenancy::{Isolation, NewTenant, ScopeError, TenancyError};
use tenancy_tests::world::mysql::{Database, World};

#[tenancy::tenant_scoped(without_column(plain))]
mod schema {
    diesel::table! {
        by_bigint (id) { id -> Integer, tenant_id -> BigInt, body -> Text, }
    }
    diesel::table! {
        by_integer (id) { id -> Integer, tenant_id -> Integer, body -> Text, }
    }
    diesel::table! {
        by_text (id) { id -> Integer, tenant_id -> Text, body -> Text, }
    }
    diesel::table! {
        plain (id) { id -> Integer, body -> Text, }
    }
}

#[tenancy::tenant_scoped(without_column(notes))]
mod elsewhere {
    diesel::table! {
        shared.customers (id) { id -> Integer, tenant_id -> Text, name -> Text, }
    }
    diesel::table! {
        shared.notes (id) { id -> Integer, body -> Text, }
    }
}

use schema::{by_bigint, by_integer, by_text, plain};

const TABLES: &str = "
    CREATE TABLE by_bigint (id INTEGER, tenant_id BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
    CREATE TABLE by_integer (id INTEGER, tenant_id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
    CREATE TABLE by_text (
        id INTEGER PRIMARY KEY AUTO_INCREMENT, tenant_id VARCHAR(48) NOT NULL, body VARCHAR(20) NOT NULL DEFAULT 'none',
        KEY (tenant_id, id)
    );
";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

async fn numbered() -> (Database, tenancy::mysql::Tenancy) {
    let database = Database::new().await;
    database.execute_as_admin(TABLES).await;
    let tables = tenancy::tables![schema::by_bigint, schema::by_integer, schema::by_text];
    let tenancy = database.builder(Isolation::Column).tables(tables).build().await.unwrap();
    // The second is one that a comparison as floating-point numbers would take for its neighbour.
    for id in ["7", "9007199254740993"] {
        let tenant =
            NewTenant::new(format!("tenant-{id}").as_str()).unwrap().id(TenantId::try_from(id).unwrap());
        tenancy.register_tenant(tenant).await.unwrap();
    }
    (database, tenancy)
}

#[tokio::test]
async fn a_tenant_column_may_be_a_text_or_a_number() {
    macro_rules! round {
        ($db:expr, $table:ident) => {{
            let row = ($table::id.eq(1), $table::body.eq("body"));
            tenancy::insert_into($table::table).values(row).execute($db).await.unwrap();
            let changed = tenancy::update($table::table.find(1)).set($table::body.eq("changed"));
            assert_eq!(changed.execute($db).await.unwrap(), 1);
            let bodies = $table::table.select($table::body).load::<String>($db).await.unwrap();
            assert_eq!(bodies, ["changed"]);
        }};
    }
    let (database, tenancy) = numbered().await;
    for id in ["7", "9007199254740993"] {
        let tenant = tenancy.store().get(&TenantId::try_from(id).unwrap()).await.unwrap();
        tenancy
            .context(&tenant)
            .scope(async {
                let db = &mut tenancy.db().await.unwrap();
                round!(db, by_bigint);
                if id == "7" {
                    round!(db, by_integer);
                    round!(db, by_text);
                    return;
                }
                let error = by_integer::table.count().get_result::<i64>(db).await.unwrap_err();
                let error = TenancyError::from(error);
                assert!(
                    matches!(error, TenancyError::Scope(ScopeError::NoKey { table: "by_integer", .. })),
                    "{error}"
                );
            })
            .await;
    }
    // Its neighbour, by hand.
    database.execute_as_admin("INSERT INTO by_bigint VALUES (1, 9007199254740992, 'neighbour')").await;
    // Threat 22: rows are deleted by their key's own type.
    tenancy.destroy_tenant(&TenantId::try_from("9007199254740993").unwrap()).await.unwrap();
    let mut admin = database.admin().await;
    for (table, expected) in [("by_bigint", 2), ("by_integer", 1), ("by_text", 1)] {
        let rows = format!("SELECT count(*) AS count FROM {table}");
        let rows: Count = diesel::sql_query(rows).get_result(&mut admin).await.unwrap();
        assert_eq!(rows.count, expected, "{table}");
    }
}

/// `() VALUES ()` of Diesel's, with the key in it where there is one.
#[tokio::test]
async fn a_row_of_nothing_but_defaults_has_its_key() {
    let (_database, tenancy) = numbered().await;
    let tenant = tenancy.store().get(&TenantId::try_from("7").unwrap()).await.unwrap();
    tenancy
        .context(&tenant)
        .scope(async {
            let db = &mut tenancy.db().await.unwrap();
            for _ in 0..2 {
                assert_eq!(
                    tenancy::insert_into(by_text::table).default_values().execute(db).await.unwrap(),
                    1
                );
            }
            let rows =
                by_text::table.select((by_text::tenant_id, by_text::body)).load::<(String, String)>(db);
            assert_eq!(rows.await.unwrap(), vec![("7".to_owned(), "none".to_owned()); 2]);
        })
        .await;

    let world = World::new(Isolation::Database).await;
    let its = tenancy_tests::servers::with_database(
        &tenancy_tests::servers::mysql_admin(),
        &format!("t_{}", world.acme.id()),
    );
    let mut admin =
        <diesel_async::AsyncMysqlConnection as diesel_async::AsyncConnection>::establish(&its).await.unwrap();
    let create =
        "CREATE TABLE plain (id INTEGER PRIMARY KEY AUTO_INCREMENT, body VARCHAR(9) NOT NULL DEFAULT 'none')";
    diesel_async::SimpleAsyncConnection::batch_execute(&mut admin, create).await.unwrap();
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut world.tenancy.db().await.unwrap();
            assert_eq!(tenancy::insert_into(plain::table).default_values().execute(db).await.unwrap(), 1);
            assert_eq!(plain::table.select(plain::body).load::<String>(db).await.unwrap(), ["none"]);
        })
        .await;
}

/// To MySQL a schema is a database: a tenant's table that is declared in one would be everybody's under
/// `database` isolation.
#[tokio::test]
async fn a_table_of_another_database_is_not_a_tenants_own() {
    use elsewhere::{customers, notes};

    let world = World::new(Isolation::Database).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut world.tenancy.db().await.unwrap();
            let row = (customers::id.eq(1), customers::name.eq("x"));
            for error in [
                notes::table.count().get_result::<i64>(db).await.unwrap_err(),
                customers::table.count().get_result::<i64>(db).await.unwrap_err(),
                tenancy::insert_into(customers::table).values(row).execute(db).await.unwrap_err(),
                tenancy::delete(notes::table).execute(db).await.unwrap_err(),
            ] {
                let error = TenancyError::from(error);
                let is_refused =
                    matches!(error, TenancyError::Scope(ScopeError::OtherDatabase { schema: "shared", .. }));
                assert!(is_refused, "{error}");
            }
        })
        .await;
    // Under `column` it is as shared as any, and has its key.
    let world = World::new(Isolation::Column).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let db = &mut world.tenancy.db().await.unwrap();
            let error = customers::table.count().get_result::<i64>(db).await.unwrap_err().to_string();
            assert!(error.contains("shared"), "the server is asked for it: {error}");
        })
        .await;
}
