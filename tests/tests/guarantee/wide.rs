//! Wide tables: as many columns as a feature of Diesel's allows.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::world::sqlite::World;

/// A table of the columns, and two of its own: every one of them is written, read and changed.
macro_rules! wide {
    ($($test:ident in $module:ident: $($column:ident)*;)*) => {$(
        mod $module {
            use super::*;

            #[tenancy::tenant_scoped]
            diesel::table! {
                wide (id) {
                    id -> Integer,
                    tenant_id -> Text,
                    $($column -> Integer,)*
                }
            }

            #[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
            #[diesel(table_name = wide)]
            pub(super) struct Row {
                pub(super) id: i32,
                $($column: i32,)*
            }

            impl Row {
                pub(super) fn new(id: i32, value: i32) -> Self {
                    Self { id, $($column: value),* }
                }
            }

            pub(super) const COLUMNS: &[&str] = &[$(stringify!($column)),*];
        }

        #[tokio::test]
        async fn $test() {
            use $module::{COLUMNS, Row, wide};

            let world = World::new(Isolation::Column).await;
            let path = world.directory.path().join("application.db");
            let mut owner = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            let columns: String = COLUMNS.iter().map(|column| format!(", {column} INTEGER NOT NULL")).collect();
            let create = format!(
                "CREATE TABLE wide (id INTEGER, tenant_id TEXT NOT NULL{columns}, PRIMARY KEY (tenant_id, id))",
            );
            owner.batch_execute(&create).unwrap();
            for (tenant, value) in [(&world.acme, 1), (&world.globex, 2)] {
                let mut db = world.db(tenant).await;
                world.tenancy.context(tenant).scope(async {
                    let db = &mut db;
                    let rows = vec![Row::new(1, 0), Row::new(2, value)];
                    assert_eq!(tenancy::insert_into(wide::table).values(rows).execute(db).await, Ok(2));
                    let (old, new) = (Row::new(1, 0), Row::new(1, value));
                    let update = tenancy::update(&old).set(&new).returning(Row::as_returning());
                    assert_eq!(update.get_result(db).await, Ok(new.clone()));
                }).await;
            }
            for (tenant, value) in [(&world.acme, 1), (&world.globex, 2)] {
                let mut db = world.db(tenant).await;
                world.tenancy.context(tenant).scope(async {
                    let db = &mut db;
                    let rows = wide::table.select(Row::as_select()).order(wide::id).load(db).await;
                    assert_eq!(rows, Ok(vec![Row::new(1, value), Row::new(2, value)]));
                    let delete = tenancy::delete(wide::table.find(2)).returning(wide::all_columns);
                    assert_eq!(delete.execute(db).await, Ok(1));
                }).await;
            }
        }
    )*};
}

wide! {
    sixteen in wide_16:
        c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011 c012 c013 c014;
    thirty_two in wide_32:
        c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011 c012 c013 c014 c015 c016 c017 c018 c019 c020 c021
        c022 c023 c024 c025 c026 c027 c028 c029 c030;
}
