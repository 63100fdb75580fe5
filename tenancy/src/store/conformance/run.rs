//! Every behaviour, one after the other, on a user's own store.

use std::fmt;
use std::sync::Arc;

use super::{Broken, Store, every_behaviour};
use super::{batches, domains, pages, placement, records, searches, versions};
use crate::store::TenantStore;

/// What a store does in another way than [`TenantStore`](crate::store::TenantStore) says. Its `Debug` is its message, so
/// that `unwrap` in a test says it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store differs in {} of {checked} behaviours:{}", .broken.len(), lines(.broken))]
#[non_exhaustive]
pub struct ConformanceError {
    /// The name of each behaviour that does not hold, and what was seen.
    pub broken: Vec<(&'static str, String)>,
    /// How many behaviours were looked at.
    pub checked: usize,
}

impl fmt::Debug for ConformanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn lines(broken: &[(&'static str, String)]) -> String {
    broken.iter().map(|(behaviour, seen)| format!("\n- {behaviour}: {seen}")).collect()
}

/// Whether a store of your own does what [`TenantStore`](crate::store::TenantStore) says: 37 behaviours, 32 concurrent
/// writers among them. Gives back how many were looked at.
///
/// `fresh` makes an empty store, and is asked for one for each behaviour. A store that keeps no domains passes without.
///
/// ```
/// use std::sync::Arc;
/// use tenancy::store::MemoryStore;
/// use tenancy::testing::store_conformance;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// store_conformance(async || Arc::new(MemoryStore::new()) as _).await?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ConformanceError`], with every behaviour that does not hold.
pub async fn store_conformance(
    fresh: impl AsyncFn() -> Arc<dyn TenantStore>,
) -> Result<usize, ConformanceError> {
    let mut broken: Vec<(&'static str, String)> = Vec::new();
    let mut checked = 0;
    macro_rules! run {
        ($($path:ident :: $behaviour:ident,)+) => {$(
            let store: Store = fresh().await;
            checked += 1;
            if let Err(Broken(seen)) = $path::$behaviour(store).await {
                broken.push((stringify!($behaviour), seen));
            }
        )+};
    }
    every_behaviour!(run);
    if broken.is_empty() { Ok(checked) } else { Err(ConformanceError { broken, checked }) }
}
