//! Moves a tenant, and ends at a step as a process does whose machine fails: `mover APP_URL ADMIN_URL TENANT ISOLATION
//! [STEP]`. Without a step it moves to the end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use tenancy::Isolation;
use tenancy::tenant::TenantId;
use tenancy_tests::world::moved::builder;

/// How long the old place stays readable: longer than one round of the writers takes.
const GRACE: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("APP_URL ADMIN_URL TENANT ISOLATION [STEP]");
    let (app, admin, tenant, isolation) = (next(), next(), next(), next());
    let step = arguments.next();
    let tenancy = builder(app, admin).build().await.unwrap();
    let id = TenantId::try_from(tenant).unwrap();
    let isolation: Isolation = isolation.parse().unwrap();
    let observer = move |reached: &'static str| {
        if Some(reached) == step.as_deref() {
            std::process::abort();
        }
    };
    tenancy.relocate(&id, isolation).grace(GRACE).observe(observer).await.unwrap();
}
