//! Batches of rows on both sides. Each side writes as a tenant of its own, which no other comparison reads.

use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tenancy::Tenant;
use tenancy_tests::schema::orders;

use super::ROWS;
use super::compare::compare;
use super::queries::{self, BATCH, by_hand};

/// The first ids of batches, each behind the last.
struct First(i32);

impl First {
    fn next(&mut self) -> i32 {
        self.0 += BATCH as i32;
        self.0
    }
}

/// `$execute` runs the insert by hand.
macro_rules! inserts {
    ($backend:ident, $connection:ty, $execute:ident) => {
        /// Prints the comparison of one isolation, and takes the rows away again.
        pub(crate) async fn $backend(
            label: &str,
            tenancy: &tenancy::$backend::Tenancy,
            tenants: &[Tenant],
            (hands, pool): &(Vec<Tenant>, Pool<$connection>),
        ) {
            // A row of the application's would borrow its tenant from somewhere too.
            let tenant: &'static str = hands[0].id().as_str().to_owned().leak();
            let context = tenancy.context(&tenants[1]);
            let mut plain = pool.get().await.unwrap();
            let mut db = context.clone().scope(tenancy.db()).await.unwrap();
            let (mut hand_ids, mut scoped_ids) = (First(ROWS), First(ROWS));
            let hand = async |batches: usize| {
                for _ in 0..batches {
                    let rows = queries::batch_by_hand(tenant, hand_ids.next());
                    assert_eq!($execute(&mut plain, rows).await, BATCH);
                }
            };
            let scoped = async |batches: usize| {
                let work = async {
                    for _ in 0..batches {
                        let rows = queries::batch(scoped_ids.next());
                        let insert = tenancy::insert_into(orders::table).values(&rows);
                        assert_eq!(insert.execute(&mut db).await.unwrap(), BATCH);
                    }
                };
                context.clone().scope(work).await;
            };
            compare(format!("{label}, {BATCH} rows inserted: query"), hand, scoped).await;
            let clean = async {
                let written = orders::table.filter(orders::id.gt(ROWS));
                tenancy::delete(written).execute(&mut db).await.unwrap();
            };
            context.scope(clean).await;
            let written = by_hand::orders::table.filter(by_hand::orders::id.gt(ROWS));
            diesel::delete(written).execute(&mut plain).await.unwrap();
        }
    };
}

inserts!(postgres, AsyncPgConnection, on_postgres);
inserts!(sqlite, SyncConnectionWrapper<SqliteConnection>, on_sqlite);

async fn on_postgres(plain: &mut AsyncPgConnection, rows: Vec<queries::NewByHand>) -> usize {
    diesel::insert_into(by_hand::orders::table).values(&rows).execute(plain).await.unwrap()
}

/// Through the blocking connection inside: diesel-async has no batches on SQLite. Without defaults among the
/// values Diesel makes one statement of them, as tenancy does.
async fn on_sqlite(
    plain: &mut SyncConnectionWrapper<SqliteConnection>,
    rows: Vec<queries::NewByHand>,
) -> usize {
    let insert = move |connection: &mut SqliteConnection| {
        let insert = diesel::insert_into(by_hand::orders::table).values(&rows);
        diesel::RunQueryDsl::execute(insert, connection)
    };
    plain.spawn_blocking(insert).await.unwrap()
}
