//! The application's tenancy, and two tenants to begin with.

use std::path::Path;

use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::sqlite::Tenancy;
use tenancy::{Isolation, NewTenant, TenancyError, Tenant};

use crate::Failure;
use crate::schema::{orders, reports};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// One file, whose tables the tenants share.
pub(crate) async fn tenancy(directory: &Path) -> Result<Tenancy, Failure> {
    let file = directory.join("jobs.db");
    let tenancy = Tenancy::builder(file.to_str().ok_or("the directory is not UTF-8")?)
        .isolation(Isolation::Column)
        .migrations(MIGRATIONS)
        .tables(tenancy::tables![orders, reports])
        .build()
        .await?;
    tenancy.migrate_tenants().await?;
    Ok(tenancy)
}

/// Both, with orders of the same numbers.
pub(crate) async fn tenants(tenancy: &Tenancy) -> Result<[Tenant; 2], TenancyError> {
    Ok([tenant(tenancy, "acme", &[3, 1, 2]).await?, tenant(tenancy, "globex", &[1, 5]).await?])
}

/// A tenant with an order for each of these quantities.
pub(crate) async fn tenant(
    tenancy: &Tenancy,
    identifier: &str,
    quantities: &[i32],
) -> Result<Tenant, TenancyError> {
    let tenant = tenancy.register_tenant(NewTenant::new(identifier)?).await?;
    let rows: Vec<_> = (1..)
        .zip(quantities)
        .map(|(id, quantity)| (orders::id.eq(id), orders::quantity.eq(*quantity)))
        .collect();
    let fill = async {
        let mut db = tenancy.db().await?;
        tenancy::insert_into(orders::table).values(rows).execute(&mut db).await?;
        Ok::<_, TenancyError>(())
    };
    tenancy.context(&tenant).scope(fill).await?;
    Ok(tenant)
}
