//! Policies, and what they lean on.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Nullable, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A policy.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Policy {
    #[diesel(sql_type = Oid)]
    pub table: u32,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub permissive: bool,
    /// `*` or the first letter of the command it is for, but `a` for INSERT and `w` for UPDATE.
    #[diesel(sql_type = Text)]
    pub command: String,
    /// Whether it counts for the application's role.
    #[diesel(sql_type = Bool)]
    pub applies: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub using: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub check: Option<String>,
    /// Functions in it that the application's role may replace.
    #[diesel(sql_type = Array<Text>)]
    pub own_functions: Vec<String>,
    /// Other tables in it that the application's role may write.
    #[diesel(sql_type = Array<Text>)]
    pub writable_tables: Vec<String>,
}

pub(super) async fn policies(
    connection: &mut AsyncPgConnection,
    role: u32,
    tables: &[u32],
) -> Result<Vec<Policy>, Error> {
    let query = "SELECT p.polrelid AS table, p.polname::text AS name, p.polpermissive AS permissive,
                     p.polcmd::text AS command,
                     EXISTS (SELECT FROM unnest(p.polroles) r
                             WHERE CASE WHEN r = 0 THEN true ELSE pg_has_role($2, r, 'USAGE') END) AS applies,
                     pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check,
                     ARRAY(SELECT DISTINCT f.oid::regprocedure::text FROM pg_depend d
                           JOIN pg_proc f ON f.oid = d.refobjid
                           WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                           AND d.refclassid = 'pg_proc'::regclass
                           AND pg_has_role($2, f.proowner, 'MEMBER')) AS own_functions,
                     ARRAY(SELECT DISTINCT c.oid::regclass::text FROM pg_depend d
                           JOIN pg_class c ON c.oid = d.refobjid
                           WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                           AND d.refclassid = 'pg_class'::regclass AND c.oid <> p.polrelid AND c.relkind <> 'i'
                           AND has_table_privilege($2, c.oid, 'INSERT, UPDATE, DELETE')) AS writable_tables
                 FROM pg_policy p WHERE p.polrelid = ANY($1) ORDER BY p.polrelid, p.polname";
    let query = diesel::sql_query(query).bind::<Array<Oid>, _>(tables).bind::<Oid, _>(role);
    query.load(connection).await
}
