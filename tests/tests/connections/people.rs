//! What several rooms do with the customers of a tenant.

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy::postgres::TenantDb;
use tenancy_tests::schema::customers;

pub(crate) async fn add(db: &mut TenantDb, id: i32, name: &str) -> QueryResult<usize> {
    let row = (customers::id.eq(id), customers::name.eq(name));
    tenancy::insert_into(customers::table).values(row).execute(db).await
}

pub(crate) async fn names(db: &mut TenantDb) -> QueryResult<Vec<String>> {
    customers::table.select(customers::name).order(customers::id).load(db).await
}

/// COMMIT of a transaction that has failed is ROLLBACK, and PostgreSQL calls that no error. Begins with Ada as the only
/// customer, 1, and ends with Bob beside her.
pub(crate) async fn a_commit_that_rolls_back_is_an_error(db: &mut TenantDb, isolation: Isolation) {
    let committed = db.transaction::<(), Error, _>(async |db| {
        add(db, 2, "Bob").await?;
        // An error that nobody passes on.
        let _ = add(db, 1, "Eve").await;
        Ok(())
    });
    let error = committed.await.unwrap_err();
    assert!(error.to_string().contains("transaction is aborted"), "{isolation}: {error}");
    assert_eq!(names(db).await.unwrap(), ["Ada"], "{isolation}");
    // A savepoint that is rolled back leaves a transaction in order.
    db.transaction::<(), Error, _>(async |db| {
        let inner = db.transaction::<(), Error, _>(async |db| add(db, 1, "Eve").await.map(drop));
        inner.await.unwrap_err();
        add(db, 2, "Bob").await.map(drop)
    })
    .await
    .unwrap();
}
