//! Also when the field has another name.

use diesel::prelude::*;
use schema::orders;

#[path = "../../support/schema.rs"]
mod schema;

#[tenancy::tenant_scoped]
#[derive(Insertable)]
#[diesel(table_name = orders)]
struct NewOrder {
    #[diesel(column_name = tenant_id)]
    owner: String,
    title: String,
}

fn main() {
    let _ = NewOrder { owner: "other".into(), title: "mine".into() };
}
