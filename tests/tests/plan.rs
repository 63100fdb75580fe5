//! What PostgreSQL makes of a scoped query under `column` isolation: an index scan, and no node for the
//! sub-select in FROM.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::Value;
use tenancy::Isolation;
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::postgres::World;

/// `EXPLAIN` in front of a query, binds and all.
struct Explain<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explain<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("EXPLAIN (FORMAT JSON) ");
        self.0.walk_ast(out)
    }
}

impl<Q> QueryId for Explain<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Explain<Q> {
    type SqlType = diesel::sql_types::Json;
}

/// Every node of a plan.
fn nodes(plan: &Value) -> Vec<&Value> {
    let children = plan["Plans"].as_array().into_iter().flatten();
    std::iter::once(plan).chain(children.flat_map(nodes)).collect()
}

fn kinds(plan: &Value) -> Vec<&str> {
    nodes(plan).iter().map(|node| node["Node Type"].as_str().unwrap()).collect()
}

/// The conditions by which the index on the tenant and the id is searched.
fn conditions(plan: &Value, index: &str) -> String {
    let nodes = nodes(plan);
    let scans = nodes.iter().filter(|node| node["Index Name"] == index);
    scans.filter_map(|node| node["Index Cond"].as_str()).collect::<Vec<_>>().join(" AND ")
}

macro_rules! plan {
    ($db:expr, $query:expr) => {{
        let plan: Value = Explain($query).get_result($db).await.unwrap();
        plan[0]["Plan"].clone()
    }};
}

#[tokio::test]
async fn a_scoped_query_is_an_index_scan_and_no_sub_query() {
    let world = World::new(Isolation::Column).await;
    let rows = format!(
        "INSERT INTO customers SELECT t, g, 'x' FROM unnest(ARRAY['{0}', '{1}', 'c', 'd', 'e']) t, generate_series(1, 500) g;
         INSERT INTO orders SELECT t, g, 1 + g % 500, 'x', g FROM unnest(ARRAY['{0}', '{1}', 'c', 'd', 'e']) t, generate_series(1, 4000) g;
         ANALYZE customers; ANALYZE orders",
        world.acme.id(),
        world.globex.id(),
    );
    world.database.admin().await.batch_execute(&rows).await.unwrap();
    let mut db = world.db(&world.acme).await;
    let db = &mut db;
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let point = plan!(db, orders::table.find(77).select(orders::title));
            assert_eq!(kinds(&point), ["Index Scan"], "{point:#}");
            let condition = conditions(&point, "orders_pkey");
            assert!(condition.contains("tenant_id = ") && condition.contains("id = 77"), "{condition}");

            let page =
                orders::table.filter(orders::id.gt(100)).order(orders::id).limit(20).select(orders::title);
            let page = plan!(db, page);
            assert_eq!(kinds(&page), ["Limit", "Index Scan"], "{page:#}");
            assert!(conditions(&page, "orders_pkey").contains("tenant_id = "), "{page:#}");

            let joined = orders::table.inner_join(customers::table).filter(orders::id.eq(5));
            let joined = plan!(db, joined.select((orders::title, customers::name)));
            for index in ["orders_pkey", "customers_pkey"] {
                assert!(conditions(&joined, index).contains("tenant_id = "), "{index}: {joined:#}");
            }
            let outer = customers::table.left_join(orders::table.on(orders::id.eq(customers::id)));
            let outer = plan!(
                db,
                outer.filter(customers::id.eq(5)).select((customers::name, orders::title.nullable()))
            );
            for plan in [&joined, &outer] {
                let kinds = kinds(plan);
                assert!(!kinds.contains(&"Subquery Scan") && !kinds.contains(&"Seq Scan"), "{plan:#}");
            }
        })
        .await;
    // The same eyes see a plan that is otherwise.
    let seq: Value = Explain(diesel::sql_query("SELECT title FROM orders").into_boxed::<Pg>())
        .get_result(&mut world.database.admin().await)
        .await
        .unwrap();
    assert_eq!(kinds(&seq[0]["Plan"]), ["Seq Scan"]);
}
