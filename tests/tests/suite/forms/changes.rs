//! More forms of write: what is written, and which rows, said by sub-queries, keys and text.

use diesel::dsl::{case_when, sql as literal};
use diesel::sql_types::{Bool, Integer, Text};

use super::models::{Item, Tag};
use super::*;

#[derive(Insertable)]
#[diesel(table_name = orders)]
struct Key {
    id: i32,
    customer_id: i32,
}

#[derive(Insertable)]
#[diesel(table_name = orders)]
struct Embedding {
    #[diesel(embed)]
    key: Key,
    amount: Option<i32>,
}

fn of_apples() -> Box<dyn BoxableExpression<orders::table, Backend, SqlType = Bool>> {
    Box::new(orders::title.eq("apples"))
}

fn item() -> Item {
    Item { order_id: 1, number: 1, product: "screw".into(), quantity: 9 }
}

fn tag() -> Tag {
    Tag { order_id: 1, position: 2, label: String::new() }
}

forms! { WRITES, write, render;
    "insert once more": i32 = returning!(insert_into(orders::table)
        .values(vec![
            NewOrder { id: 1, title: "apples", ..NEW },
            NewOrder { id: 2, title: "bread", ..NEW },
            NewOrder { id: 3, title: "apples", customer_id: 2, ..NEW },
            NewOrder { id: 4, title: "milk", customer_id: 2, ..NEW },
        ]), orders::id);
    "insert default_values": (i32, i32, String) = returning!(
        insert_into(tags::table).default_values(),
        (tags::order_id, tags::position, tags::label)
    );
    "insert embedded": (i32, i32) = returning!(insert_into(orders::table)
        .values(&Embedding { key: Key { id: 5, customer_id: 1 }, amount: None }), (orders::id, orders::amount));
    "insert a sub-query as a value": (i32, Option<String>) = returning!(insert_into(orders::table)
        .values((
            orders::id.eq(6),
            orders::customer_id.eq(1),
            orders::note.eq(customers::table.filter(customers::id.eq(2)).select(customers::name).single_value()),
        )), (orders::id, orders::note));
    "insert an expression": (i32, String) = returning!(insert_into(orders::table)
        .values((orders::id.eq(7), orders::customer_id.eq(1), orders::title.eq("tea".into_sql::<Text>().concat("!")))),
        (orders::id, orders::title));
    "insert with a composite key": Item = returning!(insert_into(items::table)
        .values((items::order_id.eq(7), items::number.eq(1), items::product.eq("bolt"), items::quantity.eq(3))),
        Item::as_returning());
    "insert returning a sub-query": (i32, Option<i64>) = returning!(insert_into(orders::table).values(NewOrder { id: 8, ..NEW }),
        (orders::id, customers::table.select(count_star()).single_value()));
    "update to a sub-query": Order = returning!(update(orders::table.find(1))
        .set(orders::note.eq(customers::table.filter(customers::id.eq(2)).select(customers::name).single_value())),
        Order::as_returning());
    "update to a correlated sub-query": Order = returning!(update(orders::table.filter(orders::id.lt(5)))
        .set(orders::note.eq(
            customers::table.filter(customers::id.eq(orders::customer_id)).select(customers::name).single_value(),
        )), Order::as_returning());
    "update to case_when": Order = returning!(update(orders::table)
        .set(orders::amount.eq(case_when(orders::id.eq(1), 100.into_sql::<Integer>()).otherwise(orders::id * 10))),
        Order::as_returning());
    "update to null": Order = returning!(update(orders::table.find(2)).set(orders::note.eq(None::<String>)),
        Order::as_returning());
    "update by exists": Order = returning!(update(orders::table.filter(exists(
            customers::table.filter(customers::id.eq(orders::customer_id)).filter(customers::name.eq("Ada")),
        )))
        .set(orders::title.eq("hers")), Order::as_returning());
    "update by a limited sub-query": Order = returning!(update(orders::table.filter(orders::customer_id.eq_any(
            customers::table.order(customers::id).select(customers::id).limit(1),
        )))
        .set(orders::title.eq("apples")), Order::as_returning());
    "update by a sub-query of the same table": Order = {
        let other = alias!(orders as other);
        let last = other.order(other.field(orders::id).desc()).select(other.field(orders::id)).limit(2);
        returning!(
            update(orders::table.filter(orders::id.eq_any(last))).set(orders::note.eq("last")),
            Order::as_returning()
        )
    };
    "update by belonging_to": Order = returning!(
        update(Order::belonging_to(&customer())).set(orders::note.eq("theirs")),
        Order::as_returning()
    );
    "update by a boxed expression": Order = returning!(update(orders::table.filter(of_apples())).set(orders::amount.eq(3)),
        Order::as_returning());
    "update by a composite key": Item = returning!(update(items::table.find((1, 2))).set(items::quantity.eq(70)),
        Item::as_returning());
    "update by a composite model": Item = returning!(update(&item()).set(&item()), Item::as_returning());
    "update by a composite key with the tenant": Tag = returning!(update(tags::table.find((1, 2))).set(tags::label.eq("changed")),
        Tag::as_returning());
    "update returning a sub-query": (i32, Option<i64>) = returning!(update(orders::table.find(1)).set(orders::amount.eq(4)),
        (orders::id, customers::table.select(count_star()).single_value()));
    "update by sql literal": Order = text!(update(orders::table.filter(literal::<Bool>("id = 1 OR 1 = 1")))
        .set(orders::amount.eq(5)), Order::as_returning());
    "update to sql literal": Order = text!(
        update(orders::table.find(1)).set(orders::amount.eq(literal::<Integer>("amount + 1"))),
        Order::as_returning()
    );
    "update by any of a sub-query"[postgres]: Order = returning!(update(orders::table.filter(orders::customer_id.eq(
            diesel::dsl::any(customers::table.filter(customers::name.eq("Grace")).select(customers::id)),
        )))
        .set(orders::title.eq("hers")), Order::as_returning());
    "delete by a composite key": Item = returning!(delete(items::table.find((7, 1))), Item::as_returning());
    "delete by a composite model": Tag = returning!(delete(&tag()), Tag::as_returning());
    "delete by sql literal": i32 = text!(delete(orders::table.filter(literal::<Bool>("id = 7 OR id = 8"))), orders::id);
    "delete by a boxed expression": i32 = returning!(delete(orders::table).filter(of_apples()), orders::id);
    "delete by belonging_to": i32 = returning!(
        delete(Order::belonging_to(&Customer { id: 2, ..customer() }).filter(orders::id.gt(3))),
        orders::id
    );
    "delete by exists": i32 = returning!(delete(orders::table.filter(exists(
            customers::table.filter(customers::id.eq(orders::customer_id)).filter(customers::name.eq("Ada")),
        ))), orders::id);
    "delete returning a sub-query": (i32, Option<i64>) = returning!(delete(tags::table),
        (tags::order_id, customers::table.select(count_star()).single_value()));
}
