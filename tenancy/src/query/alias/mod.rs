//! A scoped table under a second name, for self-joins.
//!
//! Diesel's own `Alias` writes the SQL of its table, of which a scoped table has none, and has no place for
//! a scope. The one here is a table to Diesel: it captures the scope when a query of it is built.

mod field;
mod source;

pub use self::field::{AliasedField, IntoAliasedFields};
pub use self::source::{Alias, AliasedFrom, Named};

/// Gives scoped tables a second name, for queries that read one table twice.
///
/// Takes what `diesel::alias!` takes. Aliases of one table that meet in a query are declared in one call.
/// Their columns are reached by [`field`](crate::query::Alias::field) and
/// [`fields`](crate::query::Alias::fields); a join with an alias says its condition with `on`. What an
/// alias selects by itself is every column but the tenant's.
///
/// ```
/// # #[tenancy::tenant_scoped]
/// # mod schema {
/// #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, item -> Text, } }
/// # }
/// # use schema::orders;
/// use diesel::prelude::*;
///
/// let other = tenancy::alias!(orders as other);
/// let same_item = orders::table
///     .inner_join(other.on(other.field(orders::item).eq(orders::item)))
///     .filter(other.field(orders::id).ne(orders::id))
///     .select((orders::id, other.field(orders::id)));
/// # let _ = same_item;
/// ```
///
/// As constants: `tenancy::alias! { pub const OTHER: Alias<Other> = orders as other; }`.
#[macro_export]
macro_rules! alias {
    ($($($table:ident)::+ as $alias:ident),+ $(,)?) => {{
        $crate::__private::diesel::alias!(NoConst $($($table)::+ as $alias: $alias,)+);
        ($($crate::query::Alias::<$alias>::new()),+)
    }};
    ($($($table:ident)::+ as $alias:ident: $source:ident),+ $(,)?) => {
        $crate::alias! { $(pub const $alias: Alias<$source> = $($table)::+ as $alias;)+ }
    };
    ($($visibility:vis const $name:ident: Alias<$source:ident> = $($table:ident)::+ as $alias:ident);+ $(;)?) => {
        $crate::__private::diesel::alias!(NoConst $($($table)::+ as $alias: $visibility $source,)+);
        $(
            #[allow(non_upper_case_globals)]
            $visibility const $name: $crate::query::Alias<$source> = $crate::query::Alias::new();
        )+
    };
}
