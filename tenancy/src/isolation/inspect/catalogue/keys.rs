//! Indexes and foreign keys.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Nullable, Oid, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// An index.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct Index {
    #[diesel(sql_type = Oid)]
    pub table: u32,
    #[diesel(sql_type = Text)]
    pub schema: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub unique: bool,
    #[diesel(sql_type = Bool)]
    pub exclusion: bool,
    /// Valid, and of every row.
    #[diesel(sql_type = Bool)]
    pub whole: bool,
    /// The columns it is keyed by; none for an expression.
    #[diesel(sql_type = Array<Nullable<Text>>)]
    pub columns: Vec<Option<String>>,
    #[diesel(sql_type = Text)]
    pub definition: String,
    /// The constraint it stands for, and its definition.
    #[diesel(sql_type = Nullable<Text>)]
    pub constraint: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub constraint_definition: Option<String>,
}

/// A foreign key from one scoped table to another.
#[derive(Debug, diesel::QueryableByName)]
pub(in crate::isolation::inspect) struct ForeignKey {
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Oid)]
    pub table: u32,
    #[diesel(sql_type = Oid)]
    pub target: u32,
    #[diesel(sql_type = Array<Text>)]
    pub columns: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    pub target_columns: Vec<String>,
    /// The first letters of the actions, but `a` for NO ACTION.
    #[diesel(sql_type = Text)]
    pub on_delete: String,
    #[diesel(sql_type = Text)]
    pub on_update: String,
    #[diesel(sql_type = Bool)]
    pub deferrable: bool,
    #[diesel(sql_type = Bool)]
    pub deferred: bool,
}

pub(super) async fn indexes(connection: &mut AsyncPgConnection, tables: &[u32]) -> Result<Vec<Index>, Error> {
    let query = "SELECT i.indrelid AS table, n.nspname::text AS schema, c.relname::text AS name,
                     i.indisunique AS unique, i.indisexclusion AS exclusion,
                     i.indisvalid AND i.indpred IS NULL AS whole,
                     ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, number)
                           LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                           AND k.attnum <> 0 WHERE k.number <= i.indnkeyatts ORDER BY k.number) AS columns,
                     pg_get_indexdef(i.indexrelid) AS definition, k.conname::text AS constraint,
                     pg_get_constraintdef(k.oid) AS constraint_definition
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
                 WHERE i.indrelid = ANY($1) ORDER BY i.indrelid, c.relname";
    diesel::sql_query(query).bind::<Array<Oid>, _>(tables).load(connection).await
}

pub(super) async fn foreign_keys(
    connection: &mut AsyncPgConnection,
    tables: &[u32],
) -> Result<Vec<ForeignKey>, Error> {
    let query = "SELECT k.conname::text AS name, k.conrelid AS table, k.confrelid AS target,
                     ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS x(attnum, number)
                           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.attnum
                           ORDER BY x.number) AS columns,
                     ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS x(attnum, number)
                           JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.attnum
                           ORDER BY x.number) AS target_columns,
                     k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update,
                     k.condeferrable AS deferrable, k.condeferred AS deferred
                 FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
                 AND k.conrelid = ANY($1) AND k.confrelid = ANY($1) ORDER BY k.conrelid, k.conname";
    diesel::sql_query(query).bind::<Array<Oid>, _>(tables).load(connection).await
}
