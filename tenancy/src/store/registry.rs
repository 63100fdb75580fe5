//! The store of an application.

use std::sync::Arc;

#[cfg(feature = "redis")]
use super::shared::{RedisStore, follow};
#[cfg(feature = "cache")]
use super::{CachePolicy, CachedStore};
use crate::store::TenantStore;

/// The store that an application asks, and the cache if that is one.
pub(crate) struct Registry {
    store: Arc<dyn TenantStore>,
    #[cfg(feature = "cache")]
    cache: Option<CachedStore>,
    #[cfg(feature = "redis")]
    redis: Option<RedisStore>,
}

impl Registry {
    pub(crate) fn new(store: Arc<dyn TenantStore>) -> Self {
        Self {
            store,
            #[cfg(feature = "cache")]
            cache: None,
            #[cfg(feature = "redis")]
            redis: None,
        }
    }

    /// Through a Redis, and a cache that hears of what other processes change.
    #[cfg(feature = "redis")]
    pub(crate) fn following(self, redis: RedisStore) -> Self {
        if let Some(cache) = &self.cache {
            follow(&redis, cache.hears());
        }
        Self { redis: Some(redis), ..self }
    }

    #[cfg(feature = "redis")]
    pub(crate) fn redis(&self) -> Option<&RedisStore> {
        self.redis.as_ref()
    }

    /// Through a cache.
    #[cfg(feature = "cache")]
    pub(crate) fn cached(self, policy: CachePolicy) -> Self {
        let cache = CachedStore::over(Arc::clone(&self.store), policy);
        Self { store: Arc::new(cache.clone()), cache: Some(cache), ..self }
    }

    pub(crate) fn store(&self) -> &Arc<dyn TenantStore> {
        &self.store
    }

    #[cfg(feature = "cache")]
    pub(crate) fn cache(&self) -> Option<&CachedStore> {
        self.cache.as_ref()
    }
}
