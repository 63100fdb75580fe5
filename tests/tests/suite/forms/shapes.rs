//! The shape of a query: joins, order, locks, boxes, and what the derives make of them.

use diesel::dsl::{InnerJoinQuerySource, auto_type};
use diesel::sql_types::{Bool, Text};

use super::models::{Brief, Item, Named, Placed, Tag};
use super::*;

#[auto_type]
fn bought_apples() -> _ {
    orders::title.eq("apples")
}

#[auto_type]
fn of_customers() -> _ {
    orders::table.inner_join(customers::table).filter(bought_apples())
}

type Joined = InnerJoinQuerySource<orders::table, customers::table>;

fn of_ada() -> Box<dyn BoxableExpression<Joined, Backend, SqlType = Bool>> {
    Box::new(customers::name.eq("Ada"))
}

fn title() -> Box<dyn BoxableExpression<orders::table, Backend, SqlType = Text>> {
    Box::new(orders::title)
}

forms! { READS, read, render;
    "order_by and then_order_by": i32 = orders::table.order_by(orders::title).then_order_by(orders::id.desc())
        .select(orders::amount).limit(1);
    "order by a tuple": i32 = orders::table.order((orders::title.asc(), orders::id)).select(orders::amount).limit(2);
    "distinct": Option<String> = orders::table.select(orders::note).distinct();
    "cross join": (i32, String) = orders::table.inner_join(customers::table.on(true.into_sql::<Bool>()))
        .select((orders::amount, customers::name));
    "anti-join": Customer = customers::table.left_join(orders::table).filter(orders::id.is_null())
        .select(Customer::as_select());
    "left_outer_join": (String, Option<String>) = customers::table.left_outer_join(orders::table)
        .select((customers::name, orders::note.nullable()));
    "join behind a left join": (String, Option<i32>, Option<String>) = customers::table
        .left_join(orders::table.inner_join(items::table.on(items::order_id.eq(orders::id))))
        .select((customers::name, orders::amount.nullable(), items::product.nullable()));
    "left join behind a join": (i32, String, Option<String>) = orders::table.inner_join(customers::table)
        .left_join(items::table.on(items::order_id.eq(orders::id)))
        .select((orders::amount, customers::name, items::product.nullable()));
    "two left joins": (String, Option<String>, Option<String>) = customers::table.left_join(orders::table)
        .left_join(countries::table).select((customers::name, orders::note.nullable(), countries::name.nullable()));
    "filter on the right side": i32 = customers::table.left_join(orders::table)
        .filter(orders::title.eq("apples").or(orders::id.gt(3))).select(orders::amount.assume_not_null());
    "as_select of a join": (Order, Customer) = orders::table.inner_join(customers::table)
        .select((Order::as_select(), Customer::as_select()));
    "as_select of a left join": (Customer, Option<Order>) = customers::table.left_join(orders::table)
        .select((Customer::as_select(), Option::<Order>::as_select()));
    "embed": Placed = orders::table.inner_join(customers::table).select(Placed::as_select());
    "select_expression": Brief = orders::table.select(Brief::as_select());
    "HasQuery with a base query": Named = Named::query();
    "HasQuery with a base query, filtered": Named = Named::query().filter(customers::name.eq("Ada"));
    "base_query": Named = <Named as HasQuery<Backend>>::base_query().filter(customers::name.eq("Ada"))
        .select(Named::as_select());
    "auto_type of a query": (i32, String) = of_customers().select((orders::amount, customers::name));
    "auto_type of a condition": Order = orders::table.filter(bought_apples()).select(Order::as_select());
    "boxed expression of a join": i32 = orders::table.inner_join(customers::table).filter(of_ada()).select(orders::amount);
    "boxed expression selected": (String, i32) = orders::table.select((title(), orders::amount));
    "boxed left join": (String, Option<i32>) = customers::table.left_join(orders::table).into_boxed::<Backend>()
        .filter(customers::id.gt(0)).select((customers::name, orders::amount.nullable()));
    "boxed group_by": (i32, Option<i64>) = orders::table.group_by(orders::customer_id)
        .select((orders::customer_id, sum(orders::amount))).into_boxed::<Backend>().filter(orders::id.gt(1));
    "boxed having": (i32, i64) = orders::table.group_by(orders::customer_id).select((orders::customer_id, count_star()))
        .into_boxed::<Backend>().having(sum(orders::amount).gt(0));
    "boxed distinct order limit offset": i32 = orders::table.into_boxed::<Backend>().select(orders::amount).distinct()
        .order(orders::amount.desc()).limit(2).offset(1);
    "boxed then_order_by": i32 = orders::table.into_boxed::<Backend>().select(orders::amount).order_by(orders::title)
        .then_order_by(orders::id.desc()).limit(1);
    "boxed or_filter alone": i32 = orders::table.into_boxed::<Backend>().select(orders::amount).or_filter(orders::id.eq(1))
        .or_filter(orders::id.eq(3));
    "boxed join of a boxed expression": i32 = orders::table.inner_join(customers::table).into_boxed::<Backend>()
        .select(orders::amount).filter(of_ada()).or_filter(of_ada());
    "find by a composite key": Item = items::table.find((1, 2)).select(Item::as_select());
    "find by a composite key with the tenant": Tag = tags::table.find((1, 2)).select(Tag::as_select());
    "find and filter": Item = items::table.find((1, 2)).filter(items::quantity.gt(0)).select(Item::as_select());
    "belonging_to with a composite key": Item = Item::belonging_to(&order()).select(Item::as_select());
    "belonging_to a slice": Tag = Tag::belonging_to(&[order(), Order { id: 1, ..order() }][..]).select(Tag::as_select());
    "belonging_to and join": (i32, String) = Order::belonging_to(&customer()).inner_join(customers::table)
        .select((orders::amount, customers::name));
    "distinct_on"[postgres]: (String, i32) = orders::table.distinct_on(orders::title)
        .order((orders::title, orders::amount.desc())).select((orders::title, orders::amount));
    "distinct_on of a join"[postgres]: (String, i32) = orders::table.inner_join(customers::table)
        .distinct_on(customers::name).order((customers::name, orders::amount)).select((customers::name, orders::amount));
    "nulls_first nulls_last"[postgres]: Option<String> = customers::table
        .order((customers::country.desc().nulls_last(), customers::name.asc().nulls_first()))
        .select(customers::country).limit(2);
    "for_no_key_update"[postgres]: i32 = orders::table.select(orders::amount).for_no_key_update();
    "for_share"[postgres]: i32 = orders::table.select(orders::amount).for_share();
    "for_key_share"[postgres]: i32 = orders::table.select(orders::amount).for_key_share();
    "skip_locked"[postgres]: i32 = orders::table.select(orders::amount).for_update().skip_locked();
    "no_wait"[postgres]: i32 = orders::table.select(orders::amount).for_update().no_wait();
    "for_update of a join"[postgres]: i32 = orders::table.inner_join(customers::table).select(orders::amount).for_update();
    "for_update of a sub-query"[postgres]: i32 = orders::table
        .filter(orders::customer_id.eq_any(customers::table.select(customers::id).for_share()))
        .select(orders::amount).for_update();
}
