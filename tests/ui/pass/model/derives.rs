//! Every derive of Diesel's on models of scoped tables.

#![deny(warnings)]

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use schema::{customers, orders};
use tenancy::{TenantScoped, tenant_scoped};

#[path = "../../support/schema.rs"]
mod schema;

#[tenant_scoped]
#[derive(Debug, Clone, PartialEq, HasQuery, Identifiable)]
pub struct Customer {
    pub id: i32,
    pub name: String,
}

#[tenant_scoped]
#[derive(Debug, Queryable, Selectable, Identifiable, Associations, AsChangeset, QueryableByName)]
#[diesel(belongs_to(Customer))]
#[diesel(table_name = orders)]
pub struct Order {
    pub id: i32,
    pub customer_id: i32,
    #[diesel(column_name = title)]
    pub heading: String,
}

/// It reads the tenant column, and says that it does not write it.
#[tenant_scoped(column = "tenant_id")]
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schema::orders, check_for_backend(Sqlite))]
pub struct Whole {
    #[diesel(skip_update)]
    pub id: i32,
    #[diesel(skip_insertion)]
    #[diesel(skip_update)]
    pub tenant_id: String,
    #[diesel(embed)]
    pub rest: Rest,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = orders)]
pub struct Rest {
    pub title: String,
}

#[derive(Debug, TenantScoped, Insertable)]
#[diesel(table_name = orders)]
pub struct NewOrder<'a> {
    customer_id: i32,
    title: &'a str,
}

#[derive(Debug, Queryable, Selectable, TenantScoped)]
#[diesel(table_name = customers)]
#[tenant_scoped(column = "tenant_id")]
pub struct Named<T>
where
    T: diesel::deserialize::FromSqlRow<diesel::sql_types::Text, Sqlite>,
{
    #[diesel(select_expression = customers::name)]
    pub name: T,
}

/// What Diesel's derive can do beside: options, conversions, nothing of the tenant's.
#[tenant_scoped]
#[derive(Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
struct Draft<T: Into<String>> {
    customer_id: i32,
    #[diesel(serialize_as = String)]
    title: T,
}

fn runs<Q: diesel::query_builder::QueryFragment<Sqlite>>(_: Q) {}

fn main() {
    let customer = Customer { id: 1, name: String::from("Ada") };
    let order = Order { id: 1, customer_id: 1, heading: String::from("tea") };
    let whole = Whole { id: 1, tenant_id: String::from("acme"), rest: Rest { title: String::from("tea") } };
    let new = || NewOrder { customer_id: 1, title: "tea" };

    runs(Customer::query::<Sqlite>().filter(customers::name.like("A%")));
    runs(<Customer as HasQuery<Sqlite>>::query());
    runs(Order::belonging_to(&customer).select(Order::as_select()));
    runs(Order::find::<_, Sqlite>(1));
    runs(Order::create::<_, Sqlite>(&new()));
    runs(Order::create::<_, Sqlite>(new()));
    runs(Order::create::<_, Sqlite>((orders::customer_id.eq(1), orders::title.eq("tea"))));
    runs(Order::update(1).set(&order));
    runs(Order::update(1).set(orders::title.eq("tea")).returning(Order::as_returning()));
    runs(Order::delete(1));
    runs(Whole::query::<Sqlite>().filter(orders::tenant_id.eq("acme")));
    runs(tenancy::insert_into(orders::table).values(&whole));
    runs(tenancy::insert_into(orders::table).values(vec![new(), new()]));
    runs(tenancy::insert_into(orders::table).values(Draft { customer_id: 1, title: "tea" }));
    runs(tenancy::update(&order).set(&order));
    runs(tenancy::update(Order::belonging_to(&customer)).set(orders::title.eq("tea")));
    runs(tenancy::delete(&customer));
    runs(Named::<String>::query::<Sqlite>());
    let _ = (customer, &whole.tenant_id, &whole.rest.title, whole.id, order.heading);
}
