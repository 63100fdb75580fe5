//! Only a scoped table has its place in the list.

#[path = "../../support/schema.rs"]
mod schema;

fn main() {
    let _ = tenancy::tables![schema::orders, schema::countries];
}
