//! Every statement runs on MySQL through the handle: without RETURNING, and its future is `Send`.

#![deny(warnings)]

use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel_async::RunQueryDsl;
use schema::{customers, orders};
use tenancy::mysql::TenantDb;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Debug, Queryable, Selectable, Identifiable, AsChangeset)]
struct Order {
    id: i32,
    title: String,
}

#[tenancy::tenant_scoped]
#[derive(Debug, Insertable)]
#[diesel(table_name = orders)]
struct NewOrder {
    customer_id: i32,
    title: String,
}

async fn everything(mut db: TenantDb) -> QueryResult<()> {
    let db = &mut db;
    let new = || NewOrder { customer_id: 1, title: String::from("tea") };

    let _: Vec<Order> = Order::query().filter(orders::title.like("t%")).load(db).await?;
    let _: Order = Order::find(1).first(db).await?;
    let _: usize = Order::create(&new()).execute(db).await?;
    let _: usize = Order::update(1).set(orders::title.eq("rum")).execute(db).await?;
    let _: usize = Order::delete(1).execute(db).await?;

    let _: i64 = orders::table.count().get_result(db).await?;
    let _: Vec<(i32, Option<String>)> = customers::table
        .left_join(orders::table)
        .select((customers::id, orders::title.nullable()))
        .load(db)
        .await?;
    let _: usize = tenancy::insert_into(orders::table).values(vec![new(), new()]).execute(db).await?;
    let skip = tenancy::insert_into(orders::table).values(vec![new(), new()]).on_conflict_do_nothing();
    let _: usize = skip.execute(db).await?;
    let copy = customers::table.select((customers::id, customers::name));
    let copy = tenancy::insert_into(orders::table).values(copy).into_columns((orders::customer_id, orders::title));
    let _: usize = copy.execute(db).await?;
    let _: Option<(i32, String)> = orders::table
        .select((orders::id, orders::title))
        .for_update()
        .skip_locked()
        .first(db)
        .await
        .optional()?;
    let _: usize = tenancy::insert_into(orders::table).default_values().execute(db).await?;
    let _: usize = tenancy::update(orders::table).set(orders::title.eq("rum")).execute(db).await?;
    let _: usize = tenancy::delete(orders::table.filter(orders::id.gt(7))).execute(db).await?;

    let order = Order { id: 1, title: String::from("rum") };
    let _: usize = tenancy::update(&order).set(&order).execute(db).await?;
    let _: usize = tenancy::delete(&order).execute(db).await?;

    db.transaction(async |db| {
        let titles: Vec<String> = orders::table.select(orders::title).load(db).await?;
        let changes = tenancy::update(orders::table.find(1)).set(orders::title.eq(titles.concat()));
        changes.execute(db).await
    })
    .await?;
    Ok(())
}

/// What a function that knows no more than the backend may take.
async fn generic<Q>(query: Q, mut db: TenantDb) -> QueryResult<usize>
where
    Q: QueryFragment<diesel::mysql::Mysql> + diesel::query_builder::QueryId + Send + 'static,
{
    query.execute(&mut db).await
}

fn is_send<F: Future + Send>(_: impl FnOnce(TenantDb) -> F) {}

fn main() {
    is_send(everything);
    is_send(|db| generic(tenancy::delete(orders::table), db));
}
