//! Tables: those that were named, those that have the tenant column, and what is made of them.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Nullable, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::super::subject::TableName;
use crate::isolation::rls::KeyType;
use crate::isolation::sql_text::qualified;

/// A scoped table, or a partition or child of one.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Table {
    #[diesel(sql_type = Oid)]
    pub oid: u32,
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Whether it is there as a partition or child of a scoped table.
    #[diesel(sql_type = Bool)]
    pub child: bool,
    #[diesel(sql_type = Oid)]
    pub owner: u32,
    #[diesel(sql_type = Text)]
    pub owner_name: String,
    #[diesel(sql_type = Bool)]
    pub secured: bool,
    #[diesel(sql_type = Bool)]
    pub forced: bool,
    /// The name of the tenant column, be it there or not.
    #[diesel(sql_type = Text)]
    pub column: String,
    /// Its type, as PostgreSQL writes it; none if it is not there.
    #[diesel(sql_type = Nullable<Text>)]
    pub column_type: Option<String>,
    #[diesel(sql_type = Bool)]
    pub not_null: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub default: Option<String>,
    /// Whether equal means equal bytes.
    #[diesel(sql_type = Bool)]
    pub exact: bool,
    /// Its columns of type boolean.
    #[diesel(sql_type = Array<Text>)]
    pub booleans: Vec<String>,
    /// Of SELECT, INSERT, UPDATE and DELETE, what the role may do here.
    #[diesel(sql_type = Array<Text>)]
    pub rights: Vec<String>,
}

impl Table {
    /// As SQL.
    pub(in crate::isolation::inspect) fn sql(&self) -> String {
        qualified(Some(&self.schema), &self.name)
    }

    /// As people say it.
    pub(in crate::isolation::inspect) fn label(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    pub(in crate::isolation::inspect) fn key_type(&self) -> Option<KeyType> {
        self.column_type.as_deref().and_then(KeyType::of)
    }
}

/// A table that has the tenant column.
#[derive(Debug, Clone, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Found {
    #[diesel(sql_type = Oid)]
    pub oid: u32,
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub column: String,
}

#[derive(diesel::QueryableByName)]
struct Resolved {
    #[diesel(sql_type = Nullable<Oid>)]
    oid: Option<u32>,
}

/// Where each of the names leads. One without a schema is looked for in the connection's `search_path`.
pub(super) async fn resolve(
    connection: &mut AsyncPgConnection,
    tables: &[TableName],
) -> Result<Vec<Option<u32>>, Error> {
    let query = "SELECT CASE WHEN w.schema = '' THEN to_regclass(quote_ident(w.name))::oid ELSE \
                 (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n \
                 ON n.oid = c.relnamespace WHERE n.nspname = w.schema AND c.relname = w.name) END AS oid \
                 FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, number) ORDER BY w.number";
    let schemas: Vec<&str> = tables.iter().map(|table| table.schema.as_deref().unwrap_or_default()).collect();
    let names: Vec<&str> = tables.iter().map(|table| &*table.name).collect();
    let query = diesel::sql_query(query).bind::<Array<Text>, _>(schemas).bind::<Array<Text>, _>(names);
    let resolved: Vec<Resolved> = query.load(connection).await?;
    Ok(resolved.into_iter().map(|resolved| resolved.oid).collect())
}

/// Every table with a column of one of these names, but for tenancy's own, what is in a tenant's own schema, and
/// partitions.
pub(super) async fn discover(
    connection: &mut AsyncPgConnection,
    columns: &[&str],
) -> Result<Vec<Found>, Error> {
    let query = r"SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, min(a.attname::text) AS column
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  WHERE a.attname = ANY($1::text[]) AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
                  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
                  AND c.relname NOT LIKE 'tenancy\_%'
                  AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
                  AND NOT EXISTS (SELECT FROM pg_class o WHERE o.relnamespace = n.oid
                                  AND o.relname = 'tenancy_owner' AND n.nspname <> 'public')
                  GROUP BY c.oid, n.nspname, c.relname ORDER BY 2, 3";
    diesel::sql_query(query).bind::<Array<Text>, _>(columns).load(connection).await
}

/// What the tables are, with their partitions and children.
pub(super) async fn describe(
    connection: &mut AsyncPgConnection,
    role: u32,
    tables: &[(u32, String)],
) -> Result<Vec<Table>, Error> {
    let query = "WITH RECURSIVE tree(oid, tenant, child) AS (
                     SELECT w.oid, w.tenant, false FROM unnest($1::oid[], $2::text[]) AS w(oid, tenant)
                     UNION
                     SELECT i.inhrelid, t.tenant, true FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid
                 )
                 SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
                     bool_and(t.child) AS child, c.relowner AS owner, pg_get_userbyid(c.relowner)::text AS owner_name,
                     c.relrowsecurity AS secured, c.relforcerowsecurity AS forced, t.tenant AS column,
                     format_type(a.atttypid, a.atttypmod) AS column_type,
                     coalesce(a.attnotnull, false) AS not_null, pg_get_expr(d.adbin, d.adrelid) AS default,
                     coalesce(l.collisdeterministic, true) AS exact,
                     ARRAY(SELECT b.attname::text FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attnum > 0
                           AND NOT b.attisdropped AND b.atttypid = 'boolean'::regtype) AS booleans,
                     ARRAY(SELECT right_to FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) right_to
                           WHERE has_schema_privilege($3, n.oid, 'USAGE') AND
                           CASE WHEN right_to = 'DELETE' THEN has_table_privilege($3, c.oid, right_to)
                                ELSE has_any_column_privilege($3, c.oid, right_to) END) AS rights
                 FROM tree t JOIN pg_class c ON c.oid = t.oid JOIN pg_namespace n ON n.oid = c.relnamespace
                 LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = t.tenant AND NOT a.attisdropped
                 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                 LEFT JOIN pg_collation l ON l.oid = a.attcollation
                 GROUP BY c.oid, n.oid, n.nspname, t.tenant, a.attrelid, a.attnum, a.atttypid, a.atttypmod,
                     a.attnotnull, d.adbin, d.adrelid, l.collisdeterministic
                 ORDER BY 2, 3";
    let (oids, columns): (Vec<u32>, Vec<&str>) =
        tables.iter().map(|(oid, column)| (*oid, column.as_str())).unzip();
    let query = diesel::sql_query(query).bind::<Array<Oid>, _>(oids).bind::<Array<Text>, _>(columns);
    query.bind::<Oid, _>(role).load(connection).await
}
