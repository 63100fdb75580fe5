//! What reading an expression does not tell, PostgreSQL is asked: the expression is tried on rows made up for it, for
//! no tenant, for an empty one and for one. The table's own rows are not read, however many there are.
//!
//! An expression runs the code of whoever owns the table. So it is tried by the application's role alone, for which
//! it runs at every query, and never with anybody's higher rights.

use diesel::result::Error;
use diesel::sql_types::{Array, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Map, Value, json};

use super::catalogue::Table;
use super::expression::Problem;
use crate::db::TENANT_SETTING;
use crate::isolation::rls::KeyType;
use crate::isolation::sql_text::{identifier, qualified};

/// A tenant, as the setting and as the column have it, and another one.
fn keys(key_type: KeyType) -> [(&'static str, Value); 2] {
    match key_type {
        KeyType::Text => [("a", json!("a")), ("b", json!("b"))],
        KeyType::Uuid => [
            ("0190a1b2c3d4e5f60718293a4b5c6d7e", json!("0190a1b2-c3d4-e5f6-0718-293a4b5c6d7e")),
            ("0190a1b2c3d4e5f60718293a4b5c6d7f", json!("0190a1b2-c3d4-e5f6-0718-293a4b5c6d7f")),
        ],
        KeyType::BigInt | KeyType::Integer => [("1000001", json!(1_000_001)), ("1000002", json!(1_000_002))],
    }
}

/// What the expression has let through.
enum Answer {
    Rows(Vec<bool>),
    Fails,
}

/// What is wrong with the expression. `NotUnderstood` if it cannot be tried.
pub(super) async fn ask(
    connection: &mut AsyncPgConnection,
    table: &Table,
    expression: &str,
) -> Result<Vec<Problem>, Error> {
    let Some(key_type) = table.key_type() else {
        return Ok(vec![Problem::NotUnderstood]);
    };
    let [(own, own_key), (_, other_key)] = keys(key_type);
    let rows = |key: &Value| rows(table, key);
    let (own_rows, other_rows) = (rows(&own_key), rows(&other_key));
    let keyless = if table.not_null { Vec::new() } else { rows(&Value::Null) };
    let empty_rows = if key_type == KeyType::Text { rows(&json!("")) } else { Vec::new() };

    // The order matters: once it was set in a session the setting is empty, and never missing again.
    let all = [&*own_rows, &*keyless].concat();
    let unset = tried(connection, table, expression, None, &all).await?;
    let all = [&*own_rows, &*keyless, &*empty_rows].concat();
    let empty = tried(connection, table, expression, Some(""), &all).await?;
    let all = [&*own_rows, &*other_rows, &*keyless].concat();
    let set = tried(connection, table, expression, Some(own), &all).await?;

    let Answer::Rows(set) = set else {
        return Ok(vec![Problem::NotUnderstood]);
    };
    let any = |rows: &[bool]| rows.contains(&true);
    let mut problems = Vec::new();
    if any(&set[own_rows.len()..]) {
        problems.push(Problem::TooWide);
    }
    match unset {
        Answer::Fails => problems.push(Problem::FailsUnset),
        Answer::Rows(rows) if any(&rows) => problems.push(Problem::MatchesUnset),
        Answer::Rows(_) => {}
    }
    match empty {
        Answer::Fails => problems.push(Problem::FailsEmpty),
        Answer::Rows(rows) if any(&rows) => {
            let all = any(&rows[..own_rows.len() + keyless.len()]);
            problems.push(Problem::MatchesEmpty { all });
        }
        Answer::Rows(_) => {}
    }
    if problems.is_empty() && !any(&set[..own_rows.len()]) {
        problems.push(Problem::DeniesOwn);
    }
    Ok(problems)
}

/// Rows with this key, and nothing but it; and the same with every yes-or-no column saying yes, and no.
fn rows(table: &Table, key: &Value) -> Vec<String> {
    let row = |flag: Option<bool>| {
        let flags = table.booleans.iter().filter_map(|name| Some((name.clone(), Value::Bool(flag?))));
        let mut row: Map<String, Value> = flags.collect();
        row.insert(table.column.clone(), key.clone());
        Value::Object(row).to_string()
    };
    match table.booleans.is_empty() {
        true => vec![row(None)],
        false => [None, Some(true), Some(false)].map(row).into(),
    }
}

#[derive(diesel::QueryableByName)]
struct Passes {
    #[diesel(sql_type = Bool)]
    passes: bool,
}

/// Tries the rows with the setting at this value, and takes back whatever that did.
async fn tried(
    connection: &mut AsyncPgConnection,
    table: &Table,
    expression: &str,
    setting: Option<&str>,
    rows: &[String],
) -> Result<Answer, Error> {
    connection.batch_execute("SAVEPOINT tried").await?;
    let answer = async {
        if let Some(setting) = setting {
            let set = "SELECT set_config($1, $2, true)";
            let set = diesel::sql_query(set).bind::<Text, _>(TENANT_SETTING).bind::<Text, _>(setting);
            set.execute(connection).await?;
        }
        // The expression is the server's own text. As a policy, it names the table's columns bare.
        let query = format!(
            "SELECT ({expression}) IS TRUE AS passes FROM unnest($1::text[]) WITH ORDINALITY AS \"tenancy row\"(\"the row\", \
             \"its number\"), LATERAL jsonb_populate_record(NULL::{row}, \"the row\"::jsonb) AS {alias} \
             ORDER BY \"its number\"",
            row = qualified(Some(&table.schema), &table.name),
            alias = identifier(&table.name),
        );
        let query = diesel::sql_query(query).bind::<Array<Text>, _>(rows);
        query.load::<Passes>(connection).await
    }
    .await;
    connection.batch_execute("ROLLBACK TO SAVEPOINT tried; RELEASE SAVEPOINT tried").await?;
    match answer {
        Ok(rows) => Ok(Answer::Rows(rows.into_iter().map(|row| row.passes).collect())),
        Err(Error::DatabaseError(diesel::result::DatabaseErrorKind::ClosedConnection, what)) => {
            Err(Error::DatabaseError(diesel::result::DatabaseErrorKind::ClosedConnection, what))
        }
        Err(_) => Ok(Answer::Fails),
    }
}
