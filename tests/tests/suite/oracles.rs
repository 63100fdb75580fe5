//! Databases in which a tenant is alone.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tenancy_tests::servers;

const TABLES: &str = "
    CREATE TEMPORARY TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
    CREATE TEMPORARY TABLE orders (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER NOT NULL REFERENCES customers (id),
        title TEXT NOT NULL DEFAULT 'untitled',
        amount INTEGER NOT NULL DEFAULT 0,
        note TEXT
    );
    CREATE TEMPORARY TABLE items (
        order_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        product TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        PRIMARY KEY (order_id, number)
    );
    CREATE TEMPORARY TABLE tags (
        order_id INTEGER NOT NULL DEFAULT 1,
        position INTEGER NOT NULL DEFAULT 1,
        label TEXT NOT NULL DEFAULT 'new',
        PRIMARY KEY (order_id, position)
    );
    CREATE TEMPORARY TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL);
";

/// A connection whose tables nobody else sees.
pub(crate) async fn oracle() -> AsyncPgConnection {
    let mut connection = AsyncPgConnection::establish(&servers::owner()).await.unwrap();
    connection.batch_execute(TABLES).await.unwrap();
    connection
}
