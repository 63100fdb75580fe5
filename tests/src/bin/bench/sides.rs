//! The sides of each comparison. Both backends have them alike, with other types.

use diesel::SqliteConnection;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tenancy::Tenant;

use super::ROWS;
use super::compare::compare;
use super::inserts;
use super::queries::{self, LIST, Order};

/// Ids that come in no order, each with a whole list behind it.
struct Ids(i32);

impl Ids {
    fn next(&mut self) -> i32 {
        self.0 = (self.0 + 389) % (ROWS - LIST as i32);
        self.0 + 1
    }

    /// One of the tenants.
    fn tenant(&self, tenants: &[Tenant]) -> usize {
        usize::try_from(self.0).unwrap() % tenants.len()
    }
}

/// `$scoped` and `$hand` are the query, `$load` how it is run, `$complete` gives 1 if its result is whole.
macro_rules! comparisons {
    (
        $label:ident, $sides:ident, $name:literal,
        $scoped:ident, $hand:ident, $load:ident, $result:ty, $complete:ident
    ) => {
        let (tenancy, tenants, hands, pool) = $sides;
        let (tenant, context) = (&hands[0], tenancy.context(&tenants[0]));
        let mut plain = pool.get().await.unwrap();
        let mut db = context.clone().scope(tenancy.db()).await.unwrap();
        let (mut hand_ids, mut scoped_ids) = (Ids(0), Ids(0));
        let hand = async |queries: usize| {
            for _ in 0..queries {
                let query = queries::$hand(tenant.id().as_str(), hand_ids.next());
                let result: $result = query.$load(&mut plain).await.unwrap();
                assert_eq!($complete(&result), 1);
            }
        };
        let scoped = async |queries: usize| {
            let work = async {
                for _ in 0..queries {
                    let query = queries::$scoped(scoped_ids.next());
                    let result: $result = query.$load(&mut db).await.unwrap();
                    assert_eq!($complete(&result), 1);
                }
            };
            context.clone().scope(work).await;
        };
        compare(format!("{}, {}: query", $label, $name), hand, scoped).await;
        drop((plain, db));

        let (mut hand_ids, mut scoped_ids) = (Ids(0), Ids(0));
        let hand = async |queries: usize| {
            for _ in 0..queries {
                let mut plain = pool.get().await.unwrap();
                let id = hand_ids.next();
                let tenant = &hands[hand_ids.tenant(hands)];
                let result: $result =
                    queries::$hand(tenant.id().as_str(), id).$load(&mut plain).await.unwrap();
                assert_eq!($complete(&result), 1);
            }
        };
        let scoped = async |queries: usize| {
            for _ in 0..queries {
                let id = scoped_ids.next();
                let work = async {
                    let mut db = tenancy.db().await.unwrap();
                    let result: $result = queries::$scoped(id).$load(&mut db).await.unwrap();
                    assert_eq!($complete(&result), 1);
                };
                tenancy.context(&tenants[scoped_ids.tenant(tenants)]).scope(work).await;
            }
        };
        compare(format!("{}, {}: request", $label, $name), hand, scoped).await;
    };
}

macro_rules! sides {
    ($backend:ident, $connection:ty) => {
        /// Prints the comparisons of one isolation.
        pub(crate) async fn $backend(
            label: &str,
            tenancy: &tenancy::$backend::Tenancy,
            tenants: &[Tenant],
            by_hand: &(Vec<Tenant>, Pool<$connection>),
        ) {
            let (hands, pool) = by_hand;
            let sides = (tenancy, tenants, hands, pool);
            let one = |_: &Order| 1;
            comparisons!(label, sides, "one row", point, point_by_hand, get_result, Order, one);
            let all = |rows: &Vec<Order>| rows.len() / LIST as usize;
            comparisons!(label, sides, "20 rows", list, list_by_hand, load, Vec<Order>, all);
            inserts::$backend(label, tenancy, tenants, by_hand).await;
        }
    };
}

sides!(postgres, AsyncPgConnection);
sides!(sqlite, SyncConnectionWrapper<SqliteConnection>);
