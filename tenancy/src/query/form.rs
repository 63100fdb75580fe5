//! What is known of a statement by its type.

use std::cell::RefCell;
use std::collections::HashMap;

use diesel::query_builder::QueryId;
use foldhash::fast::FixedState;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use super::gate::inner;
use super::text::Text;

/// What the type of a statement says.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub(crate) text: Text,
    /// Whether the statement is a SELECT, or several in one, of Diesel's builder. What else there is may write.
    #[cfg(feature = "postgres")]
    pub(crate) only_reads: bool,
    /// Whether the statement is an INSERT of ours.
    #[cfg(feature = "sqlite")]
    pub(crate) is_tenancy_insert: bool,
}

/// Where the name of a type and that of its id are.
type Key = [(*const u8, usize); 2];

thread_local! {
    /// A program has as many as it has forms of statement. The keys are the program's own, so the hash need not stand
    /// against anybody.
    static KNOWN: RefCell<HashMap<Key, Form, FixedState>> = RefCell::default();
}

impl Form {
    /// The form of statements of the type `Q`. Costs a look into a table of this thread.
    pub(crate) fn of<Q: QueryId>() -> Self {
        let (name, id) = (std::any::type_name::<Q>(), std::any::type_name::<Q::QueryId>());
        let key = [name, id].map(|text| (text.as_ptr(), text.len()));
        match KNOWN.with_borrow(|known| known.get(&key).copied()) {
            Some(form) => form,
            None => Self::learn(key, name, id),
        }
    }

    #[cold]
    fn learn(key: Key, name: &str, id: &str) -> Self {
        let form = Self::named(name, id);
        KNOWN.with_borrow_mut(|known| known.insert(key, form));
        form
    }

    fn named(name: &str, id: &str) -> Self {
        Self {
            text: Text::named(name, id),
            #[cfg(feature = "postgres")]
            only_reads: only_reads(name),
            #[cfg(feature = "sqlite")]
            is_tenancy_insert: is_tenancy_insert(name),
        }
    }

    /// Whether there is SQL text in it.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_text(self) -> bool {
        self.text != Text::No
    }
}

#[cfg(feature = "postgres")]
fn only_reads(statement: &str) -> bool {
    const READS: [&str; 2] = ["select_statement::", "combination_clause::"];
    inner(statement)
        .strip_prefix("diesel::query_builder::")
        .is_some_and(|statement| READS.iter().any(|read| statement.starts_with(read)))
}

#[cfg(feature = "sqlite")]
fn is_tenancy_insert(statement: &str) -> bool {
    inner(statement).starts_with(concat!(env!("CARGO_CRATE_NAME"), "::query::insert::InsertStatement<"))
}
