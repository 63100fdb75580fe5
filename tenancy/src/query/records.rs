//! The rows of an INSERT, with the tenant key among their values.

use std::ops::Range;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::backend::sql_dialect::default_keyword_for_insert::{
    DoesNotSupportDefaultKeyword, IsoSqlDefaultKeyword,
};
use diesel::insertable::InsertValues;
use diesel::query_builder::{AstPass, BatchInsert, DefaultValues, QueryFragment, ValuesClause};

use super::key::TenantKey;
use super::parts::Asked;
use super::predicate::end_comment;
use super::scope::{Place, into_diesel};
use super::table::ScopedTable;
use crate::context::ScopeError;

/// What `Insertable` makes of the values, where it can be written with the tenant key.
#[diagnostic::on_unimplemented(
    message = "these values cannot be inserted into a tenant-scoped table on this database",
    note = "insert a struct with `#[derive(Insertable)]`, a tuple of `column.eq(value)`, or a `Vec` or slice of them"
)]
pub trait Records<DB: Backend, T> {
    /// Whether there is no row at all.
    #[doc(hidden)]
    fn is_empty(&self) -> bool;

    /// Writes `(columns) VALUES (…), (…)`.
    #[doc(hidden)]
    fn push<'b>(&'b self, place: &RecordPlace<'b>, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// Diesel's forms of rows, which are written as they are given.
#[doc(hidden)]
pub trait Rows {}

impl Rows for DefaultValues {}
impl<V, T> Rows for ValuesClause<V, T> {}
impl<V, T, Id, const STATIC: bool> Rows for BatchInsert<V, T, Id, STATIC> {}

/// Where the rows go; opaque outside this room.
#[doc(hidden)]
#[derive(Debug)]
pub struct RecordPlace<'b>(pub(super) Place<'b>);

/// Whether a backend has the word DEFAULT for a value.
#[doc(hidden)]
pub trait DefaultKeyword {
    /// Then every row of one type has the same columns. Where there is no such word, Diesel leaves out a
    /// column that is `None`.
    const SAME_COLUMNS: bool;
}

impl DefaultKeyword for IsoSqlDefaultKeyword {
    const SAME_COLUMNS: bool = true;
}

impl DefaultKeyword for DoesNotSupportDefaultKeyword {
    const SAME_COLUMNS: bool = false;
}

impl<DB, T> Records<DB, T> for DefaultValues
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    DefaultValues: QueryFragment<DB>,
{
    fn is_empty(&self) -> bool {
        false
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some((column, keys)) = place.0.key else {
            return self.walk_ast(out);
        };
        out.push_sql("(");
        out.push_identifier(column)?;
        out.push_sql(") VALUES (");
        T::Key::bind(keys, &T::INFO, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<V, DB, T> Records<DB, T> for ValuesClause<V, T>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    V: InsertValues<DB, T>,
    DefaultValues: Records<DB, T>,
{
    fn is_empty(&self) -> bool {
        false
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.values.is_noop(out.backend())? {
            return Records::<DB, T>::push(&DefaultValues, place, out);
        }
        push_columns::<V, DB, T>(&self.values, place, &mut out)?;
        out.push_sql(" VALUES ");
        push_row::<V, DB, T>(&self.values, place, &mut out)
    }
}

impl<V, DB, T, Id, const STATIC: bool> Records<DB, T> for BatchInsert<Vec<ValuesClause<V, T>>, T, Id, STATIC>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    DB::InsertWithDefaultKeyword: DefaultKeyword,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    V: InsertValues<DB, T>,
    DefaultValues: Records<DB, T>,
{
    fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // The SQL grows with the number of rows: a statement for each length would fill the cache.
        out.unsafe_to_cache_prepared();
        let rows = match Asked::get() {
            Asked::Everything => same_columns::<V, DB, T>(&self.values, out.backend())?,
            Asked::Only(rows) => self.values.get(rows).unwrap_or_default(),
            Asked::Parts(_) => {
                Asked::answer(runs::<V, DB, T>(&self.values, out.backend())?);
                return Ok(());
            }
        };
        let [first, rest @ ..] = rows else {
            return Ok(());
        };
        if rest.is_empty() {
            return Records::<DB, T>::push(first, place, out);
        }
        push_columns::<V, DB, T>(&first.values, place, &mut out)?;
        out.push_sql(" VALUES ");
        push_row::<V, DB, T>(&first.values, place, &mut out)?;
        for row in rest {
            out.push_sql(", ");
            push_row::<V, DB, T>(&row.values, place, &mut out)?;
        }
        Ok(())
    }
}

fn push_columns<'b, V, DB, T>(
    values: &'b V,
    place: &RecordPlace<'b>,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    V: InsertValues<DB, T>,
{
    out.push_sql("(");
    values.column_names(out.reborrow())?;
    if let Some((column, _)) = place.0.key {
        out.push_sql(", ");
        out.push_identifier(column)?;
    }
    out.push_sql(")");
    Ok(())
}

fn push_row<'b, V, DB, T>(
    values: &'b V,
    place: &RecordPlace<'b>,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    V: InsertValues<DB, T>,
{
    out.push_sql("(");
    values.walk_ast(out.reborrow())?;
    end_comment(out);
    if let Some((_, keys)) = place.0.key {
        out.push_sql(", ");
        T::Key::bind(keys, &T::INFO, out.reborrow())?;
    }
    out.push_sql(")");
    Ok(())
}

/// All the rows, if they set the same columns.
fn same_columns<'a, V, DB, T>(
    rows: &'a [ValuesClause<V, T>],
    backend: &DB,
) -> QueryResult<&'a [ValuesClause<V, T>]>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    DB::InsertWithDefaultKeyword: DefaultKeyword,
    T: ScopedTable,
    V: InsertValues<DB, T>,
{
    match runs::<V, DB, T>(rows, backend)?.as_slice() {
        [] | [_] => Ok(rows),
        _ => Err(into_diesel(ScopeError::MixedRows { table: T::INFO.name() })),
    }
}

/// The runs of rows that set the same columns.
///
/// SQLite has no DEFAULT among values, so Diesel leaves out a column that is `None` there: rows may then
/// have different columns, and one column list would put values under the wrong names. A row without any is alone.
fn runs<V, DB, T>(rows: &[ValuesClause<V, T>], backend: &DB) -> QueryResult<Vec<Range<usize>>>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    DB::InsertWithDefaultKeyword: DefaultKeyword,
    T: ScopedTable,
    V: InsertValues<DB, T>,
{
    if DB::InsertWithDefaultKeyword::SAME_COLUMNS {
        return Ok(std::iter::once(0..rows.len()).collect());
    }
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut current = String::new();
    for (index, row) in rows.iter().enumerate() {
        let columns = column_list::<V, DB, T>(&row.values, backend)?;
        match runs.last_mut() {
            Some(run) if columns == current && !columns.is_empty() => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
        current = columns;
    }
    Ok(runs)
}

fn column_list<V, DB, T>(values: &V, backend: &DB) -> QueryResult<String>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    T: ScopedTable,
    V: InsertValues<DB, T>,
{
    use diesel::query_builder::QueryBuilder;

    let mut builder = DB::QueryBuilder::default();
    ColumnNames { values, table: std::marker::PhantomData::<T> }.to_sql(&mut builder, backend)?;
    Ok(builder.finish())
}

/// The names of the columns alone.
struct ColumnNames<'a, V, T> {
    values: &'a V,
    table: std::marker::PhantomData<T>,
}

impl<V, DB, T> QueryFragment<DB> for ColumnNames<'_, V, T>
where
    DB: Backend,
    T: ScopedTable,
    V: InsertValues<DB, T>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.values.column_names(out)
    }
}
