//! Tenant columns on MySQL that would take two ids for one: what is declared there, and how it is compared.

use std::collections::BTreeMap;

use diesel::mysql::Mysql;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{OptionalExtension, QueryResult};
use diesel_async::{AsyncMysqlConnection, RunQueryDsl};

use crate::query::TableInfo;

/// What an id is made of.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789_-";

/// What to write instead.
const FITTING: &str = "VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin";

const COLUMN: &str = "SELECT CAST(DATA_TYPE AS CHAR) AS declared, CAST(CHARACTER_SET_NAME AS CHAR) AS charset, \
     CAST(COLLATION_NAME AS CHAR) AS collation FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND COLUMN_NAME = ?";

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    declared: String,
    #[diesel(sql_type = Nullable<Text>)]
    charset: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    collation: Option<String>,
}

/// One problem a sentence. A table that is not there has none.
pub(super) async fn problems(
    connection: &mut AsyncMysqlConnection,
    tables: &[TableInfo],
) -> QueryResult<Vec<String>> {
    let mut problems = Vec::new();
    let mut collations = BTreeMap::new();
    for table in tables {
        let (name, Some(column)) = (table.name(), table.column()) else { continue };
        let query = diesel::sql_query(COLUMN)
            .bind::<Nullable<Text>, _>(table.schema())
            .bind::<Text, _>(name)
            .bind::<Text, _>(column);
        let Some(found) = query.get_result::<Column>(connection).await.optional()? else { continue };
        let declared = found.declared.to_ascii_uppercase();
        let problem = if table.key_type() != "TEXT" {
            not_a_number(&declared, table.key_type())
        } else if !is_text(&declared) {
            Some(format!(
                "is {declared} in the database and a text in `table!`: MySQL compares them as something else, and of \
                 numbers `7` and `7abc` would be one tenant; make it {FITTING}"
            ))
        } else if let (Some(charset), Some(collation)) = (found.charset, found.collation)
            && !tells_apart(connection, &mut collations, &charset, &collation).await?
        {
            Some(format!(
                "has the collation `{collation}`, which takes some letters of ids for the same: two tenants would be one; \
                 make it {FITTING}"
            ))
        } else {
            None
        };
        problems.extend(problem.map(|problem| format!("column `{column}` of table `{name}` {problem}")));
    }
    Ok(problems)
}

/// Binary strings are compared byte by byte.
fn is_text(declared: &str) -> bool {
    let is_enumeration = matches!(declared, "ENUM" | "SET");
    !is_enumeration && ["CHAR", "TEXT", "BINARY", "BLOB"].iter().any(|part| declared.ends_with(part))
}

fn not_a_number(declared: &str, key_type: &str) -> Option<String> {
    let is_integer = matches!(declared, "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT");
    (!is_integer).then(|| {
        format!(
            "is {declared} in the database and a number in `table!`: MySQL would compare both as floating-point \
             numbers, which are the same for `7` and `7abc` and for large neighbours; make it {key_type}, or declare it \
             `Text` and make it {FITTING}"
        )
    })
}

/// Whether every letter of an id is another one to the collation, and none is nothing. Each is asked about once.
async fn tells_apart(
    connection: &mut AsyncMysqlConnection,
    known: &mut BTreeMap<String, bool>,
    charset: &str,
    collation: &str,
) -> QueryResult<bool> {
    if let Some(known) = known.get(collation) {
        return Ok(*known);
    }
    let apart: i64 = Apart { charset, collation }.get_result(connection).await?;
    let tells = usize::try_from(apart) == Ok(LETTERS.len() + 1);
    known.insert(collation.to_owned(), tells);
    Ok(tells)
}

/// How many of the letters, and the empty text, are different. Both names come from the server, and are quoted.
#[derive(Debug, Clone, Copy)]
struct Apart<'a> {
    charset: &'a str,
    collation: &'a str,
}

impl QueryFragment<Mysql> for Apart<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT COUNT(DISTINCT CONVERT(letter USING ");
        out.push_identifier(self.charset)?;
        out.push_sql(") COLLATE ");
        out.push_identifier(self.collation)?;
        out.push_sql(") FROM (SELECT '' AS letter");
        for letter in LETTERS.split_inclusive(|_| true) {
            out.push_sql(" UNION ALL SELECT ");
            out.push_bind_param::<Text, str>(letter)?;
        }
        out.push_sql(") AS letters");
        Ok(())
    }
}

impl QueryId for Apart<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Apart<'_> {
    type SqlType = BigInt;
}
