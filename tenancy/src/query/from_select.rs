//! INSERT … SELECT: what a query gives, with the tenant key added to each of its rows.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, Query, QueryFragment};

use super::key::TenantKey;
use super::records::{RecordPlace, Records};
use super::table::ScopedTable;

/// The name of the user's query inside ours.
const ROWS: &str = "tenancy_rows";

/// The rows that the query `Q` gives, for the columns `C`.
#[derive(Debug, Clone)]
pub struct FromSelect<Q, C> {
    pub(super) query: Q,
    pub(super) columns: C,
}

/// Every column but the tenant's.
#[derive(Debug, Clone, Copy)]
pub struct AllColumns(pub(super) ());

/// The columns `C`, whose names are `N`.
#[derive(Debug, Clone, Copy)]
pub struct TheseColumns<C, N> {
    pub(super) names: N,
    pub(super) columns: PhantomData<C>,
}

/// Which columns the rows are for.
#[doc(hidden)]
pub trait ColumnsFor<T, ST> {
    fn names(&self) -> &[&'static str];
}

/// The SQL types that columns take, where they are the types that a query gives.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this query does not give what the columns of the table take",
    label = "the types of the query and of the columns differ",
    note = "without `into_columns` a query gives every column of the table but the tenant's, in the order of `table!`",
    note = "name the columns that it gives: `.values(query).into_columns((orders::id, orders::item))`"
)]
pub trait GivenAs<ST> {}

impl<ST> GivenAs<ST> for ST {}

impl<T, ST> ColumnsFor<T, ST> for AllColumns
where
    T: ScopedTable,
    T::Columns: Expression,
    <T::Columns as Expression>::SqlType: GivenAs<ST>,
{
    fn names(&self) -> &[&'static str] {
        T::COLUMNS
    }
}

impl<T, ST, C, N> ColumnsFor<T, ST> for TheseColumns<C, N>
where
    C: Expression,
    C::SqlType: GivenAs<ST>,
    N: AsRef<[&'static str]>,
{
    fn names(&self) -> &[&'static str] {
        self.names.as_ref()
    }
}

impl<Q, C, DB, T> Records<DB, T> for FromSelect<Q, C>
where
    DB: Backend,
    T: ScopedTable,
    T::Key: TenantKey<DB>,
    Q: Query + QueryFragment<DB>,
    C: ColumnsFor<T, Q::SqlType>,
{
    fn is_empty(&self) -> bool {
        false
    }

    fn push<'b>(&'b self, place: &RecordPlace<'b>, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        for (index, name) in self.columns.names().iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            out.push_identifier(name)?;
        }
        if let Some((column, _)) = place.0.key {
            out.push_sql(", ");
            out.push_identifier(column)?;
        }
        out.push_sql(") SELECT ");
        out.push_identifier(ROWS)?;
        out.push_sql(".*");
        if let Some((_, keys)) = place.0.key {
            out.push_sql(", ");
            T::Key::bind(keys, &T::INFO, out.reborrow())?;
        }
        out.push_sql(" FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS ");
        out.push_identifier(ROWS)?;
        // Without a WHERE, SQLite reads the ON of an ON CONFLICT behind this as a join's.
        out.push_sql(" WHERE 1=1");
        Ok(())
    }
}
