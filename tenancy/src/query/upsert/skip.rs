//! Rows that are left out if they are in conflict with whatever is there.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;

use super::super::insert::InsertStatement;
use super::super::predicate::NoReturning;
use super::super::records::{RecordPlace, Records};
use super::super::table::ScopedTable;

/// Rows, without those that would be in conflict.
#[derive(Debug, Clone)]
pub struct SkipConflicts<V>(V);

impl<T: ScopedTable, V> InsertStatement<T, V, NoReturning> {
    /// Leaves out the rows that are in conflict with any unique constraint.
    pub fn on_conflict_do_nothing(self) -> InsertStatement<T, SkipConflicts<V>, NoReturning> {
        self.map(SkipConflicts)
    }
}

/// How a database leaves out rows that are in conflict.
#[doc(hidden)]
pub trait SkipsConflicts: Backend {
    /// `column` is one of the table's.
    fn push_skip(table: &str, column: &str, out: AstPass<'_, '_, Self>) -> QueryResult<()>;
}

/// INSERT IGNORE would make warnings of other errors too. So the row that is in the way is set to what it is:
/// another tenant's as well, and nothing of it changes. The server counts such a row as one that was found.
#[cfg(feature = "mysql")]
impl SkipsConflicts for diesel::mysql::Mysql {
    fn push_skip(table: &str, column: &str, mut out: AstPass<'_, '_, Self>) -> QueryResult<()> {
        out.push_sql(" ON DUPLICATE KEY UPDATE ");
        for between in [" = ", ""] {
            out.push_identifier(table)?;
            out.push_sql(".");
            out.push_identifier(column)?;
            out.push_sql(between);
        }
        Ok(())
    }
}

#[cfg(feature = "postgres")]
impl SkipsConflicts for diesel::pg::Pg {
    fn push_skip(_: &str, _: &str, mut out: AstPass<'_, '_, Self>) -> QueryResult<()> {
        out.push_sql(" ON CONFLICT DO NOTHING");
        Ok(())
    }
}

#[cfg(feature = "sqlite")]
impl SkipsConflicts for diesel::sqlite::Sqlite {
    fn push_skip(_: &str, _: &str, mut out: AstPass<'_, '_, Self>) -> QueryResult<()> {
        out.push_sql(" ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl<V, DB, T> Records<DB, T> for SkipConflicts<V>
where
    DB: SkipsConflicts,
    T: ScopedTable,
    V: Records<DB, T>,
{
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.push(place, out.reborrow())?;
        let column = T::INFO.column().or_else(|| T::COLUMNS.first().copied());
        DB::push_skip(T::INFO.name(), column.unwrap_or_default(), out)
    }
}
