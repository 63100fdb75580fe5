//! The tenants that a person looks for.

use diesel::dsl::{case_when, exists, select};
use diesel::sql_types::Integer;
use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, IntoSql, QueryDsl, SelectableHelper,
    TextExpressionMethods,
};
use diesel_async::RunQueryDsl;

use super::failure::failed;
use super::row::Row;
use super::schema::tenancy_tenants;
use super::store::{SqlStore, to_its_end};
use crate::store::{LatestTenants, SearchTenants, StoreError, Tenants};
use crate::tenant::TenantId;

/// What stands in front of a character of a pattern that is meant as it is. Not the backslash, which some servers take for
/// themselves first.
const ESCAPE: char = '!';
/// The longest name in lower case: 200 characters, each of which may become three.
const LONGEST_NAME: usize = 600;
/// What stands in no identifier.
const NO_IDENTIFIER: &str = " ";

/// A text as a part of a pattern that only it fits.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, ESCAPE | '%' | '_') {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern
}

macro_rules! find {
    ($backend:ty) => {
        impl SqlStore<$backend> {
            pub(super) async fn has(&self, id: &TenantId) -> Result<bool, StoreError> {
                let query = select(exists(tenancy_tenants::table.find(id.to_string())));
                let mut guard = self.pool.get().await?;
                to_its_end(async move { query.get_result(guard.connection()).await }).await.map_err(failed)
            }

            pub(super) async fn find_latest(&self, latest: LatestTenants) -> Result<Tenants, StoreError> {
                let mut query = tenancy_tenants::table
                    .select(Row::as_select())
                    .order((tenancy_tenants::created_at.desc(), tenancy_tenants::id.desc()))
                    .limit(i64::from(latest.effective_limit()))
                    .offset(i64::from(latest.skip))
                    .into_boxed();
                if let Some(status) = latest.status {
                    query = query.filter(tenancy_tenants::status.eq(status.as_str()));
                }
                let mut guard = self.pool.get().await?;
                let rows: Vec<Row> =
                    to_its_end(async move { query.load(guard.connection()).await }).await.map_err(failed)?;
                Ok(rows.into_iter().map(Row::into_tenant).collect())
            }

            pub(super) async fn find_text(&self, search: SearchTenants) -> Result<Tenants, StoreError> {
                use tenancy_tenants::{folded_name, identifier};

                let text = search.folded_text();
                // No name has a NUL, and PostgreSQL takes none; none is longer, and SQLite takes no pattern of any length.
                if text.contains('\0') || text.chars().count() > LONGEST_NAME {
                    return Ok(Vec::new());
                }
                // Identifiers are ASCII, and MySQL compares them with nothing else.
                let in_identifier = if text.is_ascii() { text.as_str() } else { NO_IDENTIFIER };
                let begins = |text: &str| format!("{}%", literally(text));
                let has = |text: &str| format!("%{}%", literally(text));
                // Not by `=`, for which MySQL takes spaces at the end for nothing.
                let is_it = (identifier.like(literally(in_identifier)).escape(ESCAPE))
                    .or(folded_name.like(literally(&text)).escape(ESCAPE));
                let begins_with = (identifier.like(begins(in_identifier)).escape(ESCAPE))
                    .or(folded_name.like(begins(&text)).escape(ESCAPE));
                let rank = case_when(is_it, 0.into_sql::<Integer>())
                    .when(begins_with, 1.into_sql::<Integer>())
                    .otherwise(2.into_sql::<Integer>());
                let mut query = tenancy_tenants::table
                    .filter(
                        (identifier.like(has(in_identifier)).escape(ESCAPE))
                            .or(folded_name.like(has(&text)).escape(ESCAPE)),
                    )
                    .select(Row::as_select())
                    .order((rank, identifier))
                    .limit(i64::from(search.effective_limit()))
                    .into_boxed();
                if let Some(status) = search.status {
                    query = query.filter(tenancy_tenants::status.eq(status.as_str()));
                }
                let mut guard = self.pool.get().await?;
                let rows: Vec<Row> =
                    to_its_end(async move { query.load(guard.connection()).await }).await.map_err(failed)?;
                Ok(rows.into_iter().map(Row::into_tenant).collect())
            }
        }
    };
}

#[cfg(feature = "mysql")]
find!(crate::db::Mysql);
#[cfg(feature = "postgres")]
find!(crate::db::Postgres);
#[cfg(feature = "sqlite")]
find!(crate::db::Sqlite);
