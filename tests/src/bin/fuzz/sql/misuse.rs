//! What must be an error, and which.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{TenantContext, delete, insert_into, update};

use super::outcome::{count, of_tenancy, rows};
use super::{Db, Diesel, Tenancy};
use crate::plan::Misuse;
use crate::schema::{orders, people};
use crate::value::Outcome;

/// Runs it, outside every scope but those it enters; gives what came back and the error that had to.
pub(super) async fn misuse(
    misuse: Misuse,
    tenancy: &Tenancy,
    own: &TenantContext,
    other: &TenantContext,
    db: &mut Db,
) -> (Outcome, &'static str) {
    let columns = (orders::id, orders::mark);
    type Found = (i32, String);
    match misuse {
        Misuse::ForeignQuery => {
            let query = other.clone().sync_scope(|| orders::table.filter(orders::id.gt(0)).select(columns));
            let found = own.clone().scope(async { query.load::<Found>(db).await }).await;
            (rows(found, false), "OtherScope")
        }
        Misuse::ForeignBoxed => {
            let query = other.clone().sync_scope(|| orders::table.into_boxed::<Diesel>().select(columns));
            let found = own.clone().scope(async { query.load::<Found>(db).await }).await;
            (rows(found, false), "OtherScope")
        }
        Misuse::ForeignSub => {
            let ids = other.clone().sync_scope(|| people::table.select(people::id));
            let found = own.clone().scope(async {
                let query = orders::table.filter(orders::person_id.eq_any(ids)).select(columns);
                query.load::<Found>(db).await
            });
            (rows(found.await, false), "OtherScope")
        }
        Misuse::ForeignInsert => {
            let values = (orders::id.eq(99), orders::person_id.eq(1));
            let statement = other.clone().sync_scope(|| insert_into(orders::table).values(values));
            let found = own.clone().scope(async { statement.execute(db).await }).await;
            (count(found), "OtherScope")
        }
        Misuse::ForeignUpdate => {
            let statement = other.clone().sync_scope(|| update(orders::table).set(orders::title.eq("b")));
            let found = own.clone().scope(async { statement.execute(db).await }).await;
            (count(found), "OtherScope")
        }
        Misuse::ForeignDelete => {
            let statement = other.clone().sync_scope(|| delete(orders::table.filter(orders::id.gt(0))));
            let found = own.clone().scope(async { statement.execute(db).await }).await;
            (count(found), "OtherScope")
        }
        Misuse::ForeignHandle => {
            let found = other.clone().scope(async { orders::table.select(columns).load::<Found>(db).await });
            (rows(found.await, false), "OtherHandle")
        }
        Misuse::NoScope => {
            (rows(orders::table.select(columns).load::<Found>(db).await, false), "OtherHandle")
        }
        Misuse::BuiltOutside => {
            let query = orders::table.select(columns);
            let found = own.clone().scope(async { query.load::<Found>(db).await }).await;
            (rows(found, false), "NoTenant")
        }
        Misuse::PlainSpawn => {
            let tenancy = tenancy.clone();
            let spawned = own.clone().scope(async { tokio::spawn(async move { tenancy.db().await }).await });
            let outcome = match spawned.await.expect("it does not panic") {
                Ok(_) => Outcome::Count(0),
                Err(error) => Outcome::Refused(of_tenancy(error)),
            };
            (outcome, "NoTenant")
        }
        Misuse::DieselInsert => {
            let found = own.clone().scope(async {
                let values = (orders::id.eq(99), orders::person_id.eq(1));
                diesel::insert_into(orders::table).values(values).execute(db).await
            });
            (count(found.await), "DieselInsert")
        }
        Misuse::Text => {
            let text = diesel::sql_query("DELETE FROM orders WHERE id > 0");
            (count(own.clone().scope(async { text.execute(db).await }).await), "RawSql")
        }
    }
}
