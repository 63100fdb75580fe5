//! Rows as values. A column of another type than is expected is an error, and not the driver's panic.

use tokio_postgres::types::FromSql;
use tokio_postgres::{Error, Row};

/// What a row is read as: its first columns, in their order.
pub(super) trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, Error>;
}

/// For a statement of which only counts whether it gives a row.
impl FromRow for () {
    fn from_row(_: &Row) -> Result<Self, Error> {
        Ok(())
    }
}

macro_rules! from_row {
    ($($column:ident $index:literal),+) => {
        impl<$($column: for<'a> FromSql<'a>),+> FromRow for ($($column,)+) {
            fn from_row(row: &Row) -> Result<Self, Error> {
                Ok(($(row.try_get::<_, $column>($index)?,)+))
            }
        }
    };
}

from_row!(A 0);
from_row!(A 0, B 1);
from_row!(A 0, B 1, C 2);
from_row!(A 0, B 1, C 2, D 3);
from_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
