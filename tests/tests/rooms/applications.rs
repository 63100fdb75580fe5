//! Two applications in one process: what is one's is not the other's, whatever the tenants' ids.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::Tenancy;
use tenancy::{Isolation, NewTenant, TenancyError, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::sqlite;

async fn application(directory: &tempfile::TempDir, isolation: Isolation) -> (Tenancy, Tenant) {
    let tenancy = sqlite::builder(directory, isolation).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let tenant = NewTenant::new("acme").unwrap().id("1".parse().unwrap());
    let tenant = tenancy.register_tenant(tenant).await.unwrap();
    (tenancy, tenant)
}

/// Threat 10.
#[tokio::test]
async fn a_scope_of_one_application_opens_nothing_of_another() {
    for isolation in [Isolation::Column, Isolation::Database] {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (eu, acme) = application(&here, isolation).await;
        let (us, globex) = application(&there, isolation).await;
        let mut kept = eu.context(&acme).scope(eu.db()).await.unwrap();
        let query = eu.context(&acme).sync_scope(|| customers::table.count());
        us.context(&globex)
            .scope(async {
                let error = eu.db().await.unwrap_err();
                assert!(matches!(error, TenancyError::Scope(_)), "{error}");
                assert!(error.to_string().contains("another `Tenancy`"), "{error}");

                let count = || customers::table.count();
                let error = TenancyError::from(count().get_result::<i64>(&mut kept).await.unwrap_err());
                assert!(matches!(error, TenancyError::Scope(_)), "{error}");
                assert!(error.to_string().contains("`Tenancy` no."), "{error}");

                let mut db = us.db().await.unwrap();
                let error = TenancyError::from(query.get_result::<i64>(&mut db).await.unwrap_err());
                assert!(matches!(error, TenancyError::Scope(_)), "{error}");
                assert_eq!(count().get_result::<i64>(&mut db).await.unwrap(), 0);
            })
            .await;
        // A clone is the same application.
        let clone = eu.clone();
        eu.context(&acme).scope(clone.db()).await.unwrap();
        clone.context(&acme).scope(eu.db()).await.unwrap();
    }
}
