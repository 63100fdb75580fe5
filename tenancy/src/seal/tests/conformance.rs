//! A store that seals is a store: every behaviour, with everything sealed that the behaviours write.

use std::sync::Arc;

use super::fixture::{block_on, ring};
use crate::seal::{SealedStore, Sealing};
use crate::store::TenantStore;
use crate::store::conformance::{self, every_behaviour};

/// The keys that the behaviours put into metadata, so that no value of theirs is stored as it is.
fn sealed(store: Arc<dyn TenantStore>) -> Arc<dyn TenantStore> {
    let named =
        ["", "text", "nested", "large", "small", "max_users", "theme", "$.a[0]", "count", "deep", "nul"];
    let keys = named.into_iter().map(str::to_owned).chain((0..64).map(|n| format!("key{n}")));
    let sealing = keys.fold(Sealing::new(ring(&[2, 1])), |sealing, key| sealing.metadata_key(key));
    Arc::new(SealedStore::over(store, sealing))
}

macro_rules! sealed {
    ($($path:ident :: $behaviour:ident),+ $(,)?) => {
        mod memory {
            use super::{Arc, block_on, conformance, sealed};
            use crate::store::MemoryStore;
            $(#[test] fn $behaviour() {
                block_on(async { conformance::$path::$behaviour(sealed(Arc::new(MemoryStore::new()))).await.unwrap() });
            })+
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            use super::super::fixture::SqliteFile;
            use super::{block_on, conformance, sealed};
            $(#[test] fn $behaviour() {
                let file = SqliteFile::new();
                block_on(async { conformance::$path::$behaviour(sealed(file.store().await)).await.unwrap() });
            })+
        }

        /// And behind a cache, as an application has it.
        #[cfg(feature = "cache")]
        mod cached {
            use super::{Arc, block_on, conformance, sealed};
            use crate::store::{CachePolicy, CachedStore, MemoryStore};
            $(#[test] fn $behaviour() {
                let store = CachedStore::over(sealed(Arc::new(MemoryStore::new())), CachePolicy::default());
                block_on(async { conformance::$path::$behaviour(Arc::new(store)).await.unwrap() });
            })+
        }
    };
}

every_behaviour!(sealed);
