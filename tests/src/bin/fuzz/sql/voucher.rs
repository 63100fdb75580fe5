//! Writes to the table whose codes are unique across tenants.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{delete, insert_into, update};

use super::Db;
use super::outcome::rows;
use crate::plan::Voucher;
use crate::schema::vouchers;
use crate::value::Outcome;

type Row = (i32, String, i32, String);

/// Runs a statement for the rows it writes.
macro_rules! run {
    ($db:ident, $statement:expr) => {{
        let columns = (vouchers::id, vouchers::code, vouchers::uses, vouchers::mark);
        rows($statement.returning(columns).load::<Row>($db).await, false)
    }};
}

pub(super) async fn voucher(write: Voucher, code: &str, id: i32, mark: &str, db: &mut Db) -> Outcome {
    let values = (vouchers::id.eq(id), vouchers::code.eq(code), vouchers::mark.eq(mark));
    let insert = insert_into(vouchers::table).values(values);
    let one_more = vouchers::uses.eq(vouchers::uses + 1);
    match write {
        Voucher::Insert => run!(db, insert),
        Voucher::InsertOrNothing => run!(db, insert.on_conflict(vouchers::code).do_nothing()),
        Voucher::InsertOrSkip => run!(db, insert.on_conflict_do_nothing()),
        Voucher::InsertOrUse => run!(db, insert.on_conflict(vouchers::code).do_update().set(one_more)),
        Voucher::InsertOrUseBelow(limit) => {
            let upsert = insert.on_conflict(vouchers::code).do_update().set(one_more);
            run!(db, upsert.filter(vouchers::uses.lt(limit)))
        }
        Voucher::Use => run!(db, update(vouchers::table.filter(vouchers::code.eq(code))).set(one_more)),
        Voucher::Delete => run!(db, delete(vouchers::table.filter(vouchers::code.eq(code)))),
    }
}
