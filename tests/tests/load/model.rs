//! What the clients have written, as far as they know: what the database must hold at the end.
//!
//! The ids are the same for every tenant:
//!
//! | ids | what happens to them |
//! |---|---|
//! | `STABLE` | changed and read, never removed |
//! | `REMOVABLE` | removed, each at most once |
//! | `UNSURE` | changed by requests that are given up: whether those have happened is not known |
//! | from `FIRST_NEW` | made by clients |

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use tenancy::Tenant;

pub(crate) const ROWS: i32 = 10_000;
pub(crate) const STABLE: RangeInclusive<i32> = 1..=9_000;
/// The stable ids that half of the changes go to, so that they meet.
pub(crate) const BUSY: RangeInclusive<i32> = 1..=3;
pub(crate) const REMOVABLE: RangeInclusive<i32> = 9_001..=9_900;
pub(crate) const UNSURE: RangeInclusive<i32> = 9_901..=10_000;
const FIRST_NEW: i32 = 20_001;

/// A tenant and its rows.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) tenant: Tenant,
    /// Amounts that are not zero.
    amounts: BTreeMap<i32, Amount>,
    /// Made and not removed, and no request about them is under way.
    made: BTreeSet<i32>,
    removed: BTreeSet<i32>,
    next_removable: i32,
    next_new: i32,
}

/// An amount while requests that add to it are under way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Amount {
    /// Of requests that were sent.
    pub(crate) sent: i32,
    /// Of requests that were answered.
    pub(crate) confirmed: i32,
}

impl Model {
    pub(crate) fn new(tenant: Tenant) -> Self {
        Self {
            tenant,
            amounts: BTreeMap::new(),
            made: BTreeSet::new(),
            removed: BTreeSet::new(),
            next_removable: *REMOVABLE.start(),
            next_new: FIRST_NEW,
        }
    }

    /// The title of all of the tenant's rows.
    pub(crate) fn title(&self) -> String {
        format!("of {}", self.tenant.identifier())
    }

    pub(crate) fn amount(&self, id: i32) -> Amount {
        self.amounts.get(&id).copied().unwrap_or_default()
    }

    pub(crate) fn send_addition(&mut self, id: i32, by: i32) {
        self.amounts.entry(id).or_default().sent += by;
    }

    pub(crate) fn confirm_addition(&mut self, id: i32, by: i32) {
        self.amounts.entry(id).or_default().confirmed += by;
    }

    /// An id nobody has had.
    pub(crate) fn new_id(&mut self) -> i32 {
        self.next_new += 1;
        self.next_new - 1
    }

    pub(crate) fn confirm_new(&mut self, id: i32, amount: i32) {
        self.amounts.insert(id, Amount { sent: amount, confirmed: amount });
        self.made.insert(id);
    }

    /// An id to remove, which nobody else will.
    pub(crate) fn pick_removable(&mut self, made: bool) -> Option<i32> {
        if made && let Some(id) = self.made.pop_first() {
            return Some(id);
        }
        let id = self.next_removable;
        self.next_removable += 1;
        REMOVABLE.contains(&id).then_some(id)
    }

    pub(crate) fn confirm_removal(&mut self, id: i32) {
        self.amounts.remove(&id);
        self.removed.insert(id);
    }

    /// One that was removed, if there is one.
    pub(crate) fn removed(&self) -> Option<i32> {
        self.removed.last().copied()
    }

    /// One that was made and is there, if there is one.
    pub(crate) fn made(&self) -> Option<i32> {
        self.made.last().copied()
    }

    /// Whether the row is there, as far as is known.
    pub(crate) fn has(&self, id: i32) -> bool {
        self.made.contains(&id) || STABLE.contains(&id)
    }

    /// Rows that differ from those the test began with: every id with its amount, but for those that are
    /// unsure.
    pub(crate) fn changed(&self) -> BTreeMap<i32, i32> {
        let made = self.made.iter().map(|id| (*id, 0));
        let amounts = self.amounts.iter().map(|(id, amount)| (*id, amount.confirmed));
        let mut changed: BTreeMap<_, _> = made.chain(amounts).collect();
        changed.retain(|id, amount| *amount != 0 || !(1..=ROWS).contains(id));
        changed
    }

    /// The ids the test began with that are gone.
    pub(crate) fn gone(&self) -> BTreeSet<i32> {
        self.removed.iter().copied().filter(|id| *id <= ROWS).collect()
    }
}
