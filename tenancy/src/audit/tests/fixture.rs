//! A database with the log's table, for each backend.

use std::future::Future;

use crate::audit::hex;
use crate::store::contract::fixture::block_on;

/// A database with the table in it.
pub(super) struct Place {
    /// As the owner of the table.
    pub(super) url: String,
    /// How bytes are written in SQL.
    pub(super) bytes: fn(&[u8]) -> String,
    /// How a time is.
    pub(super) time: &'static str,
    execute: Box<dyn Fn(String) + Send + Sync>,
}

impl Place {
    /// SQL behind the log's back.
    pub(super) fn execute(&self, sql: impl Into<String>) {
        (self.execute)(sql.into());
    }
}

/// On a thread of its own: a connection that blocks brings its own runtime.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn apart(work: impl FnOnce() + Send + 'static) {
    std::thread::spawn(work).join().unwrap();
}

#[cfg(feature = "sqlite")]
pub(super) fn sqlite<F: Future<Output = ()>>(behaviour: impl FnOnce(Place) -> F) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    let file = crate::store::contract::fixture::SqliteFile::new();
    let url = file.url();
    let place = Place {
        url: url.clone(),
        bytes: |bytes| format!("X'{}'", hex::encode(bytes)),
        time: "'2026-01-01 00:00:00.000001+00:00'",
        execute: Box::new(move |sql| {
            let mut connection = diesel::SqliteConnection::establish(&url).unwrap();
            connection.batch_execute(&format!("PRAGMA busy_timeout = 5000; {sql}")).unwrap();
        }),
    };
    block_on(behaviour(place));
}

#[cfg(feature = "postgres")]
pub(super) fn postgres<F: Future<Output = ()>>(behaviour: impl FnOnce(Place) -> F) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    use crate::store::contract::fixture::{BlockingPg, PostgresSchema};

    let Some(schema) = PostgresSchema::new() else { return };
    let url = schema.url();
    let place = Place {
        url: url.clone(),
        bytes: |bytes| format!("'\\x{}'", hex::encode(bytes)),
        time: "'2026-01-01 00:00:00.000001+00'",
        execute: Box::new(move |sql| {
            let url = url.clone();
            apart(move || BlockingPg::establish(&url).unwrap().batch_execute(&sql).unwrap());
        }),
    };
    block_on(behaviour(place));
}

#[cfg(feature = "mysql")]
pub(super) fn mysql<F: Future<Output = ()>>(behaviour: impl FnOnce(Place) -> F) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    use crate::store::contract::fixture::{BlockingMysql, MysqlDatabase};

    let Some(database) = MysqlDatabase::new() else { return };
    let url = database.url();
    let place = Place {
        url: url.clone(),
        bytes: |bytes| format!("X'{}'", hex::encode(bytes)),
        time: "'2026-01-01 00:00:00.000001'",
        execute: Box::new(move |sql| {
            let url = url.clone();
            apart(move || BlockingMysql::establish(&url).unwrap().batch_execute(&sql).unwrap());
        }),
    };
    block_on(behaviour(place));
}
