//! SQL text, where the database holds it.

use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_query;
use diesel::sql_types::{Integer, Text};
use diesel_async::RunQueryDsl;

use super::Db;
use super::outcome::{count, rows};
use crate::plan::Raw;
use crate::value::{IntoRow, Outcome, Row, row};

#[derive(Debug, QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    mark: String,
}

impl IntoRow for Found {
    fn into_row(self) -> Row {
        row![self.id, self.mark]
    }
}

pub(super) async fn raw(raw: Raw, db: &mut Db) -> Outcome {
    match raw {
        Raw::Select(amount) => rows(select(amount).load::<Found>(db).await, false),
        Raw::InTransaction(amount) => {
            let found = db.transaction::<_, Error, _>(async |db| {
                let found = select(amount).load::<Found>(db).await?;
                let again = select(amount).load::<Found>(db).await?;
                assert_eq!(found.len(), again.len());
                Ok(found)
            });
            rows(found.await, false)
        }
        Raw::Update(person) => {
            let text = format!("UPDATE orders SET amount = amount + 1 WHERE person_id = {person}");
            count(sql_query(text).execute(db).await)
        }
    }
}

fn select(amount: i32) -> diesel::query_builder::SqlQuery {
    sql_query(format!("SELECT id, mark FROM orders WHERE amount > {amount}"))
}
