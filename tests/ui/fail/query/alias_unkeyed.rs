//! A table without the tenant column has columns for an alias, but no SQL.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[tenancy::tenant_scoped(without_column)]
diesel::table! {
    settings (key) {
        key -> Text,
    }
}

async fn keys(mut db: tenancy::postgres::TenantDb) -> QueryResult<Vec<String>> {
    let other = diesel::alias!(settings as other);
    other.select(other.field(settings::key)).load(&mut db).await
}

fn main() {
    let _ = keys;
}
