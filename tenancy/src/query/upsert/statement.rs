//! The statement as it grows: `on_conflict`, `do_update`, `set`, `filter`.

use std::fmt;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::AppearsOnTable;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::BoolOrNullableBool;

use super::super::insert::InsertStatement;
use super::super::predicate::{NoReturning, Parens};
use super::super::records::{RecordPlace, Records};
use super::super::refused::{DieselWrite, FiltersTargets, Itself, OrFiltersUpserts};
use super::super::table::ScopedTable;
use super::super::update::TenantChangeset;
use super::action::{Action, DoNothing, DoUpdate, FilteredBy, Unfiltered};
use super::target::ConflictTarget;

/// Rows, and what happens to those that are in conflict with what is there.
#[derive(Debug, Clone)]
pub struct Upsert<V, Target, A> {
    records: V,
    target: Target,
    action: A,
}

impl<T: ScopedTable, V> InsertStatement<T, V, NoReturning> {
    /// What is meant if a row conflicts with one that is there, by the columns of a unique constraint, or by its
    /// name: call `do_nothing` or `do_update`.
    pub fn on_conflict<C, M>(self, target: C) -> IncompleteOnConflict<T, V, C::Target>
    where
        C: ConflictTarget<T, M>,
    {
        IncompleteOnConflict { insert: self, target: target.into_conflict_target() }
    }
}

/// An INSERT that says which conflict is meant, and not yet what it leads to.
#[must_use = "a statement runs when it is given to `execute`, `get_result` or `load`"]
pub struct IncompleteOnConflict<T, V, Target> {
    insert: InsertStatement<T, V, NoReturning>,
    target: Target,
}

impl<T: ScopedTable, V, Target> IncompleteOnConflict<T, V, Target> {
    /// Leaves out the rows that are in conflict.
    pub fn do_nothing(self) -> InsertStatement<T, Upsert<V, Target, DoNothing>, NoReturning> {
        self.ends_in(DoNothing(()))
    }

    /// Changes the row that is in the way, if it is the tenant's: call `set`. Another tenant's row stays as it is,
    /// and the row that would be in conflict with it is left out.
    pub fn do_update(self) -> IncompleteDoUpdate<T, V, Target> {
        IncompleteDoUpdate { on_conflict: self }
    }

    // In front of Diesel's method of this name, which the compiler would refuse at length.
    #[doc(hidden)]
    pub fn filter_target<X>(self, _: impl Sized) -> X::Outcome
    where
        X: FiltersTargets,
        DieselWrite: Itself<It = X>,
    {
        X::outcome()
    }

    fn ends_in<A>(self, action: A) -> InsertStatement<T, Upsert<V, Target, A>, NoReturning> {
        let target = self.target;
        self.insert.map(|records| Upsert { records, target, action })
    }
}

/// An upsert without its changes.
#[must_use = "an upsert does nothing before `set` is called and it is executed"]
pub struct IncompleteDoUpdate<T, V, Target> {
    on_conflict: IncompleteOnConflict<T, V, Target>,
}

type Updating<T, V, Target, Changes, P> =
    InsertStatement<T, Upsert<V, Target, DoUpdate<Changes, P>>, NoReturning>;

impl<T: ScopedTable, V, Target> IncompleteDoUpdate<T, V, Target> {
    /// The changes to the row that is in the way: as `tenancy::update(…).set` takes them, and
    /// `diesel::upsert::excluded(column)` in them for the value that was to be inserted.
    pub fn set<C: TenantChangeset<T>>(self, changes: C) -> Updating<T, V, Target, C::Changes, Unfiltered> {
        self.on_conflict.ends_in(DoUpdate { changes: changes.tenant_changes(), filter: Unfiltered(()) })
    }
}

impl<T: ScopedTable, V, Target, C> Updating<T, V, Target, C, Unfiltered> {
    /// Changes the row that is in the way only if it satisfies `predicate`.
    pub fn filter<P>(self, predicate: P) -> Updating<T, V, Target, C, FilteredBy<Parens<P>>>
    where
        P: AppearsOnTable<T>,
        P::SqlType: BoolOrNullableBool,
    {
        self.map(|upsert| Upsert {
            records: upsert.records,
            target: upsert.target,
            action: DoUpdate { changes: upsert.action.changes, filter: FilteredBy(Parens(predicate)) },
        })
    }

    // In front of Diesel's method of this name, which the compiler would refuse at length.
    #[doc(hidden)]
    pub fn or_filter<X>(self, _: impl Sized) -> X::Outcome
    where
        X: OrFiltersUpserts,
        DieselWrite: Itself<It = X>,
    {
        X::outcome()
    }
}

impl<V, Target, A, DB, T> Records<DB, T> for Upsert<V, Target, A>
where
    DB: Backend,
    V: Records<DB, T>,
    Target: QueryFragment<DB>,
    A: Action<DB, T>,
{
    fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.records.push(place, out.reborrow())?;
        out.push_sql(" ON CONFLICT");
        self.target.walk_ast(out.reborrow())?;
        self.action.push(place, out)
    }
}

// The values are the user's data: they do not belong in a log.
impl<T: ScopedTable, V, Target> fmt::Debug for IncompleteOnConflict<T, V, Target> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteOnConflict").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}

impl<T: ScopedTable, V, Target> fmt::Debug for IncompleteDoUpdate<T, V, Target> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteDoUpdate").field("table", &T::INFO.name()).finish_non_exhaustive()
    }
}
