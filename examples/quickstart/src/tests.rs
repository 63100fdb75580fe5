//! What the handlers answer to two tenants, who have orders of the same numbers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{self, Data};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use serde_json::json;
use tenancy::sqlite::Tenancy;
use tenancy::testing::{CheckError, MarkedTenant, TwoTenants, whole_answer};

use crate::schema::orders;
use crate::{orders as handlers, page, start};

async fn seeded(tenancy: &Tenancy) -> TwoTenants {
    let two = TwoTenants::register(tenancy).await.unwrap();
    two.seed(async |mark| {
        let order = |item| (orders::item.eq(mark.on(item)), orders::quantity.eq(1));
        let mut db = tenancy.db().await?;
        let rows = vec![order("anvil"), order("net"), order("bell")];
        tenancy::insert_into(orders::table).values(rows).execute(&mut db).await?;
        Ok(())
    })
    .await
    .unwrap();
    two
}

#[actix_web::test]
async fn no_answer_holds_anything_of_another_tenant() {
    let directory = tempfile::tempdir().unwrap();
    let tenancy = start::tenancy(directory.path()).await.unwrap();
    let two = seeded(&tenancy).await;
    let app = init_service(
        App::new()
            .app_data(Data::new(tenancy.clone()))
            .service(page::page)
            .service(web::scope("/orders").wrap(tenancy.middleware()).configure(handlers::routes)),
    )
    .await;
    let call = async |request: TestRequest, tenant: &MarkedTenant| {
        let request = request.insert_header(("X-Tenant-ID", tenant.identifier()));
        whole_answer(call_service(&app, request.to_request()).await).await
    };

    two.check(async |tenant| call(TestRequest::get().uri("/orders"), tenant).await).await.unwrap();
    two.check(async |tenant| {
        let order = json!({ "item": tenant.mark().on("rope"), "quantity": 2 });
        call(TestRequest::post().uri("/orders").set_json(order), tenant).await
    })
    .await
    .unwrap();
    two.check(async |tenant| {
        let order = json!({ "item": tenant.mark().on("chain"), "quantity": 2 });
        call(TestRequest::put().uri("/orders/1").set_json(order), tenant).await
    })
    .await
    .unwrap();
    two.check(async |tenant| call(TestRequest::delete().uri("/orders/2"), tenant).await).await.unwrap();
    two.check_quiet(async |tenant| call(TestRequest::delete().uri("/orders/99"), tenant).await)
        .await
        .unwrap();

    // The page at `/` shows all tenants, as it is meant to: such an answer does not pass.
    let page = two.check(async |tenant| call(TestRequest::get().uri("/"), tenant).await).await;
    assert!(matches!(page, Err(CheckError::Leak { .. })), "{page:?}");
}
