//! Which conflict is meant.

use diesel::QueryResult;
use diesel::backend::Backend;
#[cfg(feature = "postgres")]
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};

use super::super::columns::ColumnNames;

/// What `on_conflict` takes: the columns of a unique constraint, or its name.
///
/// The columns are those of the constraint, the tenant column among them if it is one of them; it comes
/// first, in whatever place the constraint has it.
#[diagnostic::on_unimplemented(
    message = "this is no target of a conflict in this tenant-scoped table",
    label = "not the columns of a unique constraint of the table",
    note = "write a column or a tuple of columns, the tenant column first where the constraint has it: `on_conflict((orders::tenant_id, orders::id))`",
    note = "on PostgreSQL a constraint can be named: `on_conflict(tenancy::on_constraint(\"orders_pkey\"))`"
)]
pub trait ConflictTarget<T, Marker> {
    /// The target in SQL.
    type Target;

    #[doc(hidden)]
    fn into_conflict_target(self) -> Self::Target;
}

/// A conflict of the columns whose names are `N`.
#[derive(Debug, Clone, Copy)]
pub struct OnColumns<N>(N);

/// A conflict of the constraint with this name.
#[derive(Debug, Clone, Copy)]
pub struct OnConstraint<'a>(
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "PostgreSQL alone has it"))] &'a str,
);

/// The target is a constraint.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByName(());

/// The unique constraint with this name, for `on_conflict`. PostgreSQL alone knows constraints by name there.
pub fn on_constraint(name: &str) -> OnConstraint<'_> {
    OnConstraint(name)
}

#[diagnostic::do_not_recommend]
impl<T, C, Marker> ConflictTarget<T, (Marker,)> for C
where
    C: ColumnNames<T, Marker>,
{
    type Target = OnColumns<C::Names>;

    fn into_conflict_target(self) -> Self::Target {
        OnColumns(C::names())
    }
}

impl<'a, T> ConflictTarget<T, ByName> for OnConstraint<'a> {
    type Target = Self;

    fn into_conflict_target(self) -> Self::Target {
        self
    }
}

impl<N, DB> QueryFragment<DB> for OnColumns<N>
where
    DB: Backend,
    N: AsRef<[&'static str]>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (index, name) in self.0.as_ref().iter().enumerate() {
            out.push_sql(if index == 0 { " (" } else { ", " });
            out.push_identifier(name)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

#[cfg(feature = "postgres")]
impl QueryFragment<Pg> for OnConstraint<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The name is a value of the program's: a statement for each would fill the cache.
        out.unsafe_to_cache_prepared();
        out.push_sql(" ON CONSTRAINT ");
        out.push_identifier(self.0)
    }
}
