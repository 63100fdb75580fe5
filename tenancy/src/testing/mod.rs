//! For an application's own tests, with the feature `testing`: call whatever answers requests for two tenants,
//! and no byte of one tenant's may be in what the other is answered.
//!
//! [`TwoTenants`] registers two tenants of the application under test and gives each a [`Mark`], a text that
//! nobody can guess. The test seeds both with the same code, which puts the mark into every text; then it
//! [checks](TwoTenants::check) one call after the other.
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # mod example {
//! # #[tenancy::tenant_scoped]
//! # mod schema {
//! #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, item -> Text, } }
//! # }
//! use diesel::prelude::*;
//! use diesel_async::RunQueryDsl;
//! use schema::orders;
//! use tenancy::TenancyError;
//! use tenancy::sqlite::{Tenancy, TenantDb};
//! use tenancy::testing::TwoTenants;
//!
//! async fn items(db: &mut TenantDb) -> QueryResult<Vec<String>> {
//!     orders::table.select(orders::item).load(db).await
//! }
//!
//! async fn each_tenant_sees_its_own_items(tenancy: &Tenancy) -> Result<(), Box<dyn std::error::Error>> {
//!     let two = TwoTenants::register(tenancy).await?;
//!     two.seed(async |mark| {
//!         let mut db = tenancy.db().await?;
//!         let row = (orders::id.eq(1), orders::item.eq(mark.on("anvil")));
//!         tenancy::insert_into(orders::table).values(row).execute(&mut db).await?;
//!         Ok(())
//!     })
//!     .await?;
//!     two.check(async |tenant| {
//!         let items = tenant.scope(async { items(&mut tenancy.db().await?).await.map_err(TenancyError::from) });
//!         format!("{:?}", items.await)
//!     })
//!     .await?;
//!     Ok(())
//! }
//! # }
//! ```

mod check;
mod mark;
mod traces;
mod two;

pub use self::check::CheckError;
pub use self::mark::Mark;
pub use self::two::{MarkedTenant, TwoTenants};
pub use crate::store::conformance::{ConformanceError, store_conformance};
#[cfg(feature = "actix")]
pub use crate::web::whole_answer;
