//! The rows of the global table.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Tenancy;
use crate::model::COUNTRIES;
use crate::schema::countries;

pub(super) async fn fill_countries(tenancy: &Tenancy) {
    let mut db = tenancy.db().await.expect("there is a handle");
    let rows: Vec<_> =
        COUNTRIES.iter().map(|(code, name)| (countries::code.eq(*code), countries::name.eq(*name))).collect();
    for row in rows {
        // Rows that are there already are for the operations to find: a tenant that was given another's database.
        let insert = diesel::insert_into(countries::table).values(row).on_conflict_do_nothing();
        insert.execute(&mut db).await.expect("the countries can be written");
    }
}
