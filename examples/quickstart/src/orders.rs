//! The orders: their model, and the handlers at `/orders`. No query here names a tenant.

use actix_web::web::{self, Json, Path};
use actix_web::{delete, get, post, put};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use tenancy::sqlite::TenantDb;
use tenancy::{TenancyError, tenant_scoped};

use crate::schema::orders;

/// An order, as it is read and as it is sent.
#[tenant_scoped]
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = orders)]
pub(crate) struct Order {
    pub(crate) id: i32,
    pub(crate) item: String,
    pub(crate) quantity: i32,
}

/// What a client says about an order.
#[tenant_scoped]
#[derive(Insertable, AsChangeset, Deserialize)]
#[diesel(table_name = orders)]
pub(crate) struct OrderInput {
    item: String,
    quantity: i32,
}

/// The routes, for a scope at `/orders`.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service((list, create, change, remove));
}

#[get("")]
async fn list(mut db: TenantDb) -> Result<Json<Vec<Order>>, TenancyError> {
    let orders = Order::query().order(orders::id).load(&mut db).await?;
    Ok(Json(orders))
}

#[post("")]
async fn create(mut db: TenantDb, input: Json<OrderInput>) -> Result<Json<Order>, TenancyError> {
    let order = Order::create(&*input).get_result(&mut db).await?;
    Ok(Json(order))
}

#[put("/{id}")]
async fn change(
    mut db: TenantDb,
    id: Path<i32>,
    input: Json<OrderInput>,
) -> Result<Json<Order>, TenancyError> {
    let change = Order::update(*id).set(&*input).returning(Order::as_returning());
    Ok(Json(change.get_result(&mut db).await?))
}

#[delete("/{id}")]
async fn remove(mut db: TenantDb, id: Path<i32>) -> Result<Json<Order>, TenancyError> {
    let removal = Order::delete(*id).returning(Order::as_returning());
    Ok(Json(removal.get_result(&mut db).await?))
}
