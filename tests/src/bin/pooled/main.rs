//! One of several processes of an application behind a pooler: `pooled TENANT ROUNDS`, with the addresses and the isolation
//! in its environment. Each works for a tenant of its own, and ends with an error at the first thing that is not as if it
//! were alone.
//!
//! What it is for: the driver names its prepared statements by counting, so two processes give the same names to others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how it tells its test"
)]

use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::RunQueryDsl;
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy::tenant::Slug;
use tenancy_tests::schema::customers;

/// Clients of the pooler that one process is.
const CLIENTS: usize = 4;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (tenant, rounds) = (arguments.next().unwrap(), arguments.next().unwrap());
    let rounds: i32 = rounds.parse().unwrap();
    let tenancy = Tenancy::builder(variable("POOLED_URL"))
        .admin_url(variable("POOLED_ADMIN_URL"))
        .transaction_pooler(true)
        .isolation(variable("POOLED_ISOLATION").parse().unwrap())
        .pool_size(u32::try_from(CLIENTS).unwrap())
        .tenant_connections(u32::try_from(CLIENTS).unwrap())
        .build()
        .await
        .unwrap();
    let tenant = tenancy.tenant(&Slug::try_from(tenant.as_str()).unwrap()).await.unwrap();
    let mut clients = Vec::new();
    for client in 0..i32::try_from(CLIENTS).unwrap() {
        let (tenancy, context) = (tenancy.clone(), tenancy.context(&tenant));
        clients.push(tokio::spawn(context.scope(async move {
            let own = tenancy.clone();
            for round in 0..rounds {
                let mut db = own.db().await.unwrap();
                // In each process another order, so that the same name is another statement.
                let shift = i32::try_from(std::process::id() % 5).unwrap();
                statement(&mut db, client, round, (round + shift) % 5).await.unwrap();
            }
        })));
    }
    for client in clients {
        client.await.unwrap();
    }
}

/// A statement or a transaction. A client's customers are those whose id is its own in the thousands, and are called by the
/// number of the process.
async fn statement(db: &mut TenantDb, client: i32, round: i32, which: i32) -> Result<(), Error> {
    let first = client * 1_000_000;
    let own = || customers::table.filter(customers::id.between(first, first + 999_999));
    let name = std::process::id().to_string();
    let row = |id: i32| (customers::id.eq(first + id), customers::name.eq(name.clone()));
    match which {
        0 => {
            let inserted = tenancy::insert_into(customers::table).values(row(round)).execute(db).await?;
            assert_eq!(inserted, 1);
        }
        1 => {
            let list = vec![row(500_000 + 2 * round), row(500_001 + 2 * round)];
            let insert = tenancy::insert_into(customers::table).values(list).returning(customers::name);
            let names: Vec<String> = insert.get_results(db).await?;
            assert_eq!(names, [name.clone(), name]);
        }
        2 => {
            let names: Vec<String> = customers::table.select(customers::name).load(db).await?;
            assert!(names.iter().all(|found| *found == name), "{names:?} instead of {name}");
        }
        3 => {
            let (count, updated) = db
                .transaction::<_, Error, _>(async |db| {
                    let count: i64 = own().count().get_result(db).await?;
                    let update = tenancy::update(own()).set(customers::country.eq("GB"));
                    Ok((count, update.execute(db).await?))
                })
                .await?;
            assert_eq!(usize::try_from(count).unwrap(), updated);
        }
        _ => {
            let deleted = tenancy::delete(own().filter(customers::id.lt(first + round - 20)));
            deleted.execute(db).await?;
        }
    }
    Ok(())
}
