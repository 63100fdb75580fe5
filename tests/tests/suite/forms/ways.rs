//! The ways of running a query, and what is done with what came back.

use diesel::associations::GroupedBy;
use diesel_async::AsyncConnectionCore;
use diesel_async::methods::{ExecuteDsl, LoadQuery};
use futures_util::TryStreamExt;

use super::*;

/// Each way, and what it gave.
pub(crate) async fn ways(db: &mut Db) -> Result<Vec<(&'static str, String)>, Error> {
    let all = || orders::table.select(Order::as_select()).order(orders::id);
    let amounts = || orders::table.select(orders::amount).order(orders::id);
    let mut ways = Vec::new();
    let mut way = |name, rows: &dyn std::fmt::Debug| ways.push((name, format!("{rows:?}")));

    // Databases count differently here, so the number says nothing.
    way("execute", &amounts().execute(db).await.map(drop)?);
    way("load", &all().load::<Order>(db).await?);
    way("get_results", &all().get_results::<Order>(db).await?);
    way("get_result", &all().get_result::<Order>(db).await?);
    way("first", &amounts().first::<i32>(db).await?);
    way("first of a boxed query", &amounts().into_boxed::<Backend>().first::<i32>(db).await?);
    way("optional", &orders::table.find(999).select(orders::amount).first::<i32>(db).await.optional()?);
    let stream = all().load_stream::<Order>(db).await?;
    way("load_stream", &stream.try_collect::<Vec<_>>().await?);
    let boxed: Box<_> = Box::new(amounts());
    way("a query in a box", &boxed.execute(db).await.map(drop)?);
    // What the methods above are made of.
    let stream = LoadQuery::<Db, Order>::internal_load(all(), db).await?;
    way("internal_load", &stream.try_collect::<Vec<_>>().await?);
    way("ExecuteDsl", &ExecuteDsl::<Db>::execute(amounts(), db).await.map(drop)?);
    let rows = AsyncConnectionCore::load(db, amounts()).await?;
    way("load of the connection", &rows.try_collect::<Vec<_>>().await?.len());
    way(
        "execute_returning_count",
        &AsyncConnectionCore::execute_returning_count(db, amounts()).await.map(drop)?,
    );
    way("as_query", &amounts().as_query().load::<i32>(db).await?);

    let customers = Customer::query().order(customers::id).load(db).await?;
    let orders =
        Order::belonging_to(&customers).select(Order::as_select()).order(orders::id).load(db).await?;
    let items = models::Item::belonging_to(&orders)
        .select(models::Item::as_select())
        .order((items::order_id, items::number))
        .load::<models::Item>(db)
        .await?;
    let by_order = items.clone().try_grouped_by(&orders).map_err(|_| Error::NotFound)?;
    way("try_grouped_by", &by_order);
    let items = items.grouped_by(&orders);
    way("grouped_by, two deep", &orders.into_iter().zip(items).collect::<Vec<_>>().grouped_by(&customers));
    Ok(ways)
}
