//! `cargo xtask bench`: what a scoped query costs beside the same query with its filter written by hand.
//!
//! The figures are printed and nothing is judged: the exit status is 0 whatever they are.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot be set up fails")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]

mod cached;
mod compare;
mod http;
mod inserts;
mod middleware;
mod neighbours;
mod places;
mod pools;
mod queries;
mod sides;

use compare::Row;
use tenancy::Isolation;

/// Tenants of each database.
const TENANTS: usize = 100;
/// Rows of each tenant.
const ROWS: i32 = 1_000;

// Like a worker of actix-web, and steadier than several threads.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    if compare::is_wanted("http") {
        // actix has a runtime of its own.
        std::thread::spawn(http::run).join().unwrap();
    }
    if compare::is_wanted("middleware") {
        std::thread::spawn(middleware::run).join().unwrap();
    }
    if compare::is_wanted("cached") {
        cached::run().await;
    }
    println!("{TENANTS} tenants of {ROWS} rows; medians of µs for one query, in turn on both sides");
    println!(
        "`query`: on a connection that is held; `request`: with taking it from the pool, another tenant"
    );
    println!("each time. `by hand`: Diesel with `.filter(tenant_id.eq(…))` on a plain pooled connection.");
    println!();
    println!("{}", Row::head());

    let sqlite = places::Sqlite::new().await;
    sides::sqlite("SQLite column", &sqlite.tenancy, &sqlite.tenants, &sqlite.by_hand).await;

    let column = places::Postgres::new(Isolation::Column).await;
    let hand = &column.by_hand;
    sides::postgres("PostgreSQL column", &column.tenancy, &column.tenants, hand).await;
    let once = places::Postgres::planned_once(Isolation::Column).await;
    sides::postgres("PostgreSQL column, planned once", &once.tenancy, &once.tenants, &once.by_hand).await;

    println!();
    println!("For information, what the database's own wall costs beside the same filter by hand:");
    for isolation in [Isolation::Rls, Isolation::Schema] {
        let place = places::Postgres::new(isolation).await;
        let label = format!("PostgreSQL {isolation}");
        // By hand in the database of `column`: its tenants have the same rows.
        sides::postgres(&label, &place.tenancy, &place.tenants, hand).await;
    }
    if compare::is_wanted("pools") {
        pools::run().await;
    }
    if compare::is_wanted("neighbours") {
        neighbours::run().await;
    }
}
