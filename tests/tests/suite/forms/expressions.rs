//! Forms of expression: comparisons, conditions, functions, text of one's own.

use diesel::dsl::{case_when, sql as literal};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::own::{Paginate, doubled, length, upper};
use super::*;

forms! { READS, read, render;
    "eq and ne": i32 = orders::table.filter(orders::title.eq("apples").and(orders::id.ne(3))).select(orders::amount);
    "gt ge lt le": i32 = orders::table
        .filter(orders::amount.gt(0).and(orders::id.ge(1)).and(orders::id.lt(4)).and(orders::id.le(3)))
        .select(orders::amount);
    "between": i32 = orders::table.filter(orders::id.between(2, 3)).select(orders::amount);
    "not_between": i32 = orders::table.filter(orders::id.not_between(2, 3)).select(orders::amount);
    "is_null": Customer = customers::table.filter(customers::country.is_null()).select(Customer::as_select());
    "is_not_null": Customer = customers::table.filter(customers::country.is_not_null()).select(Customer::as_select());
    "like and not_like": Option<String> = orders::table
        .filter(orders::title.like("%p%").and(orders::title.not_like("m%"))).select(orders::note);
    "escape": i32 = orders::table.filter(not(orders::title.like("a!%%").escape('!'))).select(orders::amount);
    "eq_all": i32 = orders::table.filter((orders::id, orders::customer_id).eq_all((1, 1))).select(orders::amount);
    "arithmetic": i32 = orders::table.select((orders::amount + orders::id) * 2 - 1);
    "cast": i64 = orders::table.select(orders::amount.cast::<BigInt>());
    "fallible_cast": i32 = orders::table.select(orders::amount.cast::<Text>().fallible_cast::<Integer>());
    "nullable": Option<i32> = orders::table.select(orders::amount.nullable());
    "assume_not_null": String = orders::table.filter(orders::note.is_not_null()).select(orders::note.assume_not_null());
    "into_sql": (i32, i32) = orders::table.select((7.into_sql::<Integer>(), orders::amount));
    "case_when": (i32, String) = orders::table.select((
        orders::amount,
        case_when(orders::amount.gt(500), "much".into_sql::<Text>()).when(orders::id.eq(1), "first").otherwise("little"),
    ));
    "case_when of sub-queries": (i32, Option<i32>) = customers::table.select((
        customers::id,
        case_when(
            exists(orders::table.filter(orders::customer_id.eq(customers::id))),
            orders::table.filter(orders::customer_id.eq(customers::id)).select(max(orders::amount)).single_value(),
        ),
    ));
    "define_sql_function": String = orders::table.select(upper(orders::title));
    "declare_sql_function": (i32, i32) = orders::table.filter(length(orders::title).gt(4))
        .select((length(orders::title), orders::amount));
    "sql function of a sub-query": i32 = diesel::select(length(
        orders::table.select(orders::note).order(orders::id).limit(1).single_value().assume_not_null(),
    ));
    "infix_operator": i32 = orders::table.select(doubled(orders::amount, orders::id));
    "query fragment around a query": (i32, i64) = orders::table.filter(orders::title.eq("apples"))
        .select(orders::amount).paginated();
    "query fragment around a boxed query": (i32, i64) = orders::table.select(orders::amount)
        .into_boxed::<Backend>().filter(orders::id.gt(1)).paginated();
    "sql literal selected": (i32, Option<String>) = text!(orders::table
        .select((literal::<Integer>("amount + 1"), literal::<Nullable<Text>>("note"))));
    "sql literal with binds": Order = text!(orders::table
        .filter(literal::<Bool>("amount > ").bind::<Integer, _>(0).sql(" AND title <> ").bind::<Text, _>("milk"))
        .select(Order::as_select()));
    "sql literal with OR": Order = text!(orders::table.filter(orders::id.eq(1)).filter(literal::<Bool>("id = 2 OR 1 = 1"))
        .select(Order::as_select()));
    "sql literal out of balance": Order = text!(orders::table.filter(orders::id.eq(1)).filter(literal::<Bool>("1 = 1) OR (1 = 1"))
        .select(Order::as_select()));
    "sql literal in order": i32 = text!(orders::table.order(literal::<Integer>("amount DESC")).select(orders::amount).limit(2));
    "ilike"[postgres]: i32 = orders::table.filter(orders::title.ilike("APP%").and(orders::title.not_ilike("MI%")))
        .select(orders::amount);
    "similar_to"[postgres]: i32 = orders::table
        .filter(orders::title.similar_to("(apples|milk)").and(orders::title.not_similar_to("m%")))
        .select(orders::amount);
    "is_distinct_from"[postgres]: Customer = customers::table
        .filter(customers::country.is_distinct_from("DE").and(customers::name.is_not_distinct_from("Grace")))
        .select(Customer::as_select());
}
