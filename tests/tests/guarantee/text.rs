//! SQL text. Where the database does not hold it, it is refused but for a reason; with one it is its author's word,
//! which nothing looks into. These tests say what holds a fragment all the same, and what does not.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::{mysql, postgres, sqlite};

macro_rules! seeded {
    ($backend:ident, $isolation:expr) => {{
        let world = $backend::World::new($isolation).await;
        for tenant in [&world.acme, &world.globex] {
            let mut db = world.db(tenant).await;
            world
                .tenancy
                .context(tenant)
                .scope(async {
                    let row = (customers::id.eq(1), customers::name.eq(tenant.name()));
                    tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                })
                .await;
        }
        world
    }};
}

/// A statement with text in it that is let through.
macro_rules! reasoned {
    ($statement:expr) => {
        tenancy::raw_sql("the test writes text", $statement)
    };
}

/// The names that the second tenant has.
macro_rules! names_of_globex {
    ($world:expr) => {{
        let mut db = $world.db(&$world.globex).await;
        let names = async { customers::table.select(customers::name).load::<String>(&mut db).await.unwrap() };
        $world.tenancy.context(&$world.globex).scope(names).await
    }};
}

macro_rules! statements {
    ($($name:ident: $backend:ident;)*) => {$(
        /// Threat 1: text is refused as a whole statement, in whatever it is wrapped.
        #[tokio::test]
        async fn $name() {
            let world = seeded!($backend, Isolation::Column);
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let is_refused = |error| {
                    let error = TenancyError::from(error);
                    let refused = ScopeError::RawSql { isolation: Isolation::Column };
                    assert!(matches!(&error, TenancyError::Scope(found) if *found == refused), "{error}");
                };
                const NAMES: &str = "SELECT name FROM customers";
                is_refused(sql::<Text>(NAMES).load::<String>(db).await.unwrap_err());
                let bound = sql::<Text>("SELECT name FROM customers WHERE id = ").bind::<Integer, _>(1);
                is_refused(bound.load::<String>(db).await.unwrap_err());
                let bound = sql::<Text>("SELECT name FROM customers WHERE id = ").bind::<Integer, _>(1).sql("");
                is_refused(bound.load::<String>(db).await.unwrap_err());
                is_refused(sql::<Text>("DELETE FROM customers").execute(db).await.unwrap_err());
                is_refused((diesel::sql_query("DELETE FROM customers"),).execute(db).await.unwrap_err());
                is_refused((sql::<Text>("DELETE FROM customers"),).execute(db).await.unwrap_err());

                let reasoned = tenancy::raw_sql("the test counts", sql::<Text>(NAMES));
                assert_eq!(reasoned.load::<String>(db).await.unwrap().len(), 2);
            }).await;
        }
    )*};
}

statements! {
    a_literal_is_no_statement_on_sqlite: sqlite;
    a_literal_is_no_statement_on_postgres: postgres;
    a_literal_is_no_statement_on_mysql: mysql;
}

macro_rules! fragments {
    ($($name:ident: $backend:ident;)*) => {$(
        /// Threat 1: `OR`, and a comment that would swallow what follows it, are held or are errors.
        #[tokio::test]
        async fn $name() {
            let world = seeded!($backend, Isolation::Column);
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let set = customers::name.eq("taken");
                let or = sql::<Bool>("id = 7 OR 1 = 1");
                assert_eq!(reasoned!(tenancy::update(customers::table.filter(or)).set(set)).execute(db).await.unwrap(), 1);

                let to_the_end = || customers::name.eq(sql::<Text>("'taken' -- "));
                assert_eq!(reasoned!(tenancy::update(customers::table).set(to_the_end())).execute(db).await.unwrap(), 1);
                let filtered = customers::table.filter(customers::id.gt(0));
                assert!(reasoned!(tenancy::update(filtered).set(to_the_end())).execute(db).await.is_ok_and(|count| count < 2));
                let closed = customers::table.filter(sql::<Bool>("1 = 1) -- "));
                assert_eq!(reasoned!(tenancy::update(closed).set(set)).execute(db).await.unwrap(), 1);

                let opened = customers::name.eq(sql::<Text>("'taken' /*"));
                assert!(reasoned!(tenancy::update(customers::table).set(opened)).execute(db).await.is_err());
                let filter = sql::<Bool>("1 = 1 -- ");
                assert!(reasoned!(tenancy::delete(customers::table.filter(filter))).execute(db).await.is_err());
                for text in ["'x', 'globex') -- ", "'x'), (3, 'x', 'globex') -- "] {
                    let row = (customers::id.eq(2), customers::name.eq(sql::<Text>(text)));
                    assert!(reasoned!(tenancy::insert_into(customers::table).values(row)).execute(db).await.is_err());
                }
            }).await;
            assert_eq!(names_of_globex!(world), ["globex"]);
        }
    )*};
}

fragments! {
    or_and_comments_on_sqlite: sqlite;
    or_and_comments_on_postgres: postgres;
    or_and_comments_on_mysql: mysql;
}

macro_rules! upserts {
    ($($name:ident: $backend:ident;)*) => {$(
        /// Threat 3: the same behind DO UPDATE.
        #[tokio::test]
        async fn $name() {
            let world = seeded!($backend, Isolation::Column);
            let mut db = world.db(&world.acme).await;
            let db = &mut db;
            world.tenancy.context(&world.acme).scope(async {
                let row = (customers::id.eq(1), customers::name.eq("twice"));
                let upsert = tenancy::insert_into(customers::table).values(row)
                    .on_conflict((customers::tenant_id, customers::id)).do_update()
                    .set(customers::name.eq(sql::<Text>("'taken' -- ")));
                assert_eq!(reasoned!(upsert).execute(db).await.unwrap(), 1);
            }).await;
            assert_eq!(names_of_globex!(world), ["globex"]);
        }
    )*};
}

upserts! {
    a_comment_in_an_upsert_on_sqlite: sqlite;
    a_comment_in_an_upsert_on_postgres: postgres;
}

/// A fragment can name any table, and one whose parentheses do not close can leave the WHERE it stands in. Row-level
/// security and a database of its own hold both.
#[tokio::test]
async fn fragments_are_held_by_the_database() {
    for isolation in [Isolation::Rls, Isolation::Database] {
        let world = seeded!(postgres, isolation);
        let mut db = world.db(&world.acme).await;
        let db = &mut db;
        world
            .tenancy
            .context(&world.acme)
            .scope(async {
                let every = sql::<Nullable<Text>>("(SELECT string_agg(name, ',') FROM customers)");
                let found = customers::table.select(every).load::<Option<String>>(db).await.unwrap();
                assert_eq!(found, [Some("acme".to_owned())], "{isolation}");
                let out = customers::table.filter(sql::<Bool>("1 = 1) OR (1 = 1"));
                let update = tenancy::update(out).set(customers::name.eq("taken"));
                assert_eq!(update.execute(db).await.unwrap(), 1, "{isolation}");
            })
            .await;
        assert_eq!(names_of_globex!(world), ["globex"], "{isolation}");
    }
}

/// Under `schema` text finds the tenant's own tables, and can name another schema.
#[tokio::test]
async fn under_schema_a_fragment_finds_the_tenants_tables() {
    let world = seeded!(postgres, Isolation::Schema);
    let mut db = world.db(&world.acme).await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let every = sql::<Nullable<Text>>("(SELECT string_agg(name, ',') FROM customers)");
            let found = customers::table.select(every).load::<Option<String>>(db).await.unwrap();
            assert_eq!(found, [Some("acme".to_owned())]);
            let out = customers::table.filter(sql::<Bool>("1 = 1) OR (1 = 1"));
            let update = tenancy::update(out).set(customers::name.eq("taken"));
            assert_eq!(update.execute(db).await.unwrap(), 1);
        })
        .await;
    assert_eq!(names_of_globex!(world), ["globex"]);
}

/// Where nothing but the SQL keeps tenants apart, text is what the guarantee does not cover once it is let through:
/// for a reason, or unseen in a box, whose type does not say what it holds. This test says so, and fails on the day
/// that it does.
#[tokio::test]
async fn under_column_text_is_its_authors_word() {
    let world = seeded!(postgres, Isolation::Column);
    let mut db = world.db(&world.acme).await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let count = || sql::<BigInt>("(SELECT count(*) FROM customers)");
            let counted = reasoned!(customers::table.select(count())).load::<i64>(db).await;
            assert_eq!(counted.unwrap(), [2]);
            let boxed = customers::table.into_boxed::<Pg>().filter(count().eq(2)).count();
            assert_eq!(boxed.get_result::<i64>(db).await.unwrap(), 1);
            // A read is held by the sub-select in FROM, wherever its WHERE ends.
            let out = customers::table.filter(customers::id.eq(7)).filter(sql::<Bool>("1 = 1) OR (1 = 1"));
            assert_eq!(reasoned!(out.count()).get_result::<i64>(db).await.unwrap(), 1);
            let out = customers::table.filter(sql::<Bool>("1 = 1) OR (1 = 1"));
            let update = tenancy::update(out).set(customers::name.eq("taken"));
            assert_eq!(reasoned!(update).execute(db).await.unwrap(), 2);
        })
        .await;
}
