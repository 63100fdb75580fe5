//! Which application of a process something belongs to.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many have been built.
static BUILT: AtomicU64 = AtomicU64::new(0);

/// One built `Tenancy` and its clones. Two applications in one process may have tenants of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Application(u64);

impl Application {
    /// Another than every one before.
    pub(crate) fn new() -> Self {
        Self(BUILT.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// What follows a tenant's name in messages. Nothing, while there is one application.
impl fmt::Display for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match BUILT.load(Ordering::Relaxed) {
            0 | 1 => Ok(()),
            _ => write!(f, " of `Tenancy` no. {}", self.0),
        }
    }
}
