//! Writes to the table whose codes are unique across tenants.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{delete, insert_into, update};

use super::Db;
use super::outcome::{count, rows};
use crate::plan::Voucher;
use crate::schema::vouchers;
use crate::value::Outcome;

pub(super) async fn voucher(write: &Voucher, mark: &str, db: &mut Db) -> Outcome {
    match write {
        Voucher::Insert { id, code } => {
            let values = (vouchers::id.eq(id), vouchers::code.eq(code), vouchers::mark.eq(mark));
            count(insert_into(vouchers::table).values(values).execute(db).await)
        }
        Voucher::Use { code } => {
            let statement = update(vouchers::table.filter(vouchers::code.eq(code)))
                .set(vouchers::uses.eq(vouchers::uses + 1))
                .returning((vouchers::id, vouchers::code, vouchers::uses, vouchers::mark));
            rows(statement.load::<(i32, String, i32, String)>(db).await, false)
        }
        Voucher::DeleteSome { id } => count(delete(vouchers::table.find(*id)).execute(db).await),
    }
}
