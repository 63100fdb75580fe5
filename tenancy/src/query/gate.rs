//! What a `TenantDb` says about itself while it turns a query into SQL.
//!
//! Diesel gives a query no way to ask which connection it is for. Writing its SQL is synchronous, so a
//! thread-local that is set for exactly that time answers.

use std::cell::RefCell;

use crate::context::Current;

thread_local! {
    static GATE: RefCell<Option<Gate>> = const { RefCell::new(None) };
}

/// The scope of the connection, and the statement it is about to send.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) current: Current,
    pub(crate) statement: &'static str,
    /// Whether the statement cache would go by the statement's type and not by its SQL.
    pub(crate) has_static_id: bool,
    /// Whether the name of a schema leads out of the connection's database.
    pub(crate) databases_are_schemas: bool,
}

impl Gate {
    /// Runs `write`, in which queries find this gate. The outer one is back afterwards, on panic too.
    pub(crate) fn open<R>(self, write: impl FnOnce() -> R) -> R {
        struct Restore(Option<Gate>);
        impl Drop for Restore {
            fn drop(&mut self) {
                let outer = self.0.take();
                GATE.with(|gate| gate.replace(outer));
            }
        }
        let _restore = Restore(GATE.with(|gate| gate.replace(Some(self))));
        write()
    }

    /// What `inspect` finds in the gate that is open, if one is.
    pub(super) fn inspect<R>(inspect: impl FnOnce(&Self) -> R) -> Option<R> {
        GATE.with(|gate| gate.borrow().as_ref().map(inspect))
    }

    /// Whether the statement is Diesel's own INSERT into the table `T`.
    ///
    /// Diesel asks of a table for SELECT and of one for INSERT the same trait, so only the name of the
    /// statement's type tells them apart.
    pub(super) fn is_diesel_insert_into<T>(&self) -> bool {
        inner(self.statement)
            .strip_prefix("diesel::query_builder::insert_statement::InsertStatement<")
            .is_some_and(|arguments| arguments.starts_with(std::any::type_name::<T>()))
    }
}

/// The statement inside references, boxes and tuples: Diesel runs those as what is in them.
pub(super) fn inner(mut statement: &str) -> &str {
    const AROUND: [&str; 3] = ["&", "alloc::boxed::Box<", "("];
    while let Some(inside) = AROUND.iter().find_map(|around| statement.strip_prefix(around)) {
        statement = inside;
    }
    statement
}
