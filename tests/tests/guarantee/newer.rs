//! What Diesel has for PostgreSQL 16 and later. The server of these tests is a 15, so the proof is the SQL: the table
//! in it is the tenant's.

use diesel::debug_query;
use diesel::dsl::{array, array_sample, array_shuffle};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer};
use tenancy::Isolation;
use tenancy_tests::schema::orders;
use tenancy_tests::world::sqlite::World;

#[tokio::test]
async fn what_postgres_16_has_is_written_for_the_tenant() {
    let world = World::new(Isolation::Column).await;
    world.tenancy.context(&world.acme).sync_scope(|| {
        let pair = || array::<Integer, _>((orders::id, orders::amount));
        macro_rules! selected {
            ($($in_sql:literal: $expression:expr,)*) => {
                [$(($in_sql, debug_query::<Pg, _>(&orders::table.select($expression)).to_string()),)*]
            };
        }
        let written = selected! {
            " IS JSON FROM": orders::title.is_json(),
            " IS NOT JSON FROM": orders::title.is_not_json(),
            " IS JSON OBJECT FROM": orders::title.is_json_object(),
            " IS NOT JSON OBJECT FROM": orders::title.is_not_json_object(),
            " IS JSON ARRAY FROM": orders::title.is_json_array(),
            " IS NOT JSON ARRAY FROM": orders::title.is_not_json_array(),
            " IS JSON SCALAR FROM": orders::title.is_json_scalar(),
            " IS NOT JSON SCALAR FROM": orders::title.is_not_json_scalar(),
            "array_shuffle(": array_shuffle::<Array<Integer>, _>(pair()),
            "array_sample(": array_sample::<Array<Integer>, _, _>(pair(), 1),
        };
        for (function, sql) in written {
            let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(sql.contains(function), "{function}: {sql}");
            assert!(sql.contains("WHERE \"tenant_id\" = $"), "{sql}");
            assert!(sql.contains(") AS \"orders\"") && sql.contains(world.acme.id().as_str()), "{sql}");
        }
    });
}
