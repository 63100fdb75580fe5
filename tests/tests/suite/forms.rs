//! Every form of query and of write. Compiled once for each backend, and once for Diesel alone: this file
//! is what an application's author writes, and names no tenant.

use diesel::dsl::{count, count_star, exists, max, not, sum};
use diesel::prelude::*;
use diesel::query_builder::{AsQuery, QueryBuilder, QueryFragment};
use diesel::result::Error;
use diesel::upsert::excluded;
#[allow(unused_imports, reason = "Diesel alone has `transaction` from the trait")]
use diesel_async::AsyncConnection;
use diesel_async::RunQueryDsl;

use super::schema::{countries, customers, items, orders, tags};
use super::{
    Backend, Db, alias, conflict, delete, filtered, form, insert_into, locked, on_postgres, returning,
};
use super::{text, update};

#[derive(Debug, Clone, PartialEq, Identifiable, HasQuery)]
#[diesel(table_name = customers)]
pub(crate) struct Customer {
    id: i32,
    name: String,
    country: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = orders, belongs_to(Customer))]
pub(crate) struct Order {
    id: i32,
    customer_id: i32,
    title: String,
    amount: i32,
    note: Option<String>,
}

#[derive(Insertable, Clone)]
#[diesel(table_name = orders)]
struct NewOrder<'a> {
    id: i32,
    customer_id: i32,
    title: &'a str,
    note: Option<&'a str>,
}

#[derive(AsChangeset)]
#[diesel(table_name = orders)]
struct Change<'a> {
    title: Option<&'a str>,
    note: Option<Option<&'a str>>,
}

/// What came back, in a form that compares.
pub(crate) type Answer = Result<Vec<String>, String>;

fn answer<T: std::fmt::Debug>(result: QueryResult<Vec<T>>) -> Answer {
    let rows = result.map_err(|error| error.to_string())?;
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    Ok(rows)
}

/// The SQL of a query, or why there is none.
fn sql<Q>(query: Q) -> Result<String, Error>
where
    Q: AsQuery,
    Q::Query: QueryFragment<Backend>,
{
    let query = query.as_query();
    let mut builder = <Backend as diesel::backend::Backend>::QueryBuilder::default();
    query.to_sql(&mut builder, &Backend::default())?;
    Ok(builder.finish())
}

#[macro_use]
#[path = "forms/lists.rs"]
mod lists;
#[path = "forms/aggregates.rs"]
mod aggregates;
#[path = "forms/arrays.rs"]
mod arrays;
#[path = "forms/changes.rs"]
mod changes;
#[path = "forms/expressions.rs"]
mod expressions;
#[path = "forms/json.rs"]
mod json;
#[path = "forms/models.rs"]
mod models;
#[path = "forms/networks.rs"]
mod networks;
#[path = "forms/own.rs"]
mod own;
#[path = "forms/ranges.rs"]
mod ranges;
#[path = "forms/rows.rs"]
mod rows;
#[path = "forms/shapes.rs"]
mod shapes;
#[path = "forms/subqueries.rs"]
mod subqueries;
#[path = "forms/ways.rs"]
mod ways;

pub(crate) use self::rows::{dump, seed, seed_countries};
pub(crate) use self::ways::ways;

lists!(READS, read, render_reads:
    self(COMMON_READS, read_common, render_common_reads), shapes(READS, read, render),
    expressions(READS, read, render), aggregates(READS, read, render), subqueries(READS, read, render),
    arrays(READS, read, render), ranges(READS, read, render), networks(READS, read, render), json(READS, read, render));
lists!(WRITES, write, render_writes:
    self(COMMON_WRITES, write_common, render_common_writes), changes(WRITES, write, render));

forms! { COMMON_READS, read_common, render_common_reads;
    "table": (i32, String) = orders::table.select((orders::id, orders::title));
    "as_select": Order = orders::table.select(Order::as_select());
    "HasQuery": Customer = Customer::query();
    "HasQuery filter": Customer = Customer::query().filter(customers::name.eq("Ada"));
    "filter": Order = orders::table.filter(orders::title.eq("apples")).select(Order::as_select());
    "or_filter": Order = orders::table.filter(orders::title.eq("apples")).or_filter(orders::id.gt(0))
        .select(Order::as_select());
    "filter or": Order = orders::table.filter(orders::id.eq(1).or(orders::id.ne(1))).select(Order::as_select());
    "not": Order = orders::table.filter(not(orders::id.eq(1))).select(Order::as_select());
    "distinct order limit offset": i32 = orders::table.select(orders::amount).distinct().order(orders::amount.desc())
        .limit(2).offset(1);
    "inner join": (i32, String, Option<String>) = orders::table.inner_join(customers::table)
        .select((orders::id, customers::name, orders::note));
    "left join": (String, Option<String>) = customers::table.left_join(orders::table)
        .select((customers::name, orders::note.nullable()));
    "left join on": (String, Option<i32>) = customers::table
        .left_join(orders::table.on(orders::customer_id.eq(customers::id).and(orders::title.eq("milk"))))
        .select((customers::name, orders::amount.nullable()));
    "explicit on": (i32, i32) = orders::table
        .inner_join(customers::table.on(orders::id.eq(customers::id)))
        .select((orders::amount, customers::id));
    "join with a global table": (String, Option<String>) = customers::table.left_join(countries::table)
        .select((customers::name, countries::name.nullable()));
    "three tables": (i32, String, String) = orders::table
        .inner_join(customers::table.inner_join(countries::table))
        .select((orders::amount, customers::name, countries::name));
    "sub-select": Customer = customers::table
        .filter(customers::id.nullable().ne(orders::table.select(max(orders::customer_id)).single_value()))
        .select(Customer::as_select());
    "correlated sub-select": (i32, Option<i32>) = customers::table.select((
        customers::id,
        orders::table.filter(orders::customer_id.eq(customers::id)).select(max(orders::amount)).single_value(),
    ));
    "exists": Customer = customers::table
        .filter(exists(orders::table.filter(orders::customer_id.eq(customers::id)).filter(orders::title.eq("milk"))))
        .select(Customer::as_select());
    "not exists": Customer = customers::table
        .filter(not(exists(orders::table.filter(orders::customer_id.eq(customers::id)))))
        .select(Customer::as_select());
    "select exists": bool = diesel::select(exists(orders::table.filter(orders::note.is_not_null())));
    "eq_any values": Order = orders::table.filter(orders::id.eq_any([1, 3, 99])).select(Order::as_select());
    "eq_any sub-query": Order = orders::table
        .filter(orders::customer_id.eq_any(customers::table.filter(customers::name.eq("Ada")).select(customers::id)))
        .select(Order::as_select());
    "ne_all sub-query": Order = orders::table
        .filter(orders::customer_id.ne_all(customers::table.filter(customers::name.eq("Ada")).select(customers::id)))
        .select(Order::as_select());
    "boxed": (i32, Option<String>) = orders::table.into_boxed::<Backend>().filter(orders::amount.gt(0))
        .or_filter(orders::id.eq(2)).select((orders::id, orders::note)).limit(10);
    "boxed join": (i32, String) = orders::table.inner_join(customers::table).into_boxed::<Backend>()
        .filter(customers::name.like("%a%")).select((orders::amount, customers::name));
    "boxed expression": Order = {
        let by: Box<dyn BoxableExpression<orders::table, Backend, SqlType = diesel::sql_types::Bool>> =
            Box::new(orders::title.eq("bread"));
        orders::table.filter(by).select(Order::as_select())
    };
    "union": i32 = orders::table.select(orders::amount).union(orders::table.select(orders::customer_id));
    "union all": Option<String> = orders::table.select(orders::note).union_all(orders::table.select(orders::note));
    "except": i32 = orders::table.select(orders::id).except(customers::table.select(customers::id));
    "intersect": i32 = orders::table.select(orders::id).intersect(customers::table.select(customers::id));
    "group_by": (i32, i64, Option<i64>) = orders::table.group_by(orders::customer_id)
        .select((orders::customer_id, count_star(), sum(orders::amount)));
    "having": (String, i64) = orders::table.group_by(orders::title).having(count(orders::id).gt(1))
        .select((orders::title, count(orders::id)));
    "count": i64 = orders::table.count();
    "count of a filter": i64 = orders::table.filter(orders::title.eq("apples")).count();
    "aggregate": (Option<i32>, Option<i64>) = orders::table.select((max(orders::amount), sum(orders::amount)));
    "find": (i32, Option<String>) = orders::table.find(2).select((orders::id, orders::note));
    "first": Order = orders::table.order(orders::id.desc()).select(Order::as_select()).limit(1);
    "belonging_to": Order = Order::belonging_to(&customer()).select(Order::as_select());
    "belonging_to many": Order = Order::belonging_to(&vec![customer(), Customer { id: 2, ..customer() }])
        .select(Order::as_select());
    "for update": (i32, Option<String>) = locked!(orders::table.filter(orders::id.eq(1))
        .select((orders::id, orders::note)));
    "self join": (i32, i32, Option<String>) = {
        let other = alias!(orders as other);
        orders::table
            .inner_join(other.on(other.field(orders::title).eq(orders::title)))
            .select((orders::id, other.field(orders::id), other.field(orders::note)))
    };
    "self left join": (i32, Option<String>) = {
        let other = alias!(orders as other);
        orders::table
            .left_join(other.on(other.field(orders::id).eq(orders::id + 2)))
            .select((orders::id, other.field(orders::note).nullable()))
    };
    "alias": (i32, i32, String, i32, Option<String>) = alias!(orders as other);
    "alias fields": (i32, Option<String>, i32) = {
        let other = alias!(orders as other);
        other.filter(other.field(orders::amount).gt(0)).or_filter(other.field(orders::id).gt(0))
            .order(other.field(orders::id).desc())
            .select((other.field(orders::id), other.field(orders::note), other.field(orders::amount) + 1))
    };
    "two aliases": (i32, i32, i32) = {
        let (left, right) = alias!(orders as left_orders, orders as right_orders);
        left.inner_join(right.on(left.field(orders::customer_id).eq(right.field(orders::customer_id))))
            .inner_join(customers::table.on(customers::id.eq(right.field(orders::customer_id))))
            .select((left.field(orders::amount), right.field(orders::amount), customers::id))
    };
    "alias joined to a table": (String, Option<i32>) = {
        let other = alias!(orders as other);
        customers::table
            .left_join(other.on(other.field(orders::customer_id).eq(customers::id)))
            .select((customers::name, other.field(orders::amount).nullable()))
    };
    "alias and a global table": (String, String) = {
        let other = alias!(customers as other);
        other
            .inner_join(countries::table.on(other.field(customers::country).eq(countries::code.nullable())))
            .select((other.field(customers::name), countries::name))
    };
    "alias in exists": Order = {
        let other = alias!(orders as other);
        orders::table
            .filter(exists(
                other.filter(other.field(orders::title).eq(orders::title)).filter(other.field(orders::id).ne(orders::id)),
            ))
            .select(Order::as_select())
    };
    "alias grouped": (i32, i64) = {
        let other = alias!(orders as other);
        other.group_by(other.field(orders::customer_id)).select((other.field(orders::customer_id), count_star()))
    };
    "alias boxed": i32 = {
        let other = alias!(orders as other);
        other.select(other.field(orders::amount)).into_boxed::<Backend>().filter(other.field(orders::id).lt(3))
    };
    "literal select": (String, i32) = orders::table.select((orders::title.concat("!"), orders::amount + 1));
}

fn customer() -> Customer {
    Customer { id: 1, name: "Ada".into(), country: None }
}

fn order() -> Order {
    Order { id: 2, customer_id: 1, title: "bread".into(), amount: 0, note: None }
}

const NEW: NewOrder<'static> = NewOrder { id: 10, customer_id: 1, title: "tea", note: Some("new") };

forms! { COMMON_WRITES, write_common, render_common_writes;
    "insert struct": i32 = returning!(insert_into(orders::table).values(&NEW), orders::id);
    "insert owned struct": i32 = returning!(insert_into(orders::table).values(NewOrder { id: 11, ..NEW }),
        orders::id);
    "insert tuple": (i32, i32) = returning!(insert_into(orders::table)
        .values((orders::id.eq(12), orders::customer_id.eq(2), orders::amount.eq(7))),
        (orders::id, orders::amount));
    "insert one value": i32 = returning!(insert_into(customers::table).values((customers::id.eq(20), customers::name.eq("Kay"))),
        customers::id);
    "insert batch of structs": i32 = returning!(insert_into(orders::table)
        .values(vec![NewOrder { id: 13, ..NEW }, NewOrder { id: 14, title: "salt", ..NEW }]), orders::id);
    "insert slice": i32 = returning!(insert_into(orders::table)
        .values(&[NewOrder { id: 15, ..NEW }, NewOrder { id: 16, ..NEW }][..]), orders::id);
    "insert batch of tuples": i32 = returning!(insert_into(customers::table)
        .values(vec![
            (customers::id.eq(21), customers::name.eq("Ken")),
            (customers::id.eq(22), customers::name.eq("Dennis")),
        ]), customers::id);
    "insert array": i32 = returning!(insert_into(orders::table).values([NewOrder { id: 17, ..NEW }]), orders::id);
    "insert nothing": i32 = returning!(insert_into(orders::table).values(Vec::<NewOrder<'_>>::new()), orders::id);
    "insert as_returning": Order = returning!(insert_into(orders::table).values(NewOrder { id: 18, note: None, ..NEW }),
        Order::as_returning());
    "insert a taken id": i32 = returning!(insert_into(orders::table).values(NewOrder { id: 1, ..NEW }),
        orders::id);
    "on_conflict_do_nothing": i32 = returning!(insert_into(orders::table)
        .values(vec![NewOrder { id: 1, title: "again", ..NEW }, NewOrder { id: 50, ..NEW }])
        .on_conflict_do_nothing(), orders::id);
    "on_conflict do_nothing": i32 = returning!(insert_into(orders::table).values(NewOrder { id: 2, title: "again", ..NEW })
        .on_conflict(conflict!(orders)).do_nothing(), orders::id);
    "do_update": Order = returning!(insert_into(orders::table).values(NewOrder { id: 3, ..NEW })
        .on_conflict(conflict!(orders)).do_update().set(orders::note.eq("taken")), Order::as_returning());
    "do_update excluded": Order = returning!(insert_into(orders::table)
        .values(vec![NewOrder { id: 4, title: "curd", ..NEW }, NewOrder { id: 51, title: "whey", ..NEW }])
        .on_conflict(conflict!(orders)).do_update()
        .set((orders::title.eq(excluded(orders::title)), orders::amount.eq(orders::amount + 1))),
        Order::as_returning());
    "do_update changeset": Order = returning!(insert_into(orders::table).values(NewOrder { id: 51, ..NEW })
        .on_conflict(conflict!(orders)).do_update().set(&Change { title: None, note: Some(None) }),
        Order::as_returning());
    "do_update without a change": Order = returning!(insert_into(orders::table).values(NewOrder { id: 51, ..NEW })
        .on_conflict(conflict!(orders)).do_update().set(&Change { title: None, note: None }),
        Order::as_returning());
    "do_update filter": Order = returning!(filtered!(
        insert_into(orders::table)
            .values(vec![NewOrder { id: 50, title: "leaf", ..NEW }, NewOrder { id: 51, title: "leaf", ..NEW }])
            .on_conflict(conflict!(orders)).do_update().set(orders::title.eq(excluded(orders::title))),
        orders::title.eq("tea")
    ), Order::as_returning());
    "do_update by a sub-query": Order = returning!(insert_into(orders::table).values(NewOrder { id: 50, ..NEW })
        .on_conflict(conflict!(orders)).do_update()
        .set(orders::note.eq(customers::table.select(max(customers::name)).single_value())),
        Order::as_returning());
    "insert select": (i32, i32, String, i32, Option<String>) = returning!(insert_into(orders::table)
        .values(orders::table.filter(orders::id.le(4))
            .select((orders::id + 500, orders::customer_id, orders::title, orders::amount, orders::note))),
        (orders::id, orders::customer_id, orders::title, orders::amount, orders::note));
    "insert select into_columns": Order = returning!(insert_into(orders::table)
        .values(orders::table.inner_join(customers::table).filter(orders::id.le(4)).order(orders::id).limit(3)
            .select((customers::name, orders::customer_id, orders::id + 600)))
        .into_columns((orders::title, orders::customer_id, orders::id)), Order::as_returning());
    "insert select boxed": i32 = returning!(insert_into(orders::table)
        .values(orders::table.into_boxed::<Backend>().filter(orders::id.le(2)).select((orders::id + 700, orders::customer_id)))
        .into_columns((orders::id, orders::customer_id)), orders::id);
    "insert select do_update": Order = returning!(insert_into(orders::table)
        .values(orders::table.filter(orders::id.le(2)).select((orders::id + 600, orders::customer_id, orders::title)))
        .into_columns((orders::id, orders::customer_id, orders::title))
        .on_conflict(conflict!(orders)).do_update().set(orders::note.eq("twice")), Order::as_returning());
    "update by filter": Order = returning!(update(orders::table.filter(orders::title.eq("apples")))
        .set(orders::note.eq("changed")), Order::as_returning());
    "update by or_filter": Order = returning!(update(orders::table.filter(orders::id.eq(1)).or_filter(orders::id.eq(4)))
        .set(orders::amount.eq(orders::amount + 1000)), Order::as_returning());
    "update by find": Order = returning!(update(orders::table.find(3)).set(orders::title.eq("pears")),
        Order::as_returning());
    "update by model": Order = returning!(update(&order()).set((orders::title.eq("rye"), orders::amount.eq(1))),
        Order::as_returning());
    "update by changeset": Order = returning!(update(orders::table.find(4))
        .set(&Change { title: Some("cream"), note: Some(None) }), Order::as_returning());
    "update with a filter behind": Order = returning!(update(orders::table).set(orders::note.eq("cheap"))
        .filter(orders::amount.lt(500)), Order::as_returning());
    "update by sub-query": Order = returning!(update(orders::table
            .filter(orders::customer_id.eq_any(customers::table.filter(customers::name.eq("Grace")).select(customers::id))))
        .set(orders::note.eq("hers")), Order::as_returning());
    "update everything": Order = returning!(update(orders::table).set(orders::amount.eq(5)),
        Order::as_returning());
    "update nothing found": Order = returning!(update(orders::table.find(999)).set(orders::amount.eq(6)),
        Order::as_returning());
    "empty changeset": Order = returning!(update(orders::table.find(4)).set(&Change { title: None, note: None }),
        Order::as_returning());
    "delete by find": Order = returning!(delete(orders::table.find(10)), Order::as_returning());
    "delete by model": Order = returning!(delete(&order()), Order::as_returning());
    "delete by filter": i32 = returning!(delete(orders::table.filter(orders::title.eq("tea"))), orders::id);
    "delete by or_filter": i32 = returning!(delete(orders::table.filter(orders::id.eq(12))).or_filter(orders::id.eq(14)),
        orders::id);
    "delete table or_filter": i32 = returning!(delete(orders::table).or_filter(orders::id.eq(3)), orders::id);
    "delete filtered behind": i32 = returning!(delete(orders::table).filter(orders::id.gt(0)).filter(orders::id.lt(2)),
        orders::id);
    "delete everything": i32 = returning!(delete(orders::table), orders::id);
}

/// The writes that Diesel itself refuses; every other one has to succeed.
pub(crate) const REFUSED: &[&str] = &["insert a taken id", "empty changeset"];

/// Writes that only count, and transactions: what `execute` gives, and what is kept.
pub(crate) async fn counted(db: &mut Db) -> Result<Vec<usize>, Error> {
    let mut counts = Vec::new();
    counts.push(insert_into(orders::table).values(NewOrder { id: 30, ..NEW }).execute(db).await?);
    counts.push(
        insert_into(orders::table)
            .values(vec![NewOrder { id: 31, ..NEW }, NewOrder { id: 32, ..NEW }])
            .execute(db)
            .await?,
    );
    counts.push(
        update(orders::table.filter(orders::id.ge(30))).set(orders::title.eq("set")).execute(db).await?,
    );
    counts.push(delete(orders::table.find(31)).execute(db).await?);
    let kept = db.transaction::<_, Error, _>(async |db| {
        insert_into(orders::table).values(NewOrder { id: 40, ..NEW }).execute(db).await?;
        // A savepoint that is given up takes back its own work alone.
        let given_up = db
            .transaction::<usize, Error, _>(async |db| {
                delete(orders::table).execute(db).await?;
                Err(Error::RollbackTransaction)
            })
            .await;
        assert_eq!(given_up, Err(Error::RollbackTransaction));
        update(orders::table.find(40)).set(orders::title.eq("kept")).execute(db).await
    });
    counts.push(kept.await?);
    let given_up = db.transaction::<usize, Error, _>(async |db| {
        delete(orders::table).execute(db).await?;
        Err(Error::RollbackTransaction)
    });
    assert_eq!(given_up.await, Err(Error::RollbackTransaction));
    Ok(counts)
}
