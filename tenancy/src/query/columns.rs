//! Lists of column names, for what names columns instead of reading them.

use diesel::query_source::Column;

use super::table::ScopedTable;

/// The tenant column of a table. Implemented by the macros alone.
#[doc(hidden)]
pub trait TenantKeyColumn {
    type Table: ScopedTable;
}

/// Columns of the table `T`: one, or a tuple of up to 32.
///
/// `Marker` tells the forms apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "these are no columns of this tenant-scoped table",
    label = "not a column of the table, or a tuple of its columns",
    note = "where the tenant column belongs to them, as in the target of `on_conflict`, it comes first: `(orders::tenant_id, orders::id)`",
    note = "a constraint is named by `tenancy::on_constraint(…)`"
)]
pub trait ColumnNames<T, Marker> {
    /// An array of names.
    #[doc(hidden)]
    type Names: AsRef<[&'static str]>;

    #[doc(hidden)]
    fn names() -> Self::Names;
}

/// One column.
#[derive(Debug)]
pub struct One(());

/// A tuple of columns.
#[derive(Debug)]
pub struct Many(());

/// A tuple of columns that begins with the tenant's.
#[derive(Debug)]
pub struct KeyFirst(());

/// Where the tenant column is not among the columns.
#[diagnostic::on_unimplemented(
    message = "the tenant column is written by tenancy, and by nothing else",
    label = "this inserts the tenant column",
    note = "leave the column out of `into_columns`: tenancy adds it with the tenant's key"
)]
pub trait WithoutKey {}

impl WithoutKey for One {}
impl WithoutKey for Many {}

#[diagnostic::do_not_recommend]
impl<T, C> ColumnNames<T, One> for C
where
    C: Column<Table = T>,
{
    type Names = [&'static str; 1];

    fn names() -> Self::Names {
        [C::NAME]
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<Table, $first, $($rest),*> ColumnNames<Table, Many> for ($first, $($rest,)*)
        where
            $first: Column<Table = Table>,
            $($rest: Column<Table = Table>,)*
        {
            type Names = [&'static str; [stringify!($first), $(stringify!($rest)),*].len()];

            fn names() -> Self::Names {
                [$first::NAME, $($rest::NAME),*]
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Table, $first, $($rest),*> ColumnNames<Table, KeyFirst> for ($first, $($rest,)*)
        where
            Table: ScopedTable,
            $first: TenantKeyColumn<Table = Table>,
            $($rest: Column<Table = Table>,)*
        {
            type Names = [&'static str; [stringify!($first), $(stringify!($rest)),*].len()];

            fn names() -> Self::Names {
                [Table::INFO.column().unwrap_or_default(), $($rest::NAME),*]
            }
        }

        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1 E1 F1);
