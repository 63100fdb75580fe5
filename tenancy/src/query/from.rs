//! The FROM clause of a scoped table.

use std::fmt;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

use super::key::TenantKey;
use super::scope::Scope;
use super::table::ScopedTable;

/// What stands after FROM for the table `T`: its scope is captured when the query is built, and the SQL
/// is that scope's. Outside every scope there is no SQL, only an error.
pub struct ScopedFrom<T> {
    scope: Scope,
    table: PhantomData<T>,
}

impl<T> ScopedFrom<T> {
    /// Captures the scope of the running task.
    #[doc(hidden)]
    pub fn capture() -> Self {
        Self { scope: Scope::capture(), table: PhantomData }
    }
}

impl<T, DB> QueryFragment<DB> for ScopedFrom<T>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.push_as(None, out)
    }
}

impl<T: ScopedTable> ScopedFrom<T> {
    /// Writes the table under its own name, or under that of an alias.
    pub(super) fn push_as<'b, DB>(
        &'b self,
        alias: Option<&str>,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend,
        T::Key: TenantKey<DB>,
    {
        let place = self.scope.to_read::<T>()?;
        if place.key.is_none() && !place.read_only && alias.is_none() {
            return push_table::<T, DB>(place.schema, &mut out);
        }
        // A sub-select is no target of UPDATE, DELETE or INSERT, whoever hands the table to them.
        out.push_sql("(SELECT * FROM ");
        push_table::<T, DB>(place.schema, &mut out)?;
        if let Some((column, keys)) = place.key {
            out.push_sql(" WHERE ");
            out.push_identifier(column)?;
            out.push_sql(" = ");
            T::Key::bind(keys, &T::INFO, out.reborrow())?;
        }
        out.push_sql(") AS ");
        out.push_identifier(alias.unwrap_or(T::INFO.name()))
    }
}

/// The table's name behind its schema.
pub(super) fn push_table<T, DB>(schema: Option<&str>, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
{
    if let Some(schema) = schema {
        out.push_identifier(schema)?;
        out.push_sql(".");
    }
    out.push_identifier(T::INFO.name())
}

impl<T> Clone for ScopedFrom<T> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), table: PhantomData }
    }
}

impl<T: ScopedTable> fmt::Debug for ScopedFrom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedFrom").field("table", &T::INFO.name()).field("scope", &self.scope).finish()
    }
}
