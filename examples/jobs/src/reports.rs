//! The work itself. No query here names a tenant.

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::TenantDb;
use tenancy::{TenancyError, tenant_scoped};
use uuid::Uuid;

use crate::schema::{orders, reports};

/// What a job has found.
#[tenant_scoped]
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports)]
pub(crate) struct Report {
    pub(crate) job: String,
    pub(crate) orders: i64,
    pub(crate) quantity: i64,
}

/// Counts the tenant's orders. Doing it again changes nothing: a worker may have died after it and before it said so.
pub(crate) async fn write(db: &mut TenantDb, job: Uuid) -> Result<(), TenancyError> {
    let (orders, quantity) =
        orders::table.select((count_star(), sum(orders::quantity))).first::<(i64, Option<i64>)>(db).await?;
    let report = Report { job: job.to_string(), orders, quantity: quantity.unwrap_or(0) };
    tenancy::insert_into(reports::table).values(&report).on_conflict_do_nothing().execute(db).await?;
    Ok(())
}

/// The tenant's reports.
pub(crate) async fn all(db: &mut TenantDb) -> Result<Vec<Report>, TenancyError> {
    Ok(Report::query().order(reports::job).load(db).await?)
}
