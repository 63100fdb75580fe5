//! Which statements hold SQL text that tenancy cannot see into.

use std::cell::RefCell;
use std::collections::HashMap;

use diesel::expression::SqlLiteral;
use diesel::query_builder::SqlQuery;

use super::gate::inner;
use super::raw::RawSql;

/// Whether a statement is, or holds, SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// It is built by the query builder.
    No,
    /// It is Diesel's `sql_query`, or there is a `sql` literal in it.
    Bare,
    /// The same, through [`raw_sql`](super::raw_sql).
    Reasoned,
}

thread_local! {
    /// What is known of the names of types, by where they are. A program has as many as it has forms of statement.
    static KNOWN: RefCell<HashMap<(*const u8, usize), Text>> = RefCell::default();
}

impl Text {
    /// What a statement of the type `Q` is.
    ///
    /// Diesel's types are known by the module they live in: the bound and the boxed forms of `sql_query` and
    /// `sql` are others than the plain ones. Text inside a `Box<dyn …>` cannot be told.
    pub(crate) fn of<Q>() -> Self {
        let name = std::any::type_name::<Q>();
        let key = (name.as_ptr(), name.len());
        KNOWN.with_borrow_mut(|known| *known.entry(key).or_insert_with(|| Self::named(name)))
    }

    fn named(name: &str) -> Self {
        if inner(name).starts_with(module_of::<RawSql<()>>()) {
            Self::Reasoned
        } else if name.contains(module_of::<SqlQuery>()) || name.contains(module_of::<SqlLiteral<()>>()) {
            Self::Bare
        } else {
            Self::No
        }
    }
}

fn module_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    let path = name.split_once('<').map_or(name, |(path, _)| path);
    path.rsplit_once("::").map_or(path, |(module, _)| module)
}
