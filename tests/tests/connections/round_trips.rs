//! What a statement costs on PostgreSQL in round trips, counted by a proxy, beside what it costs without tenancy.

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy::{Isolation, Tenant};
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::World;
use tenancy_tests::world::proxy::Proxy;

const ISOLATIONS: [Isolation; 4] =
    [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Database];

/// Diesel's own view of the table.
mod plain {
    diesel::table! {
        customers (tenant_id, id) {
            tenant_id -> Text,
            id -> Integer,
            name -> Text,
        }
    }
}

/// The same application at the other end of a proxy, over one connection.
async fn far(isolation: Isolation) -> (World, Proxy, Tenancy) {
    let world = World::new(isolation).await;
    let proxy = Proxy::new(&world.database.app_url());
    let url = proxy.before(&world.database.app_url());
    let tenancy = world.database.builder_at(url, isolation).pool_size(1).build().await.unwrap();
    (world, proxy, tenancy)
}

/// What the same statement costs without tenancy: the first time, and from then on.
async fn bare(proxy: &Proxy, url: &str) -> Costs {
    let mut connection = AsyncPgConnection::establish(&proxy.before(url)).await.unwrap();
    let mut costs = Costs::default();
    for round in 0..3 {
        let db = &mut connection;
        let rows = plain::customers::table.filter(plain::customers::tenant_id.eq("none"));
        costs.select.push(proxy.count(rows.select(plain::customers::id).load::<i32>(db)).await.0);
        let row = |id| {
            use plain::customers::{id as key, name, tenant_id};
            (tenant_id.eq("none"), key.eq(id), name.eq("x"))
        };
        let insert = diesel::insert_into(plain::customers::table).values(row(round));
        costs.insert.push(proxy.count(insert.execute(db)).await.0);
        let insert =
            diesel::insert_into(plain::customers::table).values(vec![row(10 + round), row(20 + round)]);
        costs.insert_list.push(proxy.count(insert.execute(db)).await.0);
        let update = diesel::update(rows).set(plain::customers::name.eq("y"));
        costs.update.push(proxy.count(update.execute(db)).await.0);
        let text = diesel::sql_query("SELECT 1");
        costs.text.push(proxy.count(text.execute(db)).await.0);
        costs.batch.push(proxy.count(db.batch_execute("SELECT 1; SELECT 2")).await.0);
        let transaction =
            db.transaction::<_, Error, _>(async |db| rows.select(plain::customers::id).load::<i32>(db).await);
        costs.transaction.push(proxy.count(transaction).await.0);
    }
    costs
}

async fn ours(proxy: &Proxy, tenancy: &Tenancy, tenant: &Tenant) -> Costs {
    tenancy
        .context(tenant)
        .scope(async {
            let mut costs = Costs::default();
            let mut db = tenancy.db().await.unwrap();
            for round in 0..3 {
                let db: &mut TenantDb = &mut db;
                let (trips, rows) = proxy.count(customers::table.select(customers::id).load::<i32>(db)).await;
                costs.select.push(trips);
                let expected = usize::try_from(round * 3).unwrap();
                assert_eq!(rows.unwrap().len(), expected);
                let row = |id| (customers::id.eq(id), customers::name.eq("x"));
                let insert = tenancy::insert_into(customers::table).values(row(round));
                let (trips, inserted) = proxy.count(insert.execute(db)).await;
                costs.insert.push(trips);
                assert_eq!(inserted, Ok(1));
                let insert =
                    tenancy::insert_into(customers::table).values(vec![row(10 + round), row(20 + round)]);
                let (trips, inserted) = proxy.count(insert.execute(db)).await;
                costs.insert_list.push(trips);
                assert_eq!(inserted, Ok(2));
                let update = tenancy::update(customers::table).set(customers::name.eq("y"));
                let (trips, updated) = proxy.count(update.execute(db)).await;
                costs.update.push(trips);
                assert_eq!(updated, Ok(expected + 3));
                if tenancy.context(tenant).isolation() != Isolation::Column {
                    let text = diesel::sql_query("SELECT 1");
                    costs.text.push(proxy.count(text.execute(db)).await.0);
                    costs.batch.push(proxy.count(db.batch_execute("SELECT 1; SELECT 2")).await.0);
                }
                let transaction = db.transaction::<_, Error, _>(async |db| {
                    customers::table.select(customers::id).load::<i32>(db).await
                });
                let (trips, rows) = proxy.count(transaction).await;
                costs.transaction.push(trips);
                assert_eq!(rows.unwrap().len(), expected + 3);
            }
            costs
        })
        .await
}

#[derive(Debug, Default, PartialEq)]
struct Costs {
    select: Vec<usize>,
    insert: Vec<usize>,
    insert_list: Vec<usize>,
    update: Vec<usize>,
    text: Vec<usize>,
    batch: Vec<usize>,
    transaction: Vec<usize>,
}

impl Costs {
    /// Each form of statement that is built costs this, one time after the other.
    fn are_for_built_statements(&self, expected: [usize; 3], isolation: Isolation) {
        for (what, costs) in [
            ("SELECT", &self.select),
            ("INSERT", &self.insert),
            ("INSERT of a list", &self.insert_list),
            ("UPDATE", &self.update),
        ] {
            assert_eq!(*costs, expected, "{isolation}: {what}");
        }
    }
}

#[tokio::test]
async fn a_statement_that_is_prepared_is_one() {
    let (world, proxy, _) = far(Isolation::Column).await;
    let without = bare(&proxy, &world.database.app_url()).await;
    assert_eq!((&without.select, &without.insert), (&vec![2, 1, 1], &vec![2, 1, 1]));
    assert_eq!((&without.update, &without.insert_list), (&vec![2, 2, 2], &vec![2, 2, 2]));
    assert_eq!((&without.text, &without.batch), (&vec![2, 2, 2], &vec![1, 1, 1]));
    assert_eq!(without.transaction, [3, 3, 3]);
    for isolation in ISOLATIONS {
        let (world, proxy, tenancy) = far(isolation).await;
        let with = ours(&proxy, &tenancy, &world.acme).await;
        with.are_for_built_statements([2, 1, 1], isolation);
        // BEGIN with the setting, the statement, COMMIT.
        assert_eq!(with.transaction, [3, 3, 3], "{isolation}: a transaction");
        let text = match isolation {
            Isolation::Column => vec![],
            _ => vec![2, 2, 2],
        };
        assert_eq!(with.text, text, "{isolation}: text");
        // Behind a BEGIN that fails a batch would find other tables.
        let batch = if isolation == Isolation::Schema { 2 } else { 1 };
        assert!(with.batch.iter().all(|trips| *trips == batch), "{isolation}: {:?}", with.batch);
    }
}

/// Behind a transaction pooler nothing is prepared for long: BEGIN and the parsing, the statement, COMMIT.
#[tokio::test]
async fn behind_a_pooler_a_statement_is_three() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        let proxy = Proxy::new(&world.database.pooler_url());
        let url = proxy.before(&world.database.pooler_url());
        let builder = world.database.builder_at(url, isolation).transaction_pooler(true);
        let tenancy = builder.pool_size(1).build().await.unwrap();
        let with = ours(&proxy, &tenancy, &world.acme).await;
        with.are_for_built_statements([3, 3, 3], isolation);
        // BEGIN, the parsing, the statement, COMMIT.
        assert_eq!(with.transaction, [4, 4, 4], "{isolation}: a transaction");
        let is_text = |costs: &[usize]| match isolation {
            Isolation::Column => costs.is_empty(),
            _ => costs == [3, 3, 3],
        };
        assert!(is_text(&with.text), "{isolation}: text {:?}", with.text);
        assert!(is_text(&with.batch), "{isolation}: a batch {:?}", with.batch);
    }
}
