//! The behaviours of every store, run over every store there is, and over each behind a cache, and behind a
//! cache and a Redis; and what only ours can be
//! put through.
//!
//! PostgreSQL takes part when `TENANCY_TEST_PG_OWNER_URL` names a database in which the user may create
//! schemas, MySQL when `TENANCY_TEST_MYSQL_ADMIN_URL` names a server on which the user may create databases;
//! `cargo xtask test` always sets both.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod cancel;
mod damage;
pub(crate) mod fixture;

use super::conformance::{self, Store, every_behaviour};
use crate::tenant::{Slug, TenantId, TenantRecord, TenantStatus};

/// Makes one test of every behaviour for every store, and for every store behind a cache.
macro_rules! contract {
    ($($path:ident :: $behaviour:ident),+ $(,)?) => {
        contract!(@each bare $($path::$behaviour),+);
        #[cfg(feature = "redis")]
        mod shared {
            contract!(@each shared $($path::$behaviour),+);
        }
        #[cfg(feature = "cache")]
        mod cached {
            contract!(@each cached $($path::$behaviour),+);
        }
    };
    (@each $front:ident $($what:tt)+) => {
        contract!(@on memory $front $($what)+);
        #[cfg(feature = "sqlite")]
        contract!(@on sqlite $front $($what)+);
        #[cfg(feature = "mysql")]
        contract!(@on mysql $front $($what)+);
        #[cfg(feature = "postgres")]
        contract!(@on postgres $front $($what)+);
    };
    (@on $store:ident $front:ident $($path:ident :: $behaviour:ident),+) => {
        mod $store {
            use crate::store::{conformance, contract};
            $(#[test] fn $behaviour() {
                contract::fixture::$store(async |store| {
                    conformance::$path::$behaviour(contract::fixture::$front(store)).await.unwrap();
                });
            })+
        }
    };
}

every_behaviour!(contract);

fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

fn slug(text: &str) -> Slug {
    text.try_into().unwrap()
}

/// A record with nothing optional in it.
fn plain(id_text: &str, slug_text: &str, status: TenantStatus) -> TenantRecord {
    conformance::plain(id_text, slug_text, status).unwrap()
}
