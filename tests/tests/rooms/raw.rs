//! SQL text: refused where nothing holds it, held by the database elsewhere.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::internal::derives::as_expression::Bound;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::{postgres, sqlite};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A model whose text is not in the name of a statement that selects it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(dead_code, reason = "none is ever read")]
struct Everything {
    id: i32,
    #[diesel(select_expression = sql::<Text>("(SELECT max(name) FROM customers)"))]
    #[diesel(select_expression_type = SqlLiteral<Text>)]
    everything: String,
}

type Concatenated = diesel::dsl::Concat<customers::name, SqlLiteral<Text>>;

/// The same, as a part of an expression.
#[derive(HasQuery)]
#[diesel(table_name = customers)]
#[expect(dead_code, reason = "none is ever read")]
struct Partly {
    #[diesel(select_expression = customers::name.concat(sql::<Text>("(SELECT max(name) FROM customers)")))]
    #[diesel(select_expression_type = Concatenated)]
    name: String,
}

type Greeting = diesel::dsl::Concat<customers::name, Bound<Text, &'static str>>;

/// A model with expressions of the query builder alone.
#[derive(Debug, PartialEq, HasQuery)]
#[diesel(table_name = customers)]
struct Greeted {
    id: i32,
    #[diesel(select_expression = customers::name.concat(", hello".into_sql::<Text>()))]
    #[diesel(select_expression_type = Greeting)]
    greeting: String,
}

const COUNT: &str = "SELECT count(*) AS count FROM customers";

macro_rules! refused {
    ($($name:ident: $backend:ident;)*) => {$(
        /// Threat 1: what tenancy cannot see into is refused where tables are shared.
        #[tokio::test]
        async fn $name() {
            let world = $backend::World::new(Isolation::Column).await;
            let mut db = world.db(&world.acme).await;
            world.tenancy.context(&world.acme).scope(async {
                let is_refused = |error| matches!(
                    TenancyError::from(error),
                    TenancyError::Scope(ScopeError::RawSql { isolation: Isolation::Column })
                );
                let text = diesel::sql_query(COUNT).get_result::<Count>(&mut db).await;
                assert!(is_refused(text.err().unwrap()));
                let bound = diesel::sql_query("SELECT count(*) AS count FROM customers WHERE id > $1")
                    .bind::<diesel::sql_types::Integer, _>(0)
                    .get_result::<Count>(&mut db)
                    .await;
                assert!(is_refused(bound.err().unwrap()));
                assert!(is_refused(diesel::sql_query("DELETE FROM customers").execute(&mut db).await.unwrap_err()));
                let boxed = Box::new(diesel::sql_query("DELETE FROM customers")).execute(&mut db).await;
                assert!(is_refused(boxed.unwrap_err()));
                assert!(is_refused(db.batch_execute("DELETE FROM customers").await.unwrap_err()));
                // A literal is text too: as a statement of its own, and anywhere in another.
                let literal = sql::<Text>("SELECT name FROM customers").load::<String>(&mut db).await;
                assert!(is_refused(literal.unwrap_err()));
                assert!(is_refused(sql::<Text>("DELETE FROM customers").execute(&mut db).await.unwrap_err()));
                let selected = customers::table.select(sql::<Text>("(SELECT max(name) FROM customers)"));
                assert!(is_refused(selected.load::<String>(&mut db).await.unwrap_err()));
                let filtered = customers::table.filter(sql::<Bool>("1 = 1) OR (1 = 1")).count();
                assert!(is_refused(filtered.get_result::<i64>(&mut db).await.unwrap_err()));
                let bound = customers::table.filter(sql::<Bool>("id > ").bind::<Integer, _>(0)).count();
                assert!(is_refused(bound.get_result::<i64>(&mut db).await.unwrap_err()));
                let set = customers::name.eq(sql::<Text>("'stolen', tenant_id = 'globex'"));
                let update = tenancy::update(customers::table).set(set);
                assert!(is_refused(update.execute(&mut db).await.unwrap_err()));
                let delete = tenancy::delete(customers::table.filter(sql::<Bool>("1 = 1 --")));
                assert!(is_refused(delete.execute(&mut db).await.unwrap_err()));
                let insert = tenancy::insert_into(customers::table)
                    .values((customers::id.eq(1), customers::name.eq(sql::<Text>("(SELECT max(name) FROM customers)"))));
                assert!(is_refused(insert.execute(&mut db).await.unwrap_err()));

                let model = customers::table.select(Everything::as_select()).load(&mut db).await;
                assert!(is_refused(model.err().unwrap()));
                let models = customers::table.select((customers::id, Everything::as_select()));
                assert!(is_refused(models.load::<(i32, Everything)>(&mut db).await.err().unwrap()));
                assert!(is_refused(Partly::query().load(&mut db).await.err().unwrap()));
                let update = tenancy::update(customers::table).set(customers::name.eq("x"));
                let update = update.returning(Everything::as_returning()).load(&mut db).await;
                assert!(is_refused(update.err().unwrap()));
                let delete = tenancy::delete(customers::table).returning(Partly::as_returning());
                assert!(is_refused(delete.load(&mut db).await.err().unwrap()));
                let insert = tenancy::insert_into(customers::table)
                    .values((customers::id.eq(1), customers::name.eq("x")))
                    .returning(Everything::as_returning());
                assert!(is_refused(insert.get_result(&mut db).await.err().unwrap()));
                assert_eq!(Greeted::query().load(&mut db).await, Ok(vec![]));

                let inside = db.transaction::<_, diesel::result::Error, _>(async |db| {
                    diesel::sql_query("DELETE FROM customers").execute(db).await
                });
                assert!(is_refused(inside.await.unwrap_err()));

                let uses = tenancy::raw_sql_count();
                let reasoned = tenancy::raw_sql("the test counts", diesel::sql_query(COUNT));
                assert!(tenancy::raw_sql_count() > uses);
                assert_eq!(reasoned.get_result::<Count>(&mut db).await.unwrap().count, 0);
                let selected = customers::table.select(sql::<Text>("upper(name)"));
                let reasoned = tenancy::raw_sql("a function of this database", selected);
                assert_eq!(reasoned.load::<String>(&mut db).await, Ok(vec![]));
            }).await;
        }
    )*};
}

refused! {
    text_is_refused_by_column_on_sqlite: sqlite;
    text_is_refused_by_column_on_postgres: postgres;
}

/// Under the other isolations the database holds the text to the tenant.
#[tokio::test]
async fn text_is_held_by_the_database_elsewhere() {
    for isolation in [Isolation::Rls, Isolation::Schema, Isolation::Database] {
        let world = postgres::World::new(isolation).await;
        for (tenant, ids) in [(&world.acme, 1..=1), (&world.globex, 1..=3)] {
            let mut db = world.db(tenant).await;
            world
                .tenancy
                .context(tenant)
                .scope(async {
                    for id in ids {
                        let row = (customers::id.eq(id), customers::name.eq("x"));
                        tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    }
                })
                .await;
        }
        for (tenant, expected) in [(&world.acme, 1), (&world.globex, 3)] {
            let mut db = world.db(tenant).await;
            world
                .tenancy
                .context(tenant)
                .scope(async {
                    let found = diesel::sql_query(COUNT).get_result::<Count>(&mut db).await.unwrap().count;
                    assert_eq!(found, expected, "{isolation}");
                    let found = db
                        .transaction::<_, diesel::result::Error, _>(async |db| {
                            diesel::sql_query(COUNT).get_result::<Count>(db).await
                        })
                        .await;
                    assert_eq!(found.unwrap().count, expected, "{isolation}, in a transaction");
                    db.batch_execute(
                        "UPDATE customers SET name = 'changed'; DELETE FROM customers WHERE id > 2",
                    )
                    .await
                    .unwrap();
                })
                .await;
        }
        let mut db = world.db(&world.acme).await;
        let left = world
            .tenancy
            .context(&world.acme)
            .scope(async { customers::table.count().get_result::<i64>(&mut db).await.unwrap() });
        assert_eq!(left.await, 1, "{isolation}");
    }
}

/// A file of its own does not hold text: ATTACH opens any other.
#[tokio::test]
async fn text_is_refused_by_database_on_sqlite() {
    let world = sqlite::World::new(Isolation::Database).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let attach = "ATTACH DATABASE 'other.db' AS other";
            for error in [
                db.batch_execute(attach).await.unwrap_err(),
                diesel::sql_query(attach).execute(&mut db).await.unwrap_err(),
                sql::<Text>(attach).execute(&mut db).await.unwrap_err(),
            ] {
                let error = TenancyError::from(error);
                let refused = ScopeError::RawSql { isolation: Isolation::Database };
                assert!(matches!(&error, TenancyError::Scope(found) if *found == refused), "{error}");
            }
        })
        .await;
}

/// A literal is held like any other text.
#[tokio::test]
async fn a_literal_lands_in_the_tenants_schema() {
    let world = postgres::World::new(Isolation::Schema).await;
    world.database.execute_as_admin("CREATE TABLE customers (id INTEGER, name TEXT); INSERT INTO customers VALUES (1, 'x'); GRANT SELECT ON customers TO PUBLIC").await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let names = sql::<Text>("SELECT name FROM customers").load::<String>(&mut db).await;
            assert_eq!(names, Ok(vec![]), "the tenant's own table, and not `public`'s");
        })
        .await;
}

/// With a reason or without, text lands in the tenant's own schema.
#[tokio::test]
async fn reasoned_text_is_held_as_well() {
    let world = postgres::World::new(Isolation::Schema).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let insert = diesel::sql_query("INSERT INTO customers (tenant_id, id, name) VALUES ($1, 1, 'x')")
                .bind::<diesel::sql_types::Text, _>(world.acme.id().as_str());
            tenancy::raw_sql("the test writes", insert).execute(&mut db).await.unwrap();
            assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 1);
        })
        .await;
}

/// What text may have changed on a connection does not reach the next request.
#[tokio::test]
async fn a_connection_that_ran_text_is_not_used_again() {
    let world = postgres::World::new(Isolation::Database).await;
    let scope = world.tenancy.context(&world.acme);
    #[derive(QueryableByName)]
    struct Path {
        #[diesel(sql_type = diesel::sql_types::Text)]
        search_path: String,
    }
    scope
        .scope(async {
            for _ in 0..8 {
                let mut db = world.tenancy.db().await.unwrap();
                let path: Path = diesel::sql_query("SHOW search_path").get_result(&mut db).await.unwrap();
                assert_eq!(path.search_path, "\"$user\", public");
                db.batch_execute("SET search_path TO pg_catalog").await.unwrap();
            }
        })
        .await;
}

/// A global table is the same inside a transaction and outside, before text in it and after.
#[tokio::test]
async fn a_global_table_is_the_same_inside_a_transaction() {
    use tenancy_tests::schema::countries;

    let world = postgres::World::new(Isolation::Schema).await;
    let mut db = world.db(&world.acme).await;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let row = (countries::code.eq("DE"), countries::name.eq("Germany"));
            diesel::insert_into(countries::table).values(row).execute(&mut db).await.unwrap();
            let names = countries::table.select(countries::name);
            let found = db.transaction::<_, diesel::result::Error, _>(async |db| {
                let before = names.load::<String>(db).await?;
                // The tenant's schema has a table of that name too, and text finds that one.
                let text = diesel::sql_query("SELECT count(*) AS count FROM countries")
                    .get_result::<Count>(db)
                    .await?;
                db.batch_execute("DELETE FROM countries").await?;
                let after = names.load::<String>(db).await?;
                Ok((before, text.count, after))
            });
            assert_eq!(found.await.unwrap(), (vec!["Germany".to_owned()], 0, vec!["Germany".to_owned()]));
        })
        .await;
}
