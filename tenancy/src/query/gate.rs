//! What a `TenantDb` says about itself while it turns a query into SQL.
//!
//! Diesel gives a query no way to ask which connection it is for. Writing its SQL is synchronous, so a
//! thread-local that is set for exactly that time answers.

use std::cell::RefCell;

use diesel::query_builder::SqlQuery;

use super::raw::RawSql;
use crate::context::Current;

thread_local! {
    static GATE: RefCell<Option<Gate>> = const { RefCell::new(None) };
}

/// The scope of the connection, and the statement it is about to send.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) current: Current,
    pub(crate) statement: &'static str,
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

/// Whether a statement is text that tenancy cannot see into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// It is built by the query builder.
    No,
    /// It is Diesel's `sql_query`.
    Bare,
    /// The same, through [`raw_sql`](super::raw_sql).
    Reasoned,
}

impl Text {
    /// What a statement of the type `Q` is. Diesel's types are known by the module they live in: the bound
    /// and the boxed form of `sql_query` are others than the plain one.
    pub(crate) fn of<Q>() -> Self {
        let statement = inner(std::any::type_name::<Q>());
        if statement.starts_with(module_of::<SqlQuery>()) {
            Self::Bare
        } else if statement.starts_with(module_of::<RawSql<()>>()) {
            Self::Reasoned
        } else {
            Self::No
        }
    }
}

/// The statement inside references and boxes, which pass through whatever it does.
fn inner(mut statement: &str) -> &str {
    while let Some(inside) =
        statement.strip_prefix('&').or_else(|| statement.strip_prefix("alloc::boxed::Box<"))
    {
        statement = inside;
    }
    statement
}

fn module_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    let path = name.split_once('<').map_or(name, |(path, _)| path);
    path.rsplit_once("::").map_or(path, |(module, _)| module)
}
