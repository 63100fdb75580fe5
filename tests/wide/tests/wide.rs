#![allow(clippy::unwrap_used)]
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
    sixty_four in wide_64:
        c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011 c012 c013 c014 c015 c016 c017 c018 c019 c020 c021
        c022 c023 c024 c025 c026 c027 c028 c029 c030 c031 c032 c033 c034 c035 c036 c037 c038 c039 c040 c041
        c042 c043 c044 c045 c046 c047 c048 c049 c050 c051 c052 c053 c054 c055 c056 c057 c058 c059 c060 c061
        c062;
    a_hundred_and_twenty_eight in wide_128:
        c001 c002 c003 c004 c005 c006 c007 c008 c009 c010 c011 c012 c013 c014 c015 c016 c017 c018 c019 c020 c021
        c022 c023 c024 c025 c026 c027 c028 c029 c030 c031 c032 c033 c034 c035 c036 c037 c038 c039 c040 c041
        c042 c043 c044 c045 c046 c047 c048 c049 c050 c051 c052 c053 c054 c055 c056 c057 c058 c059 c060 c061
        c062 c063 c064 c065 c066 c067 c068 c069 c070 c071 c072 c073 c074 c075 c076 c077 c078 c079 c080 c081
        c082 c083 c084 c085 c086 c087 c088 c089 c090 c091 c092 c093 c094 c095 c096 c097 c098 c099 c100 c101
        c102 c103 c104 c105 c106 c107 c108 c109 c110 c111 c112 c113 c114 c115 c116 c117 c118 c119 c120 c121
        c122 c123 c124 c125 c126;
}
