//! From Diesel's results to what compares.

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, EmptyChangeset, Error};
use tenancy::TenancyError;

use crate::value::{IntoRow, Outcome, Refusal};

/// Rows, in order only if the query has one.
pub(super) fn rows<T: IntoRow>(result: QueryResult<Vec<T>>, ordered: bool) -> Outcome {
    match result {
        Ok(rows) => Outcome::rows(rows.into_iter().map(IntoRow::into_row).collect(), ordered),
        Err(error) => refused(error),
    }
}

pub(super) fn count(result: QueryResult<usize>) -> Outcome {
    result.map_or_else(refused, Outcome::Count)
}

pub(super) fn refused(error: Error) -> Outcome {
    Outcome::Refused(refusal(error))
}

pub(super) fn refusal(error: Error) -> Refusal {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Refusal::Duplicate,
        Error::QueryBuilderError(inner) if inner.is::<EmptyChangeset>() => Refusal::Empty,
        Error::DatabaseError(_, information) if is_busy(information.message()) => Refusal::Busy,
        other => of_tenancy(TenancyError::from(other)),
    }
}

pub(super) fn of_tenancy(error: TenancyError) -> Refusal {
    match error {
        TenancyError::Scope(scope) => {
            let text = format!("{scope:?}");
            let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
            Refusal::Scope(text[..end].to_owned())
        }
        other => Refusal::Other(other.to_string()),
    }
}

/// SQLite has one writer at a time, and refuses a transaction that read before another one wrote.
fn is_busy(message: &str) -> bool {
    message.contains("database is locked") || message.contains("database table is locked")
}
