//! The FROM clause of a scoped table.

use std::fmt;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

#[cfg(feature = "mysql")]
use super::dialect::Dialect;
use super::gate::Gate;
use super::key::TenantKey;
#[cfg(feature = "mysql")]
use super::scope::Place;
use super::scope::Scope;
use super::table::ScopedTable;
#[cfg(feature = "mysql")]
use crate::tenant::TenantKeys;

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
        // Diesel gives a static id to an INSERT of an array without asking the rows: it would be another scope's SQL.
        if Gate::inspect(|gate| gate.has_static_id).unwrap_or(place.schema.is_some()) {
            out.unsafe_to_cache_prepared();
        }
        if place.key.is_none() && !place.read_only && alias.is_none() {
            return push_table::<T, DB>(place.schema, &mut out);
        }
        #[cfg(feature = "mysql")]
        if let Some(key) = place.key
            && Dialect::of::<DB>() == Some(Dialect::Mysql)
        {
            return push_joined::<T, DB>(&place, key, alias, out);
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

/// `(`orders` INNER JOIN (SELECT 1) AS `tenant of orders` ON `orders`.`tenant_id` = ?)`: the table itself, and the
/// predicate where an outer join has to have it.
///
/// MySQL locks no row of a sub-select when the query around it says FOR UPDATE, and MariaDB answers wrongly when it
/// executes a prepared EXISTS over one again.
#[cfg(feature = "mysql")]
fn push_joined<'b, T, DB>(
    place: &Place<'b>,
    (column, keys): (&'static str, &'b TenantKeys),
    alias: Option<&str>,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
{
    let name = alias.unwrap_or(T::INFO.name());
    out.push_sql("(");
    push_table::<T, DB>(place.schema, &mut out)?;
    if alias.is_some() {
        out.push_sql(" AS ");
        out.push_identifier(name)?;
    }
    out.push_sql(" INNER JOIN (SELECT 1) AS ");
    out.push_identifier(&format!("tenant of {name}"))?;
    out.push_sql(" ON ");
    out.push_identifier(name)?;
    out.push_sql(".");
    out.push_identifier(column)?;
    out.push_sql(" = ");
    T::Key::bind(keys, &T::INFO, out.reborrow())?;
    out.push_sql(")");
    Ok(())
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
