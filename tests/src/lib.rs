//! wip
use diesel::prelude::*;
use diesel::{debug_query, pg::Pg, sqlite::Sqlite};

#[tenancy::tenant_scoped(global(countries))]
/// s
pub mod schema {
    diesel::table! { customers (id) { id -> Integer, tenant_id -> Text, name -> Text, country -> Nullable<Text>, } }
    diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, customer_id -> Integer, title -> Text, amount -> Integer, note -> Nullable<Text>, } }
    diesel::table! { countries (code) { code -> Text, name -> Text, } }
    diesel::joinable!(orders -> customers (customer_id));
    diesel::joinable!(customers -> countries (country));
    diesel::allow_tables_to_appear_in_same_query!(customers, orders, countries);
}
use schema::*;

#[tenancy::tenant_scoped]
#[derive(Debug, Identifiable, Associations, HasQuery, PartialEq)]
#[diesel(table_name = orders, belongs_to(Customer))]
/// m
pub struct Order {
    id: i32,
    customer_id: i32,
    title: String,
    amount: i32,
    note: Option<String>,
}

#[tenancy::tenant_scoped]
#[derive(Debug, Queryable, Selectable, Identifiable, PartialEq)]
#[diesel(table_name = customers)]
/// c
pub struct Customer {
    id: i32,
    name: String,
}

#[derive(Insertable)]
#[diesel(table_name = orders)]
/// n
pub struct NewOrder<'a> {
    id: i32,
    customer_id: i32,
    title: &'a str,
    amount: i32,
    note: Option<&'a str>,
}

#[derive(AsChangeset)]
#[diesel(table_name = orders)]
/// c
pub struct Change<'a> {
    title: Option<&'a str>,
    note: Option<Option<&'a str>>,
}

/// probe
pub fn probe() {
    macro_rules! show {
        ($q:expr) => {{
            let q = $q;
            println_(format!("{}", debug_query::<Pg, _>(&q)));
            println_(format!("{}", debug_query::<Sqlite, _>(&q)));
        }};
    }
    fn println_(s: String) {
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), "{s}");
    }
    show!(orders::table);
    show!(orders::table.filter(orders::id.eq(1)).or_filter(orders::title.eq("x")).order(orders::id).limit(3));
    show!(orders::table.inner_join(customers::table).select((orders::id, customers::name)));
    show!(customers::table.left_join(orders::table).select((customers::id, orders::title.nullable())));
    show!(
        customers::table
            .inner_join(orders::table.on(orders::customer_id.eq(customers::id).and(orders::amount.gt(1))))
            .select(customers::id)
    );
    show!(orders::table.filter(orders::customer_id.eq_any(customers::table.select(customers::id))));
    show!(
        customers::table
            .filter(diesel::dsl::exists(orders::table.filter(orders::customer_id.eq(customers::id))))
    );
    show!(
        orders::table
            .filter(orders::id.eq(1))
            .into_boxed::<_>()
            .filter(orders::amount.eq(2))
            .select(orders::id)
    );
    show!(orders::table.select(orders::id).union(orders::table.select(orders::customer_id)));
    show!(
        orders::table.group_by(orders::customer_id).select((orders::customer_id, diesel::dsl::count_star()))
    );
    show!(orders::table.count());
    show!(orders::table.select(orders::tenant_id).filter(orders::tenant_id.eq("x")));
    show!(orders::table.find(1));
    let c = Customer { id: 1, name: "c".into() };
    show!(Order::belonging_to(&c).select(Order::as_select()));
    println_(debug_query::<Pg, _>(&orders::table.for_update()).to_string());
    println_(debug_query::<Pg, _>(&Order::query()).to_string());
    show!(tenancy::insert_into(orders::table).values(orders::title.eq("x")));
    show!(tenancy::insert_into(orders::table).values((orders::title.eq("x"), orders::amount.eq(1))));
    let n = NewOrder { id: 1, customer_id: 2, title: "t", amount: 3, note: None };
    show!(tenancy::insert_into(orders::table).values(&n));
    show!(tenancy::insert_into(orders::table).values(vec![n]));
    show!(tenancy::insert_into(orders::table).values(&vec![
        (orders::title.eq("x"), orders::amount.eq(1)),
        (orders::title.eq("y"), orders::amount.eq(2))
    ]));
    show!(tenancy::insert_into(orders::table).values(orders::title.eq("x")).returning(orders::id));
    show!(tenancy::insert_into(orders::table).default_values());
    show!(tenancy::update(orders::table).set(orders::title.eq("x")));
    show!(
        tenancy::update(orders::table.filter(orders::id.eq(1)).or_filter(orders::id.eq(2)))
            .set(orders::title.eq("x"))
    );
    show!(
        tenancy::update(orders::table.find(1))
            .set(&Change { title: Some("c"), note: None })
            .filter(orders::amount.gt(1))
            .returning(Order::as_select())
    );
    let o = Order { id: 1, customer_id: 1, title: "".into(), amount: 1, note: None };
    show!(tenancy::update(&o).set((orders::title.eq("x"), orders::amount.eq(orders::amount + 1))));
    show!(tenancy::delete(&o));
    show!(tenancy::delete(orders::table.filter(orders::id.eq_any([1, 2]))).or_filter(orders::id.eq(7)));
    show!(tenancy::delete(orders::table));
    show!(tenancy::delete(orders::table).or_filter(orders::id.eq(7)).filter(orders::id.eq(8)));
    show!(Order::delete(1));
    show!(Order::update(1).set(orders::title.eq("x")));
    println_(debug_query::<Pg, _>(&Order::create((orders::title.eq("x"), orders::amount.eq(1)))).to_string());
    println_(debug_query::<Pg, _>(&Order::find(1)).to_string());
    show!(diesel::insert_into(countries::table).values(countries::name.eq("x")));
}
