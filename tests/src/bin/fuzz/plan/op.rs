//! One operation of a tenant.

use super::read::Read;
use super::write::{Voucher, Write};

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Read(Read),
    Write(Write),
    Savepoint(Block),
}

/// A transaction or a savepoint.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) steps: Vec<Step>,
    pub(crate) commit: bool,
}

/// SQL text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Raw {
    /// Orders of more than this amount.
    Select(i32),
    /// One more for each order of this person.
    Update(i32),
    /// The first, inside a transaction.
    InTransaction(i32),
}

/// What must be an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// A query built in another tenant's scope.
    ForeignQuery,
    /// The same, of a boxed one.
    ForeignBoxed,
    /// Only its sub-select is the other's.
    ForeignSub,
    ForeignInsert,
    ForeignUpdate,
    ForeignDelete,
    /// A handle of another tenant.
    ForeignHandle,
    /// Outside every scope.
    NoScope,
    /// Built outside every scope.
    BuiltOutside,
    /// A task that has left its tenant behind.
    PlainSpawn,
    DieselInsert,
    /// SQL text where tenants share tables.
    Text,
}

#[derive(Debug, Clone)]
pub(crate) enum Op {
    Step(Step),
    Transaction(Block),
    Voucher(Voucher, String),
    Raw(Raw),
    /// With the number of the other tenant.
    Misuse(Misuse, usize),
    /// Writes that are given up after so many polls.
    Drop {
        polls: usize,
        transaction: bool,
    },
    /// What the dropped writes have left.
    ReadDropped,
}
