//! Who writes next to a chain, among the tasks of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as TurnMutex, OwnedMutexGuard};

use crate::audit::chain::AuditChain;

/// Chains that are remembered before those that nobody waits for are forgotten.
const REMEMBERED: usize = 256;

/// One writer of a chain at a time, in the order in which they came. Writers of other processes meet in the table, where the
/// number of an entry is taken once; without this, so would all of ours.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<AuditChain, Arc<TurnMutex<()>>>>);

impl Turns {
    pub(super) async fn take(&self, chain: &AuditChain) -> OwnedMutexGuard<()> {
        self.of(chain).lock_owned().await
    }

    fn of(&self, chain: &AuditChain) -> Arc<TurnMutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= REMEMBERED && !turns.contains_key(chain) {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(chain.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn turns_that_nobody_has_are_forgotten() {
        let turns = Turns::default();
        let held = turns.take(&AuditChain::stored("held")).await;
        for number in 0..3 * REMEMBERED {
            drop(turns.take(&AuditChain::stored(&number.to_string())).await);
        }
        assert!(turns.0.lock().is_ok_and(|turns| turns.len() <= REMEMBERED));
        assert!(turns.of(&AuditChain::stored("held")).try_lock().is_err());
        drop(held);
        assert!(turns.of(&AuditChain::stored("held")).try_lock().is_ok());
    }
}
