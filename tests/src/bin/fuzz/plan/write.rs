//! Forms of writing.

use super::pred::Pred;

/// `None` is the column's default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewOrder {
    pub(crate) id: i32,
    pub(crate) person_id: i32,
    pub(crate) title: Option<String>,
    pub(crate) amount: Option<i32>,
    pub(crate) note: Option<String>,
    pub(crate) mark: Option<String>,
}

/// How rows are handed to `values`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Struct,
    StructRef,
    /// A tuple of every column.
    Tuple,
    /// A tuple of the columns without a default.
    Bare,
    Batch,
    Slice,
    BatchOfTuples,
}

#[derive(Debug, Clone)]
pub(crate) enum Target {
    Everything,
    Find(i32),
    Model(i32),
    Filter(Pred),
    /// `table.filter(a).or_filter(b)`.
    FilterOr(Pred, Pred),
    /// `statement.filter(a)` behind the statement.
    Behind(Pred),
    /// `delete(table.filter(a)).or_filter(b)`.
    OrBehind(Pred, Pred),
    /// `delete(table).or_filter(a)`.
    TableOr(Pred),
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    Title(String),
    Add(i32),
    Pair(String, i32),
    Set { title: Option<String>, note: Option<Option<String>> },
}

/// What an upsert of orders does with a number that is taken.
#[derive(Debug, Clone)]
pub(crate) enum Conflict {
    /// `on_conflict_do_nothing()`.
    Skip,
    /// `on_conflict((tenant_id, id)).do_nothing()`.
    Nothing,
    /// `do_update()` to the new title and one more.
    Update,
    /// The same, of orders that satisfy this.
    UpdateIf(Pred),
}

#[derive(Debug, Clone)]
pub(crate) enum Write {
    InsertOrders {
        rows: Vec<NewOrder>,
        form: Form,
        returning: bool,
    },
    /// Number and name.
    InsertPeople {
        rows: Vec<(i32, String)>,
        country: Option<String>,
        form: Form,
        returning: bool,
    },
    UpsertOrders {
        rows: Vec<NewOrder>,
        conflict: Conflict,
        returning: bool,
    },
    /// Copies of orders under other numbers, by INSERT … SELECT; those that are there already may be skipped.
    CopyOrders {
        from: Pred,
        skip: bool,
        returning: bool,
    },
    /// An order for each of these people, by INSERT … SELECT.
    OrdersForPeople {
        from: Pred,
        returning: bool,
    },
    UpdateOrders {
        target: Target,
        change: Change,
        returning: bool,
    },
    UpdatePeople {
        target: Target,
        name: String,
        returning: bool,
    },
    DeleteOrders {
        target: Target,
        returning: bool,
    },
    DeletePeople {
        target: Target,
        returning: bool,
    },
}

/// Writes to the table whose codes are unique across tenants. Numbers are never used twice, so that a row is in
/// conflict by its code alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Voucher {
    Insert,
    /// `on_conflict(code).do_nothing()`.
    InsertOrNothing,
    /// `on_conflict_do_nothing()`.
    InsertOrSkip,
    /// `on_conflict(code).do_update()`: one more use.
    InsertOrUse,
    /// The same, if it has been used less than this.
    InsertOrUseBelow(i32),
    Use,
    Delete,
}
