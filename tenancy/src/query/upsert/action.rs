//! What a conflict leads to.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

use super::super::key::TenantKey;
use super::super::predicate::{end_comment, push_tenant};
use super::super::records::RecordPlace;
use super::super::table::ScopedTable;

/// A database with ON CONFLICT, whose DO UPDATE takes a WHERE.
#[diagnostic::on_unimplemented(
    message = "on this database an upsert cannot be held to one tenant",
    label = "its `ON DUPLICATE KEY UPDATE` takes no WHERE: it would change whichever tenant's row is in the way",
    note = "read the row and then write `tenancy::update` or `tenancy::insert_into`, in a transaction; `on_conflict_do_nothing()` works"
)]
pub trait Conflicts: Backend {}

#[cfg(feature = "postgres")]
impl Conflicts for diesel::pg::Pg {}

#[cfg(feature = "sqlite")]
impl Conflicts for diesel::sqlite::Sqlite {}

/// The end of an ON CONFLICT clause of the table `T`.
#[doc(hidden)]
pub trait Action<DB: Backend, T> {
    fn push<'b>(&'b self, place: &RecordPlace<'b>, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// The row that would be in conflict is left out.
#[derive(Debug, Clone, Copy)]
pub struct DoNothing(pub(super) ());

/// The row that is in the way is changed, if it is the tenant's and satisfies `P`.
#[derive(Debug, Clone)]
pub struct DoUpdate<V, P> {
    pub(super) changes: V,
    pub(super) filter: P,
}

/// No filter of the user's.
#[derive(Debug, Clone, Copy)]
pub struct Unfiltered(pub(super) ());

/// A filter of the user's, in parentheses.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FilteredBy<P>(pub(super) P);

/// WHERE as far as the user wrote it.
#[doc(hidden)]
pub trait UpsertFilter<DB: Backend> {
    /// Whether a WHERE has been written.
    fn push<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<bool>;
}

impl<DB: Backend> UpsertFilter<DB> for Unfiltered {
    fn push<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        Ok(false)
    }
}

impl<P, DB> UpsertFilter<DB> for FilteredBy<P>
where
    DB: Backend,
    P: QueryFragment<DB>,
{
    fn push<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<bool> {
        out.push_sql(" WHERE ");
        self.0.walk_ast(out)?;
        Ok(true)
    }
}

impl<DB: Conflicts, T> Action<DB, T> for DoNothing {
    fn push<'b>(&'b self, _: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" DO NOTHING");
        Ok(())
    }
}

impl<V, P, DB, T> Action<DB, T> for DoUpdate<V, P>
where
    DB: Conflicts,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    V: QueryFragment<DB>,
    P: UpsertFilter<DB>,
{
    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // As with Diesel: which columns are set depends on the values.
        out.unsafe_to_cache_prepared();
        if self.changes.is_noop(out.backend())? {
            out.push_sql(" DO NOTHING");
            return Ok(());
        }
        out.push_sql(" DO UPDATE SET ");
        self.changes.walk_ast(out.reborrow())?;
        end_comment(&mut out);
        let filtered = self.filter.push(out.reborrow())?;
        push_tenant::<T, DB>(&place.0, filtered, out)
    }
}
