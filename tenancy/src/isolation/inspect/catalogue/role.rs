//! The server, the application's role, and what that role may become.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// The role that the walls have to hold, and where it is.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Role {
    #[diesel(sql_type = Oid)]
    pub oid: u32,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub superuser: bool,
    #[diesel(sql_type = Bool)]
    pub bypasses_rls: bool,
    #[diesel(sql_type = Bool)]
    pub creates_roles: bool,
    #[diesel(sql_type = Bool)]
    pub replicates: bool,
    /// Whether it is the role that asks.
    #[diesel(sql_type = Bool)]
    pub is_asking: bool,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Text)]
    pub database: String,
    /// What the tenant setting is before anybody has set it.
    #[diesel(sql_type = Nullable<Text>)]
    pub setting: Option<String>,
}

/// A role that the application's role is a member of, by however many steps.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Membership {
    #[diesel(sql_type = Oid)]
    pub oid: u32,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub bypasses: bool,
    #[diesel(sql_type = Bool)]
    pub creates_roles: bool,
    /// The first steps of the ways that lead there.
    #[diesel(sql_type = Array<Text>)]
    pub through: Vec<String>,
}

/// `None` where there is no role of this name. Without a name, the role that asks.
pub(super) async fn role(
    connection: &mut AsyncPgConnection,
    name: Option<&str>,
    setting: &str,
) -> Result<Option<Role>, Error> {
    let query = "SELECT r.oid, r.rolname::text AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypasses_rls, \
                 r.rolcreaterole AS creates_roles, r.rolreplication AS replicates, \
                 r.rolname = current_user AS is_asking, \
                 current_setting('server_version_num')::integer AS version, \
                 current_database()::text AS database, current_setting($2, true) AS setting \
                 FROM pg_catalog.pg_roles r WHERE r.rolname = coalesce($1, current_user)";
    let query = diesel::sql_query(query).bind::<Nullable<Text>, _>(name).bind::<Text, _>(setting);
    Ok(query.load(connection).await?.into_iter().next())
}

pub(super) async fn memberships(
    connection: &mut AsyncPgConnection,
    role: &Role,
) -> Result<Vec<Membership>, Error> {
    // A superuser is a member of everything.
    if role.superuser {
        return Ok(Vec::new());
    }
    let query = "SELECT m.oid, m.rolname::text AS name, m.rolcreaterole AS creates_roles, \
                 m.rolsuper OR m.rolbypassrls OR m.rolname IN ('pg_execute_server_program', \
                 'pg_read_server_files', 'pg_write_server_files') AS bypasses, \
                 ARRAY(SELECT d.rolname::text FROM pg_auth_members a JOIN pg_roles d ON d.oid = a.roleid \
                 WHERE a.member = $1 AND pg_has_role(d.oid, m.oid, 'MEMBER') ORDER BY 1) AS through \
                 FROM pg_roles m WHERE m.oid <> $1 AND pg_has_role($1, m.oid, 'MEMBER') ORDER BY m.rolname";
    diesel::sql_query(query).bind::<Oid, _>(role.oid).load(connection).await
}
