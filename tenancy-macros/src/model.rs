//! What the macros know of a table: the declaration, and which column holds the tenant's key.

use diesel_table_macro_syntax::{ColumnDef, TableDecl};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Error, Ident, Result};

use crate::attr::Options;

/// How a declared table relates to tenants.
pub(crate) enum Kind {
    /// It belongs to no tenant: Diesel's own expansion.
    Global,
    /// Its rows carry the tenant's key in the column with this index.
    Keyed(usize),
    /// Each tenant has its own copy, told apart by place alone.
    Unkeyed,
}

/// A parsed table with the decision made about it.
pub(crate) struct ScopedTable {
    pub(crate) decl: TableDecl,
    pub(crate) kind: Kind,
}

impl ScopedTable {
    /// Decides what `decl` is under `options`, or says what is missing.
    pub(crate) fn new(decl: TableDecl, options: &Options) -> Result<Self> {
        let kind = kind(&decl, options)?;
        Ok(Self { decl, kind })
    }

    pub(crate) fn tenant_column(&self) -> Option<&ColumnDef> {
        match self.kind {
            Kind::Keyed(index) => self.decl.column_defs.get(index),
            _ => None,
        }
    }

    /// The primary key as a tenant sees it: without the tenant column, unless nothing else is left.
    ///
    /// In a shared table the key is `(tenant_id, id)`; inside one tenant `id` is unique, so that `find`,
    /// `Identifiable` and `joinable!` work as in an application with one customer.
    pub(crate) fn primary_key(&self) -> Result<Vec<Ident>> {
        let Some(declared) = &self.decl.primary_keys else {
            let id = self.decl.column_defs.iter().find(|c| c.column_name == "id");
            return id.map(|c| vec![c.column_name.clone()]).ok_or_else(|| {
                Error::new(
                    self.decl.table_name.span(),
                    "this table has no column `id`: name its primary key, as in `orders (order_no) { … }`",
                )
            });
        };
        let keys: Vec<Ident> = declared.keys.iter().cloned().collect();
        let without_tenant: Vec<Ident> = match self.tenant_column() {
            Some(tenant) => keys.iter().filter(|k| **k != tenant.column_name).cloned().collect(),
            None => keys.clone(),
        };
        Ok(if without_tenant.is_empty() { keys } else { without_tenant })
    }
}

fn kind(decl: &TableDecl, options: &Options) -> Result<Kind> {
    let table = &decl.table_name;
    if options.global.contains(table) {
        return Ok(Kind::Global);
    }
    let name = options.column_name();
    let found: Vec<usize> = decl
        .column_defs
        .iter()
        .enumerate()
        .filter(|(_, column)| is_called(column, &name))
        .map(|(index, _)| index)
        .collect();
    let without = options.without_column.contains(table);
    match (found.as_slice(), without) {
        ([], true) => Ok(Kind::Unkeyed),
        ([], false) => Err(missing_column(table, &name)),
        ([index], false) => {
            crate::check::tenant_column_type(&decl.column_defs[*index])?;
            Ok(Kind::Keyed(*index))
        }
        ([index], true) => Err(Error::new(
            decl.column_defs[*index].column_name.span(),
            format!(
                "`{table}` is declared `without_column` but has the tenant column `{name}`: remove one of the two"
            ),
        )),
        ([_, second, ..], _) => Err(Error::new(
            decl.column_defs[*second].column_name.span(),
            format!("`{table}` has two columns called `{name}`: a table has one tenant column"),
        )),
    }
}

/// Whether this is the column that an option or the default names.
pub(crate) fn is_called(column: &ColumnDef, name: &str) -> bool {
    // SQLite, and SQL without quotes, know no case: `TENANT_ID` beside `tenant_id` would be a way around it.
    column.sql_name.eq_ignore_ascii_case(name) || column.column_name.unraw() == name
}

fn missing_column(table: &Ident, column: &str) -> Error {
    let span: Span = table.span();
    Error::new(
        span,
        format!(
            "table `{table}` has no tenant column `{column}`\n\
             help: add the column, or name the one it has: `#[tenant_scoped(column = \"…\")]`\n\
             help: if the table belongs to no tenant, say so: `#[tenant_scoped(global)]` on the table or `#[tenant_scoped(global({table}))]` on its module\n\
             help: if each tenant has its own copy (schema or database isolation only): `#[tenant_scoped(without_column)]` or `without_column({table})`"
        ),
    )
}
