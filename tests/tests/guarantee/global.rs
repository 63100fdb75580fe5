//! A global table is Diesel's, and what is said of it with a scoped table inside is scoped there.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy_tests::schema::{countries, customers};
use tenancy_tests::world::{mysql, postgres, sqlite};

macro_rules! written {
    ($($name:ident: $backend:ident, $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            // The other tenant's rows have the same ids; a sub-query that saw them would give other names, more rows,
            // or countries in use that nobody of `acme` lives in.
            for (tenant, names, lives_in) in [(&world.acme, ["A1", "A2"], "DE"), (&world.globex, ["G1", "G2"], "A2")] {
                let mut db = world.db(tenant).await;
                world.tenancy.context(tenant).scope(async {
                    for (id, name, country) in [(1, names[0], Some(lives_in)), (2, names[1], None)] {
                        let row = (customers::id.eq(id), customers::name.eq(name), customers::country.eq(country));
                        tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    }
                }).await;
            }
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let row = (countries::code.eq("DE"), countries::name.eq("Germany"));
                diesel::insert_into(countries::table).values(row).execute(db).await.unwrap();
                let highest = customers::table.order(customers::name.desc()).select(customers::name).limit(1);
                let rename = diesel::update(countries::table)
                    .set(countries::name.eq(highest.single_value().assume_not_null()));
                assert_eq!(rename.execute(db).await.unwrap(), 1);
                let names = countries::table.select(countries::name).order(countries::name);
                assert_eq!(names.load::<String>(db).await.unwrap(), ["A2"]);

                let copied = customers::table.filter(customers::id.eq(2)).select((customers::name, customers::name));
                let copy = diesel::insert_into(countries::table)
                    .values(copied)
                    .into_columns((countries::code, countries::name));
                assert_eq!(copy.execute(db).await.unwrap(), 1);
                let codes = countries::table.select(countries::code).order(countries::code);
                assert_eq!(codes.load::<String>(db).await.unwrap(), ["A2", "DE"]);

                let unused = countries::table.filter(not(exists(
                    customers::table.filter(customers::country.eq(countries::code.nullable())),
                )));
                assert_eq!(diesel::delete(unused).execute(db).await.unwrap(), 1);
                let codes = countries::table.select(countries::code);
                assert_eq!(codes.load::<String>(db).await.unwrap(), ["DE"]);
            }).await;
        }
    )*};
}

written! {
    by_scoped_sub_queries_on_sqlite_by_column: sqlite, Column;
    by_scoped_sub_queries_on_sqlite_by_database: sqlite, Database;
    by_scoped_sub_queries_on_postgres_by_column: postgres, Column;
    by_scoped_sub_queries_on_postgres_by_rls: postgres, Rls;
    by_scoped_sub_queries_on_postgres_by_schema: postgres, Schema;
    by_scoped_sub_queries_on_postgres_by_database: postgres, Database;
    by_scoped_sub_queries_on_mysql_by_column: mysql, Column;
    by_scoped_sub_queries_on_mysql_by_database: mysql, Database;
}
