//! The scope a query is built in, and the check that it is run in the same.

use diesel::QueryResult;
use diesel::result::Error;

use super::gate::Gate;
use super::table::ScopedTable;
use crate::context::{Current, ScopeError};
use crate::tenant::{Isolation, TenantKeys};

/// What a query captured when it was built; empty outside every scope.
#[derive(Debug, Clone)]
pub(super) struct Scope(Option<Current>);

/// How one table is written in one scope.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// The schema in front of the table's name.
    pub(super) schema: Option<&'a str>,
    /// The tenant column and the tenant's key, wherever the table has the column: rows carry the key and are
    /// found by it under every isolation. So the same migrations and the same indexes serve all of them, a
    /// tenant can be moved, and a schema or database is not the only wall.
    pub(super) key: Option<(&'static str, &'a TenantKeys)>,
    /// Whether the SQL must be of no use where a table is written.
    pub(super) read_only: bool,
}

impl Scope {
    pub(super) fn capture() -> Self {
        Self(Current::get())
    }

    /// Where the table is, for a query that reads it.
    pub(super) fn to_read<T: ScopedTable>(&self) -> QueryResult<Place<'_>> {
        self.place::<T>(false).map_err(into_diesel)
    }

    /// Where the table is, for a statement that writes it.
    pub(super) fn to_write<T: ScopedTable>(&self) -> QueryResult<Place<'_>> {
        self.place::<T>(true).map_err(into_diesel)
    }

    fn place<T: ScopedTable>(&self, writes: bool) -> Result<Place<'_>, ScopeError> {
        let info = T::INFO;
        let current = self.checked::<T>()?;
        let Current::Tenant(context) = current else {
            return match writes {
                true => Err(ScopeError::AcrossWrite { table: info.name() }),
                false => Ok(Place { schema: info.schema(), key: None, read_only: true }),
            };
        };
        let key = info.column().map(|column| (column, context.keys()));
        match context.isolation() {
            isolation @ (Isolation::Column | Isolation::Rls) => match key {
                Some(_) => Ok(Place { schema: info.schema(), key, read_only: false }),
                None => Err(ScopeError::NoColumn { table: info.name(), isolation }),
            },
            Isolation::Schema => Ok(Place { schema: Some(context.schema_name()), key, read_only: false }),
            Isolation::Database => match info.schema() {
                Some(schema) if Gate::inspect(|gate| gate.databases_are_schemas) == Some(true) => {
                    Err(ScopeError::OtherDatabase { table: info.name(), schema })
                }
                schema => Ok(Place { schema, key, read_only: false }),
            },
        }
    }

    /// The captured scope, if the query is run in it.
    fn checked<T: ScopedTable>(&self) -> Result<&Current, ScopeError> {
        let table = T::INFO.name();
        let Some(built) = &self.0 else {
            return Err(ScopeError::NoTenant { what: format!("table `{table}`") });
        };
        let through_gate = Gate::inspect(|gate| {
            if gate.is_diesel_insert_into::<T>() {
                return Err(ScopeError::DieselInsert { table });
            }
            same(table, built, Some(&gate.current))
        });
        match through_gate {
            Some(result) => result?,
            None => {
                same(table, built, Current::get().as_ref())?;
                // Here the SQL names every tenant's table alike: the connection would have to be right.
                let sql_is_enough = built.tenant().is_some_and(|t| t.isolation() != Isolation::Database);
                if !sql_is_enough {
                    return Err(ScopeError::UnknownConnection { table, running: built.describe() });
                }
            }
        }
        Ok(built)
    }
}

fn same(table: &'static str, built: &Current, running: Option<&Current>) -> Result<(), ScopeError> {
    if running == Some(built) {
        return Ok(());
    }
    let running = running.map_or_else(|| "no tenant".to_owned(), Current::describe);
    Err(ScopeError::OtherScope { table, built: built.describe(), running })
}

/// Diesel has one variant for what is wrong with a query; `TenancyError` takes it apart again.
pub(super) fn into_diesel(error: ScopeError) -> Error {
    Error::QueryBuilderError(Box::new(error))
}
