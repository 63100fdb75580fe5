//! Tables whose names take care: raw identifiers, other names in SQL than in Rust, a schema, and attributes
//! that look like anything but names.

use diesel::debug_query;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{self, register};

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        r#match (r#type) {
            r#type -> Integer,
            tenant_id -> Text,
            r#struct -> Text,
        }
    }

    diesel::table! {
        #[sql_name = "Order Items"]
        items (number) {
            #[sql_name = "the \"number`\""]
            number -> Integer,
            #[sql_name = "tenant_id"]
            owner -> Text,
            #[sql_name = "select"]
            kind -> Text,
        }
    }

    diesel::table! {
        /// Read as `Vec<(i32, Option<String>)>`.
        #[cfg_attr(any(), must_be(Ignored<Vec<u8>, 'static>))]
        #[deprecated = "not `HashMap<_, Vec<Option<u8>>>`"]
        tags (id) {
            #[doc = "An `i32`, or `Box<dyn Fn(&str) -> i32>`."]
            id -> Integer,
            tenant_id -> Text,
            #[cfg_attr(all(), allow(dead_code, reason = "a < b > c"))]
            body -> Nullable<diesel::sql_types::Text>,
        }
    }

    diesel::joinable!(items -> r#match (number));
    diesel::allow_tables_to_appear_in_same_query!(items, r#match);
}

#[tenancy::tenant_scoped(column = r#type)]
mod by_type {
    diesel::table! {
        r#loop (id) {
            id -> Integer,
            r#type -> Text,
            body -> Text,
        }
    }
}

mod on_postgres {
    #[tenancy::tenant_scoped]
    diesel::table! {
        crm.parcels (tenant_id, id) {
            id -> Integer,
            tenant_id -> Text,
            body -> Text,
        }
    }
}

mod in_a_raw_schema {
    #[tenancy::tenant_scoped]
    diesel::table! {
        r#type.notes (id) {
            id -> Integer,
            tenant_id -> Text,
        }
    }
}

mod on_sqlite {
    #[tenancy::tenant_scoped]
    diesel::table! {
        main.parcels (tenant_id, id) {
            id -> Integer,
            tenant_id -> Text,
            body -> Text,
        }
    }
}

mod odd_scoped {
    #[tenancy::tenant_scoped]
    diesel::table! {
        #[sql_name = "Odd `\"` Names"]
        odd (id) {
            id -> Integer,
            tenant_id -> Text,
            #[sql_name = "a\"b"]
            double -> Text,
            #[sql_name = "a`b``"]
            back -> Text,
            #[sql_name = "größe in m"]
            wide -> Text,
        }
    }
}

mod odd_by_diesel {
    diesel::table! {
        #[sql_name = "Odd `\"` Names"]
        odd (id) {
            id -> Integer,
            tenant_id -> Text,
            #[sql_name = "a\"b"]
            double -> Text,
            #[sql_name = "a`b``"]
            back -> Text,
            #[sql_name = "größe in m"]
            wide -> Text,
        }
    }
}

/// The macro has written the names of a column in quotes before any backend does.
#[test]
fn columns_are_quoted_as_diesel_quotes_them() {
    use odd_by_diesel::odd as diesels;
    use odd_scoped::odd as ours;

    macro_rules! alike {
        ($($column:ident),*) => {$({
            let written = (
                debug_query::<diesel::pg::Pg, _>(&ours::$column).to_string(),
                debug_query::<diesel::sqlite::Sqlite, _>(&ours::$column).to_string(),
                debug_query::<diesel::mysql::Mysql, _>(&ours::$column).to_string(),
            );
            let by_diesel = (
                debug_query::<diesel::pg::Pg, _>(&diesels::$column).to_string(),
                debug_query::<diesel::sqlite::Sqlite, _>(&diesels::$column).to_string(),
                debug_query::<diesel::mysql::Mysql, _>(&diesels::$column).to_string(),
            );
            assert_eq!(written, by_diesel);
        })*};
    }
    alike!(id, double, back, wide);
}

use schema::{items, r#match};

#[tenancy::tenant_scoped]
#[derive(Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = r#match)]
struct Match {
    r#type: i32,
    r#struct: String,
}

/// Every kind of statement by two tenants on the same ids: each finds and changes its own rows alone.
macro_rules! two_tenants {
    ($db:ident, $tenant:ident, $table:path, $id:ident, $tenant_column:ident, $body:ident) => {{
        use $table as table;

        let row = |id: i32| (table::$id.eq(id), table::$body.eq(format!("{} {id}", $tenant)));
        tenancy::insert_into(table::table).values(row(1)).execute($db).await.unwrap();
        let one: (i32, String) = tenancy::insert_into(table::table)
            .values(row(2))
            .returning((table::$id, table::$tenant_column))
            .get_result($db)
            .await
            .unwrap();
        assert!(one.0 == 2 && one.1.starts_with($tenant), "{one:?}");
        let rows = table::table.select((table::$id, table::$body)).order(table::$id);
        assert_eq!(
            rows.clone().load::<(i32, String)>($db).await.unwrap(),
            [(1, format!("{} 1", $tenant)), (2, format!("{} 2", $tenant))]
        );
        let changed = tenancy::update(table::table.find(1)).set(table::$body.eq("changed"));
        assert_eq!(changed.execute($db).await.unwrap(), 1);
        let of_all = tenancy::update(table::table).set(table::$id.eq(table::$id + 10));
        assert_eq!(of_all.execute($db).await.unwrap(), 2);
        let deleted = tenancy::delete(table::table.filter(table::$body.ne("changed"))).returning(table::$id);
        assert_eq!(deleted.load::<i32>($db).await.unwrap(), [12]);
        assert_eq!(rows.load::<(i32, String)>($db).await.unwrap(), [(11, "changed".to_owned())]);
        let known = table::table.filter(table::$tenant_column.ne("")).count();
        assert_eq!(known.get_result::<i64>($db).await.unwrap(), 1);
    }};
}

/// The same tables on each backend; `$parcels` is the one with a schema.
macro_rules! on {
    ($backend:ident, $parcels:ident) => {
        async fn $backend(tenancy: &tenancy::$backend::Tenancy) {
            for slug in ["acme", "globex"] {
                let tenant = register(tenancy, slug).await;
                let work = async {
                    let db = &mut tenancy.db().await.unwrap();
                    two_tenants!(db, slug, schema::r#match, r#type, tenant_id, r#struct);
                    two_tenants!(db, slug, schema::items, number, owner, kind);
                    two_tenants!(db, slug, by_type::r#loop, id, r#type, body);
                    two_tenants!(db, slug, $parcels::parcels, id, tenant_id, body);

                    let joined = items::table.left_join(r#match::table);
                    let joined = joined.select((items::kind, r#match::r#struct.nullable()));
                    let both = ("changed".to_owned(), Some("changed".to_owned()));
                    assert_eq!(joined.load::<(String, Option<String>)>(db).await.unwrap(), [both]);

                    let new = Match { r#type: 1, r#struct: "as a model".into() };
                    assert_eq!(Match::create(&new).get_result(db).await.unwrap(), new);
                    let new = Match { r#struct: "saved".into(), ..new };
                    assert_eq!(Match::update(1).set(&new).execute(db).await.unwrap(), 1);
                    assert_eq!(Match::find(1).first(db).await.unwrap(), new);
                    assert_eq!(Match::query().load(db).await.unwrap().len(), 2);
                };
                tenancy.context(&tenant).scope(work).await;
            }
        }
    };
}

on!(postgres, on_postgres);
on!(sqlite, on_sqlite);

fn sql(parcels: &str) -> String {
    let key = "TEXT NOT NULL";
    format!(
        r#"CREATE TABLE "match" ("type" INTEGER NOT NULL, tenant_id {key}, "struct" TEXT NOT NULL);
           CREATE TABLE "Order Items" ("the ""number`""" INTEGER NOT NULL, tenant_id {key}, "select" TEXT NOT NULL);
           CREATE TABLE "loop" (id INTEGER NOT NULL, "type" {key}, body TEXT NOT NULL);
           CREATE TABLE {parcels} (id INTEGER NOT NULL, tenant_id {key}, body TEXT NOT NULL);"#
    )
}

/// Threats 1 to 3.
#[tokio::test]
async fn names_of_every_kind_are_scoped_on_postgres() {
    let database = Database::new().await;
    let sql = format!("CREATE SCHEMA crm; {}", sql("crm.parcels"));
    let grant = |schema| format!("GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO tenancy_app;");
    let sql = format!("{sql} GRANT USAGE ON SCHEMA crm TO tenancy_app; {} {}", grant("crm"), grant("public"));
    database.execute_as_admin(&sql).await;
    let tables = tenancy::tables![schema::r#match, schema::items, by_type::r#loop, on_postgres::parcels];
    postgres(&database.builder(Isolation::Column).tables(tables).build().await.unwrap()).await;
}

/// Threats 1 to 3.
#[tokio::test]
async fn names_of_every_kind_are_scoped_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let tables = tenancy::tables![schema::r#match, schema::items, by_type::r#loop, on_sqlite::parcels];
    let builder = world::sqlite::builder(&directory, Isolation::Column);
    let tenancy = builder.tables(tables).build().await.unwrap();
    let file = directory.path().join("application.db").display().to_string();
    let mut plain = SqliteConnection::establish(&file).unwrap();
    diesel::connection::SimpleConnection::batch_execute(&mut plain, &sql("parcels")).unwrap();
    sqlite(&tenancy).await;
}

#[test]
#[allow(deprecated, reason = "one of the tables says that it is")]
fn names_in_sql_are_those_of_the_database() {
    let [by_match, items, tags, parcels, by_loop] = *tenancy::tables![
        schema::r#match,
        schema::items,
        schema::tags,
        on_postgres::parcels,
        by_type::r#loop
    ];
    assert_eq!((by_match.name(), by_match.schema()), ("match", None));
    assert_eq!((items.name(), items.column()), ("Order Items", Some("tenant_id")));
    assert_eq!(tags.column(), Some("tenant_id"));
    assert_eq!((parcels.schema(), parcels.name()), (Some("crm"), "parcels"));
    assert_eq!((by_loop.name(), by_loop.column()), ("loop", Some("type")));
    assert_eq!(tenancy::tables![in_a_raw_schema::notes][0].schema(), Some("type"));
}
