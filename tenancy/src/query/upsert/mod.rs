//! ON CONFLICT. What a conflict leads to is held to the tenant: the row that is in the way may be another
//! tenant's, where a key is unique across tenants.

mod action;
mod skip;
mod statement;
mod target;

pub use self::action::{Conflicts, DoNothing, DoUpdate};
pub use self::skip::{SkipConflicts, SkipsConflicts};
pub use self::statement::{IncompleteDoUpdate, IncompleteOnConflict, Upsert};
pub use self::target::{ConflictTarget, OnColumns, OnConstraint, on_constraint};
