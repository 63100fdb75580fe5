//! A tenant is no parent that a row belongs to by choice.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[derive(Identifiable)]
#[diesel(table_name = schema::customers)]
struct Customer {
    id: i32,
}

#[derive(Identifiable, Associations)]
#[diesel(table_name = orders)]
#[diesel(belongs_to(Customer, foreign_key = tenant_id))]
struct Order {
    id: i32,
    tenant_id: i32,
}

fn main() {}
