//! The macros, with their documentation.

/// Makes a table, a module of tables, or a model belong to the tenant in context.
///
/// # On tables
///
/// On a `diesel::table!`, or on an inline module of them. Every query of such a table is for the tenant in
/// context when it is built; without one it is an error, and no SQL is sent.
///
/// ```
/// #[tenancy::tenant_scoped(global(countries))]
/// mod schema {
///     diesel::table! {
///         orders (id) {
///             id -> Integer,
///             tenant_id -> Text,
///             title -> Text,
///         }
///     }
///     diesel::table! {
///         countries (code) {
///             code -> Text,
///         }
///     }
/// }
/// # fn main() {}
/// ```
///
/// The options, which on a module list tables and on a single table stand alone:
///
/// | option | meaning |
/// |---|---|
/// | `column = "…"` | the tenant column; default `tenant_id`. Its type is `Text`, `Varchar`, `Uuid`, `BigInt` or `Integer` |
/// | `global`, `global(a, b)` | the table belongs to no tenant |
/// | `without_column`, `without_column(a, b)` | the table has no tenant column: for `schema` and `database` isolation alone |
///
/// A table without the column is a compile error until one of the last two is said of it. The column can be
/// selected and filtered by; it cannot be inserted or set.
///
/// `use tenancy::schema as diesel; include!("schema.rs");` inside a module does the same for the file that
/// `diesel print-schema` writes. With the attribute on that module the options hold for the file.
///
/// # On a model
///
/// On a struct with Diesel's derives. It refuses a table that is not scoped and a field that would write
/// the tenant column, and gives `query()`, `find(key)`, `create(values)`, `update(key)` and `delete(key)`:
///
/// ```
/// # #[tenancy::tenant_scoped]
/// # mod schema {
/// #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, title -> Text, } }
/// # }
/// # use schema::orders;
/// use diesel::prelude::*;
///
/// #[tenancy::tenant_scoped]
/// #[derive(Queryable, Selectable)]
/// #[diesel(table_name = orders)]
/// struct Order {
///     id: i32,
///     title: String,
/// }
///
/// # type DB = diesel::sqlite::Sqlite;
/// let open = Order::query::<DB>().filter(orders::title.like("open%"));
/// let change = Order::update(1).set(orders::title.eq("closed"));
/// # let _ = (open, change);
/// ```
pub use tenancy_macros::tenant_scoped;

/// `#[tenant_scoped]` on a model, as a derive; its options stand in `#[tenant_scoped(…)]` beside it.
pub use tenancy_macros::TenantScoped;

/// Lists scoped tables for [`TenancyBuilder::tables`](crate::TenancyBuilder::tables).
///
/// A module with `#[tenant_scoped]` and its tables in sight has the same list as `TENANT_TABLES`.
///
/// ```
/// # #[tenancy::tenant_scoped]
/// # mod schema {
/// #     diesel::table! { orders (id) { id -> Integer, tenant_id -> Text, } }
/// # }
/// let tables = tenancy::tables![schema::orders];
/// assert_eq!(tables, schema::TENANT_TABLES);
/// ```
#[macro_export]
macro_rules! tables {
    ($($table:path),* $(,)?) => {
        &[$({
            use $table as __table;
            <__table::table as $crate::__private::ScopedTable>::INFO
        }),*]
    };
}

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
