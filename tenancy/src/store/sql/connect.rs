//! A registry by its address, for what is no application: a tool, or a store that stands alone.

#[cfg(feature = "sqlite")]
use std::path::Path;
use std::time::Duration;

use super::store::SqlStore;
use crate::db::{Backend, DatabaseUrl, Pool, PoolOptions};
use crate::store::StoreError;

/// A few: whoever comes this way is one caller, or few.
const OPTIONS: PoolOptions = PoolOptions { size: 4, wait: Duration::from_secs(5) };

impl<B: Backend> SqlStore<B> {
    async fn reach(url: String) -> Result<Self, StoreError> {
        let pool = Pool::new(DatabaseUrl::new("the registry's database", url), OPTIONS);
        drop(pool.get().await?);
        Ok(Self::new(pool))
    }
}

#[cfg(feature = "postgres")]
impl SqlStore<crate::db::Postgres> {
    /// The registry in the database of this address, `postgres://user:password@host/database`, with a pool of up to four
    /// connections of its own. An application has its registry by [`Tenancy::store`](crate::Tenancy::store).
    ///
    /// Cost: it connects. It makes no table.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], without the address.
    pub async fn connect(url: impl Into<String>) -> Result<Self, StoreError> {
        Self::reach(url.into()).await
    }
}

#[cfg(feature = "mysql")]
impl SqlStore<crate::db::Mysql> {
    /// The registry in the database of this address, `mysql://user:password@host/database`, with a pool of up to four
    /// connections of its own. An application has its registry by [`Tenancy::store`](crate::Tenancy::store).
    ///
    /// Cost: it connects. It makes no table.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], without the address.
    pub async fn connect(url: impl Into<String>) -> Result<Self, StoreError> {
        Self::reach(url.into()).await
    }
}

#[cfg(feature = "sqlite")]
impl SqlStore<crate::db::Sqlite> {
    /// The registry in this file, which is there already, with up to four connections of its own. An application has its
    /// registry by [`Tenancy::store`](crate::Tenancy::store).
    ///
    /// Cost: it opens the file. It makes no table.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn connect(file: impl AsRef<Path>) -> Result<Self, StoreError> {
        let url = crate::db::file_url(file.as_ref(), false).map_err(StoreError::unavailable)?;
        Self::reach(url).await
    }
}
