//! Queries inside queries, and queries put together.

#[allow(unused_imports, reason = "PostgreSQL's forms alone need it")]
use diesel::query_dsl::positional_order_dsl::PositionalOrderDsl;
#[allow(unused_imports, reason = "PostgreSQL's forms alone need it")]
use diesel::sql_types::Integer;

use super::*;

forms! { READS, read, render;
    "sub-query selected": (i32, Option<i64>) = orders::table
        .select((orders::amount, customers::table.select(count_star()).single_value()));
    "sub-query without a table": Option<i32> = diesel::select(
        orders::table.select(max(orders::amount)).single_value(),
    );
    "sub-query in a sub-query": (String, Option<String>) = customers::table
        .filter(customers::id.eq_any(
            orders::table
                .filter(orders::id.eq_any(items::table.filter(items::product.eq("nail")).select(items::order_id)))
                .select(orders::customer_id),
        ))
        .select((customers::name, customers::country));
    "sub-query with order and limit": i32 = orders::table
        .filter(orders::customer_id.eq_any(customers::table.order(customers::id.desc()).select(customers::id).limit(2)))
        .select(orders::amount);
    "sub-query in ON": (String, Option<i32>) = customers::table
        .left_join(orders::table.on(
            orders::customer_id.eq(customers::id).and(orders::id.eq_any(items::table.select(items::order_id))),
        ))
        .select((customers::name, orders::amount.nullable()));
    "sub-query in ORDER BY": i32 = orders::table
        .order((
            customers::table.filter(customers::id.eq(orders::customer_id)).select(customers::name).single_value().desc(),
            orders::id,
        ))
        .select(orders::amount).limit(3);
    "sub-query compared": Order = orders::table
        .filter(orders::amount.nullable().lt(items::table.select(max(items::quantity)).single_value()))
        .select(Order::as_select());
    "sub-query of the same table": i32 = {
        let other = alias!(orders as other);
        orders::table
            .filter(orders::id.eq_any(other.filter(other.field(orders::id).gt(1)).select(other.field(orders::customer_id))))
            .select(orders::amount)
    };
    "alias in single_value": (i32, Option<i32>) = {
        let other = alias!(orders as other);
        let before = other.filter(other.field(orders::id).lt(orders::id)).select(max(other.field(orders::amount)));
        orders::table.select((orders::id, before.single_value()))
    };
    "alias in a union": i32 = {
        let other = alias!(orders as other);
        orders::table.select(orders::amount).union(other.select(other.field(orders::id)))
    };
    "nullable sub-query": i32 = orders::table
        .filter(orders::note.ne_all(customers::table.select(customers::name).nullable())).select(orders::amount);
    "exists selected": (i32, bool) = customers::table
        .select((customers::id, exists(orders::table.filter(orders::customer_id.eq(customers::id)))));
    "exists of a join": Customer = customers::table
        .filter(exists(
            orders::table.inner_join(items::table.on(items::order_id.eq(orders::id)))
                .filter(orders::customer_id.eq(customers::id)).filter(items::product.eq("nail")),
        ))
        .select(Customer::as_select());
    "select not exists": bool = diesel::select(not(exists(orders::table.filter(orders::title.eq("nothing")))));
    "boxed sub-query": i32 = orders::table
        .filter(orders::customer_id.eq_any(
            customers::table.into_boxed::<Backend>().filter(customers::name.eq("Ada")).select(customers::id),
        ))
        .select(orders::amount);
    "boxed exists": bool = diesel::select(exists(orders::table.into_boxed::<Backend>().filter(orders::id.eq(1))));
    "boxed single_value": (i32, Option<i32>) = customers::table.select((
        customers::id,
        orders::table.into_boxed::<Backend>().select(max(orders::amount)).single_value(),
    ));
    "union in a sub-query": Customer = customers::table
        .filter(customers::id.eq_any(orders::table.select(orders::customer_id).union(items::table.select(items::order_id))))
        .select(Customer::as_select());
    "except in a sub-query": Customer = customers::table
        .filter(customers::id.ne_all(orders::table.select(orders::customer_id).except(items::table.select(items::order_id))))
        .select(Customer::as_select());
    "intersect in EXISTS": bool = diesel::select(exists(
        orders::table.select(orders::id).intersect(customers::table.select(customers::id)),
    ));
    "union of three": i32 = orders::table.select(orders::amount)
        .union(customers::table.select(customers::id)).union(items::table.select(items::quantity));
    "union of joins": (String, Option<String>) = orders::table.inner_join(customers::table)
        .select((customers::name, orders::note))
        .union(customers::table.left_join(countries::table).select((customers::name, countries::name.nullable())));
    "union of filters": i32 = orders::table.filter(orders::id.eq(1)).or_filter(orders::id.eq(2)).select(orders::amount)
        .union_all(orders::table.filter(orders::id.gt(2)).select(orders::amount));
    "union of boxed": i32 = orders::table.into_boxed::<Backend>().select(orders::amount)
        .union(customers::table.into_boxed::<Backend>().select(customers::id));
    "intersect_all"[postgres]: String = orders::table.select(orders::title).intersect_all(orders::table.select(orders::title));
    "except_all"[postgres]: String = orders::table.select(orders::title)
        .except_all(orders::table.filter(orders::id.eq(1)).select(orders::title));
    "union ordered and limited"[postgres]: i32 = orders::table.select(orders::amount)
        .union(customers::table.select(customers::id)).positional_order_by(1).limit(3).offset(1);
    "any of a sub-query"[postgres]: Customer = customers::table
        .filter(customers::id.eq(diesel::dsl::any(orders::table.select(orders::customer_id))))
        .select(Customer::as_select());
    "all of a sub-query"[postgres]: Order = orders::table
        .filter(orders::amount.ge(diesel::dsl::all(items::table.select(items::quantity)))).select(Order::as_select());
    "any of values"[postgres]: Order = orders::table.filter(orders::id.eq(diesel::dsl::any(vec![1, 4])))
        .select(Order::as_select());
    "array of a sub-query"[postgres]: Vec<i32> = diesel::select(diesel::dsl::array::<Integer, _>(
        orders::table.select(orders::amount).order(orders::amount),
    ));
    "correlated array"[postgres]: (i32, Vec<i32>) = customers::table.select((
        customers::id,
        diesel::dsl::array::<Integer, _>(
            orders::table.filter(orders::customer_id.eq(customers::id)).select(orders::amount).order(orders::id),
        ),
    ));
    "array of a boxed query"[postgres]: Vec<i32> = diesel::select(diesel::dsl::array::<Integer, _>(
        orders::table.into_boxed::<Backend>().select(orders::amount).order(orders::amount),
    ));
    "array of a union"[postgres]: i32 = customers::table
        .filter(customers::id.eq(diesel::dsl::any(diesel::dsl::array::<Integer, _>(
            orders::table.select(orders::customer_id).union(items::table.select(items::order_id)),
        ))))
        .select(customers::id);
    "eq_any of an array"[postgres]: i32 = customers::table
        .filter(customers::id.eq_any(diesel::dsl::array::<Integer, _>(orders::table.select(orders::customer_id))))
        .select(customers::id);
}
