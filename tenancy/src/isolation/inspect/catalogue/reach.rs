//! What leads past a table's own policies: views and functions.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A view, or a materialized one, over scoped tables, by however many steps.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct View {
    #[diesel(sql_type = Oid)]
    pub oid: u32,
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub materialized: bool,
    #[diesel(sql_type = Text)]
    pub owner_name: String,
    /// Whether policies do not hold its owner: by attribute, or as the owner of a table that is not forced.
    #[diesel(sql_type = Bool)]
    pub owner_bypasses: bool,
    /// Whether it reads with its reader's rights.
    #[diesel(sql_type = Bool)]
    pub invoker: bool,
    /// Whether the application's role may use it.
    #[diesel(sql_type = Bool)]
    pub reachable: bool,
    #[diesel(sql_type = Array<Text>)]
    pub tables: Vec<String>,
}

/// A function that runs with its owner's rights, and that the application's role may call.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Definer {
    #[diesel(sql_type = Text)]
    pub signature: String,
    #[diesel(sql_type = Text)]
    pub sql: String,
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub owner_name: String,
    #[diesel(sql_type = Bool)]
    pub owner_bypasses: bool,
    /// Whether its owner owns scoped tables, and may therefore open them.
    #[diesel(sql_type = Bool)]
    pub owner_owns: bool,
    /// Whether it says where its names are looked for.
    #[diesel(sql_type = Bool)]
    pub fixed_path: bool,
}

/// A role that policies do not hold; `o` is its row. It counts too if it may become such a role.
const BYPASSES: &str = "EXISTS (SELECT FROM pg_roles s WHERE (s.rolsuper OR s.rolbypassrls) \
                        AND pg_has_role(o.oid, s.oid, 'MEMBER'))";

pub(super) async fn views(
    connection: &mut AsyncPgConnection,
    role: u32,
    tables: &[u32],
) -> Result<Vec<View>, Error> {
    let query = format!(
        "WITH RECURSIVE over(view, base) AS (
             SELECT w.ev_class, d.refobjid FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid
             WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
             AND d.refobjid = ANY($1) AND w.ev_class <> d.refobjid
             UNION
             SELECT w.ev_class, o.base FROM over o JOIN pg_depend d ON d.refobjid = o.view
             AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
             JOIN pg_rewrite w ON w.oid = d.objid WHERE w.ev_class <> d.refobjid
         )
         SELECT v.oid, n.nspname::text AS schema, v.relname::text AS name, v.relkind = 'm' AS materialized,
             o.rolname::text AS owner_name,
             {BYPASSES} OR bool_or(NOT c.relforcerowsecurity AND pg_has_role(o.oid, c.relowner, 'USAGE'))
                 AS owner_bypasses,
             coalesce((SELECT option_value::boolean FROM pg_options_to_table(v.reloptions)
                       WHERE option_name = 'security_invoker'), false) AS invoker,
             has_schema_privilege($2, n.oid, 'USAGE') AND
                 (has_any_column_privilege($2, v.oid, 'SELECT, INSERT, UPDATE')
                  OR has_table_privilege($2, v.oid, 'DELETE')) AS reachable,
             array_agg(DISTINCT m.nspname || '.' || c.relname ORDER BY m.nspname || '.' || c.relname) AS tables
         FROM over JOIN pg_class v ON v.oid = over.view JOIN pg_namespace n ON n.oid = v.relnamespace
         JOIN pg_roles o ON o.oid = v.relowner JOIN pg_class c ON c.oid = over.base
         JOIN pg_namespace m ON m.oid = c.relnamespace
         WHERE v.relkind IN ('v', 'm') GROUP BY v.oid, n.oid, n.nspname, o.oid, o.rolname ORDER BY 2, 3"
    );
    let query = diesel::sql_query(query).bind::<Array<Oid>, _>(tables).bind::<Oid, _>(role);
    query.load(connection).await
}

/// Those of the system and of extensions are left out, and so are triggers' functions, which nobody can call.
pub(super) async fn definers(
    connection: &mut AsyncPgConnection,
    role: u32,
    tables: &[u32],
) -> Result<Vec<Definer>, Error> {
    let query = format!(
        r"SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS signature,
              format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS sql,
              n.nspname::text AS schema, o.rolname::text AS owner_name, {BYPASSES} AS owner_bypasses,
              EXISTS (SELECT FROM pg_class c WHERE c.oid = ANY($1) AND pg_has_role(o.oid, c.relowner, 'MEMBER'))
                  AS owner_owns,
              EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s ILIKE 'search_path=%') AS fixed_path
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
          WHERE p.prosecdef AND p.proowner <> $2
          AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
          AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
          AND has_function_privilege($2, p.oid, 'EXECUTE') AND has_schema_privilege($2, n.oid, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                          AND d.deptype = 'e') ORDER BY 1"
    );
    let query = diesel::sql_query(query).bind::<Array<Oid>, _>(tables).bind::<Oid, _>(role);
    query.load(connection).await
}
