//! Models of joins, of parts of rows, and of tables with keys of several columns.

use diesel::prelude::*;

use super::super::schema::{customers, items, orders, tags};
use super::{Customer, Order};

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = items, primary_key(order_id, number), belongs_to(Order))]
pub(super) struct Item {
    pub(super) order_id: i32,
    pub(super) number: i32,
    pub(super) product: String,
    pub(super) quantity: i32,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = tags, primary_key(order_id, position), belongs_to(Order))]
pub(super) struct Tag {
    pub(super) order_id: i32,
    pub(super) position: i32,
    pub(super) label: String,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = orders)]
pub(super) struct Brief {
    #[diesel(select_expression = orders::title.concat("!"))]
    _title: String,
    #[diesel(column_name = amount)]
    _worth: i32,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = orders)]
pub(super) struct Placed {
    #[diesel(embed)]
    _order: Order,
    #[diesel(embed)]
    _by: Customer,
}

#[derive(Debug, HasQuery)]
#[diesel(base_query = orders::table.inner_join(customers::table).order(orders::id))]
#[diesel(table_name = orders)]
pub(super) struct Named {
    #[diesel(column_name = amount)]
    _amount: i32,
    #[diesel(select_expression = customers::name)]
    _customer: String,
}
