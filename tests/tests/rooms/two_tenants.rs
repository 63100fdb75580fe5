//! `tenancy::testing`: what leaks is found, and what does not passes.

use std::sync::Mutex;

use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::{Tenancy, TenantDb};
use tenancy::testing::{CheckError, MarkedTenant, TwoTenants, whole_answer};
use tenancy::{Isolation, TenancyError, across_tenants};
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite::World;

async fn two(world: &World) -> TwoTenants {
    let two = TwoTenants::register(&world.tenancy).await.unwrap();
    two.seed(async |mark| {
        let mut db = world.tenancy.db().await?;
        let row = (customers::id.eq(1), customers::name.eq(mark.on("Ada")));
        tenancy::insert_into(customers::table).values(row).execute(&mut db).await?;
        Ok(())
    })
    .await
    .unwrap();
    two
}

async fn names(db: &mut TenantDb) -> Result<Vec<String>, TenancyError> {
    Ok(customers::table.select(customers::name).load(db).await?)
}

/// What a function answers in the tenant's scope.
async fn asked(tenancy: &Tenancy, tenant: &MarkedTenant) -> String {
    let names = async { names(&mut tenancy.db().await?).await };
    format!("{:?}", tenant.scope(names).await.unwrap())
}

#[tokio::test]
async fn what_is_kept_apart_passes() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let world = World::new(isolation).await;
        let two = two(&world).await;
        two.check(async |tenant| asked(&world.tenancy, tenant).await).await.unwrap();
        let [one, other] = two.tenants();
        assert_ne!(one.mark(), other.mark());
        assert_ne!(one.identifier(), other.identifier());
    }
}

#[tokio::test]
async fn reading_every_tenant_is_found() {
    let world = World::new(Isolation::Column).await;
    let two = two(&world).await;
    let leak = two
        .check(async |_| {
            let all = async { names(&mut world.tenancy.db().await?).await };
            format!("{:?}", across_tenants("the test leaks", all).await.unwrap())
        })
        .await
        .unwrap_err();
    let [one, other] = two.tenants();
    assert!(
        matches!(&leak, CheckError::Leak { asked, owner, form: "as it is", .. }
            if asked == one.identifier() && owner == other.identifier()),
        "{leak}"
    );
}

/// The first answer is remembered for whoever asks next: only the second tenant sees another's.
#[tokio::test]
async fn a_cache_that_forgets_the_tenant_is_found() {
    let world = World::new(Isolation::Database).await;
    let two = two(&world).await;
    let cache = Mutex::new(None::<String>);
    let leak = two.check(async |tenant| {
        let known = cache.lock().unwrap().clone();
        match known {
            Some(known) => known,
            None => {
                let answer = asked(&world.tenancy, tenant).await;
                cache.lock().unwrap().insert(answer).clone()
            }
        }
    });
    let leak = leak.await.unwrap_err();
    assert!(
        matches!(&leak, CheckError::Leak { asked, .. } if asked == two.tenants()[1].identifier()),
        "{leak}"
    );
}

#[tokio::test]
async fn an_answer_of_nothing_has_to_be_said_to_be_right() {
    let world = World::new(Isolation::Column).await;
    let two = two(&world).await;
    let silent = two.check(async |_| "[]").await.unwrap_err();
    assert!(matches!(silent, CheckError::Silent { .. }), "{silent}");
    two.check_quiet(async |_| "[]").await.unwrap();
}

/// Headers are part of the answer; and a handler without the middleware gets no tenant from the test.
#[actix_web::test]
async fn the_whole_answer_of_a_handler_is_looked_through() {
    let world = World::new(Isolation::Column).await;
    let two = two(&world).await;
    let foreign = two.tenants()[0].mark().to_string();
    let in_header = web::get().to(move || {
        let foreign = foreign.clone();
        async move { actix_web::HttpResponse::Ok().insert_header(("X-Last", foreign)).finish() }
    });
    let list = async |mut db: TenantDb| Ok::<_, TenancyError>(web::Json(names(&mut db).await?));
    let app = init_service(
        App::new()
            .route("/unguarded", web::get().to(list))
            .route("/header", in_header)
            .service(web::scope("/t").wrap(world.tenancy.middleware()).route("/names", web::get().to(list))),
    )
    .await;
    let call = async |path: &str, tenant: &MarkedTenant| {
        let request = TestRequest::get().uri(path).insert_header(("X-Tenant-ID", tenant.identifier()));
        whole_answer(call_service(&app, request.to_request()).await).await
    };
    two.check(async |tenant| call("/t/names", tenant).await).await.unwrap();
    let leak = two.check_quiet(async |tenant| call("/header", tenant).await).await;
    assert!(matches!(leak, Err(CheckError::Leak { .. })), "{leak:?}");
    let silent = two.check(async |tenant| call("/unguarded", tenant).await).await;
    assert!(matches!(silent, Err(CheckError::Silent { .. })), "{silent:?}");
}
