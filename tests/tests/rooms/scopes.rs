//! A statement belongs to the scope it was built in: run in another, it is an error, whatever its form.

use std::sync::LazyLock;

use diesel::dsl::Select;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::sqlite::World;

fn scope_error(error: diesel::result::Error) -> ScopeError {
    match TenancyError::from(error) {
        TenancyError::Scope(error) => error,
        other => panic!("no error of the scope: {other}"),
    }
}

/// Builds each form where it is called, and says what became of it in `$scope`.
macro_rules! every_form {
    ($build:expr, $run:expr, $db:expr, $check:expr) => {{
        macro_rules! one {
            ($statement:expr) => {{
                let statement = $build.sync_scope(|| $statement);
                let error = $run.scope(async { statement.execute($db).await.unwrap_err() }).await;
                ($check)(scope_error(error));
            }};
        }
        let row = (orders::id.eq(1), orders::customer_id.eq(1));
        one!(orders::table.select(orders::id));
        one!(orders::table.find(1).select(orders::id));
        one!(orders::table.select(orders::id).into_boxed::<diesel::sqlite::Sqlite>());
        one!(customers::table.inner_join(orders::table).select(orders::id));
        one!(diesel::select(diesel::dsl::exists(orders::table.find(1))));
        one!({
            let other = tenancy::alias!(orders as other);
            other.select(other.field(orders::id))
        });
        one!(tenancy::insert_into(orders::table).values(row));
        one!(tenancy::insert_into(orders::table).values(vec![row, row]));
        one!(tenancy::insert_into(orders::table).default_values());
        one!(tenancy::insert_into(orders::table).values(row).on_conflict_do_nothing());
        one!(
            tenancy::insert_into(orders::table)
                .values(row)
                .on_conflict(orders::id)
                .do_update()
                .set(orders::amount.eq(1))
        );
        one!(
            tenancy::insert_into(orders::table)
                .values(orders::table.select((orders::id, orders::customer_id)))
                .into_columns((orders::id, orders::customer_id))
        );
        one!(tenancy::update(orders::table).set(orders::amount.eq(1)));
        one!(tenancy::update(orders::table.find(1)).set(orders::amount.eq(1)));
        one!(tenancy::delete(orders::table));
        one!(tenancy::delete(orders::table.filter(orders::id.gt(0))));
    }};
}

/// Threats 1 and 10.
#[tokio::test]
async fn a_statement_of_another_scope_is_an_error() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let db = &mut world.db(&world.acme).await;
    every_form!(globex.clone(), acme.clone(), db, |error: ScopeError| {
        assert!(matches!(error, ScopeError::OtherScope { .. }), "{error}");
    });
}

/// Outside every scope; also where the same statement would be right inside.
#[tokio::test]
async fn a_statement_of_no_scope_is_an_error() {
    struct Outside;
    impl Outside {
        fn sync_scope<R>(&self, build: impl FnOnce() -> R) -> R {
            build()
        }
    }
    let world = World::new(Isolation::Column).await;
    let acme = world.tenancy.context(&world.acme);
    let db = &mut world.db(&world.acme).await;
    every_form!(Outside, acme.clone(), db, |error: ScopeError| {
        assert!(matches!(error, ScopeError::NoTenant { .. }), "{error}");
        assert!(error.to_string().contains("TenantContext::scope"), "{error}");
    });
}

static STORED: LazyLock<Select<orders::table, orders::id>> =
    LazyLock::new(|| orders::table.select(orders::id));

/// A query in a static is its first user's: an error for every other one, and for the first as before.
#[tokio::test]
async fn a_stored_query_is_its_first_users() {
    let world = World::new(Isolation::Column).await;
    let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
    let mut db = world.db(&world.acme).await;
    let own = acme.clone().scope(async { STORED.clone().load::<i32>(&mut db).await }).await;
    assert_eq!(own, Ok(vec![]));

    let mut other = world.db(&world.globex).await;
    let error = globex.scope(async { STORED.clone().load::<i32>(&mut other).await.unwrap_err() }).await;
    let error = scope_error(error);
    assert!(matches!(error, ScopeError::OtherScope { table: "orders", .. }), "{error}");
    let again = acme.scope(async { STORED.clone().load::<i32>(&mut db).await }).await;
    assert_eq!(again, Ok(vec![]));
}
