//! Rights that were granted to the application's role, to a role it is a member of, or to everybody.

use diesel::result::Error;
use diesel::sql_types::{Array, Nullable, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A right on one object.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Grant {
    /// The table, the view, or the schema.
    #[diesel(sql_type = Oid)]
    pub object: u32,
    #[diesel(sql_type = Text)]
    pub right: String,
    /// As GRANT takes it.
    #[diesel(sql_type = Text)]
    pub grantee: String,
}

/// Who may create in a schema that holds scoped tables.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Creator {
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub grantee: String,
}

/// What tables made in the future will grant.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct DefaultGrant {
    #[diesel(sql_type = Text)]
    pub maker: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub schema: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    pub rights: Vec<String>,
    #[diesel(sql_type = Text)]
    pub grantee: String,
}

/// A value of the tenant setting that connections begin with.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Preset {
    #[diesel(sql_type = Nullable<Text>)]
    pub role: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub database: Option<String>,
}

/// Whether the grantee of `a` is the role `$1`, everybody, or a role that it may act as.
const COUNTS: &str = "CASE WHEN a.grantee = 0 THEN true ELSE pg_has_role($1, a.grantee, 'MEMBER') END";
const GRANTEE: &str =
    "CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee";

pub(super) async fn grants(
    connection: &mut AsyncPgConnection,
    role: u32,
    objects: &[u32],
) -> Result<Vec<Grant>, Error> {
    let query = format!(
        "SELECT c.oid AS object, a.privilege_type AS right, {GRANTEE}
         FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = ANY($2) AND a.grantee <> c.relowner AND {COUNTS}
         UNION
         SELECT c.oid, a.privilege_type, {GRANTEE}
         FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
         WHERE c.oid = ANY($2) AND a.grantee <> c.relowner AND {COUNTS} ORDER BY 1, 2, 3"
    );
    diesel::sql_query(query).bind::<Oid, _>(role).bind::<Array<Oid>, _>(objects).load(connection).await
}

pub(super) async fn creators(
    connection: &mut AsyncPgConnection,
    role: u32,
    schemas: &[&str],
) -> Result<Vec<Creator>, Error> {
    let query = format!(
        "SELECT n.nspname::text AS schema, {GRANTEE} FROM pg_namespace n, aclexplode(n.nspacl) a
         WHERE n.nspname = ANY($2::text[]) AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner AND {COUNTS}
         ORDER BY 1, 2"
    );
    diesel::sql_query(query).bind::<Oid, _>(role).bind::<Array<Text>, _>(schemas).load(connection).await
}

pub(super) async fn defaults(
    connection: &mut AsyncPgConnection,
    role: u32,
) -> Result<Vec<DefaultGrant>, Error> {
    let query = format!(
        "SELECT quote_ident(pg_get_userbyid(d.defaclrole)) AS maker, n.nspname::text AS schema,
             array_agg(a.privilege_type ORDER BY a.privilege_type) AS rights, {GRANTEE}
         FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
         WHERE d.defaclobjtype = 'r' AND a.grantee <> d.defaclrole AND {COUNTS}
         AND a.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
         GROUP BY d.defaclrole, n.nspname, a.grantee ORDER BY 1, 2, 4"
    );
    diesel::sql_query(query).bind::<Oid, _>(role).load(connection).await
}

pub(super) async fn presets(
    connection: &mut AsyncPgConnection,
    role: u32,
    setting: &str,
) -> Result<Vec<Preset>, Error> {
    let query = "SELECT r.rolname::text AS role, d.datname::text AS database
                 FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
                 LEFT JOIN pg_database d ON d.oid = s.setdatabase
                 WHERE s.setrole IN (0, $1) AND (s.setdatabase = 0 OR d.datname = current_database())
                 AND EXISTS (SELECT FROM unnest(s.setconfig) c WHERE split_part(c, '=', 1) ILIKE $2)";
    diesel::sql_query(query).bind::<Oid, _>(role).bind::<Text, _>(setting).load(connection).await
}
