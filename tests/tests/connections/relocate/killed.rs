//! A process that ends at any step of a move, while another writes all the time.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::postgres::Tenancy;
use tenancy::tenant::TenantId;
use tenancy::{Isolation, RelocateError, TenancyError};
use tenancy_tests::world::moved::Moved;
use tenancy_tests::world::moved::tables::{counters, events};
use tokio::task::JoinHandle;

use super::unfinished::{STEPS, is_on_the_way};

/// Writes without pause, each write for the tenant's record as it is then: an event and its count, in one transaction.
struct Writer {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Written>,
}

#[derive(Debug, Default)]
struct Written {
    acknowledged: Vec<i64>,
    held: usize,
    /// Writes and reads that failed otherwise.
    failed: Vec<(i64, String)>,
    unread: Vec<String>,
}

impl Writer {
    fn start(tenancy: &Tenancy, id: &TenantId) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (tenancy, id, stopped) = (tenancy.clone(), id.clone(), Arc::clone(&stop));
        let task = tokio::spawn(async move {
            let mut written = Written::default();
            let mut number = 1000;
            while !AtomicBool::load(&stopped, Ordering::Acquire) {
                number += 1;
                match write(&tenancy, &id, number).await {
                    Ok(()) => written.acknowledged.push(number),
                    Err(TenancyError::Relocate(RelocateError::Held { .. })) => written.held += 1,
                    Err(error) => written.failed.push((number, error.to_string())),
                }
                match count(&tenancy, &id).await {
                    // What was acknowledged can be read from then on.
                    Ok(count) if count >= 1001 + written.acknowledged.len() as i64 => {}
                    other => written.unread.push(format!("{other:?} of {}", written.acknowledged.len())),
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            written
        });
        Self { stop, task }
    }

    async fn stop(self) -> Written {
        self.stop.store(true, Ordering::Release);
        self.task.await.unwrap()
    }
}

async fn write(tenancy: &Tenancy, id: &TenantId, number: i64) -> Result<(), TenancyError> {
    let tenant = tenancy.store().get(id).await?;
    let write = tenancy.context(&tenant).scope(async {
        let mut db = tenancy.db().await?;
        db.transaction::<_, TenancyError, _>(async |db| {
            tenancy::insert_into(events::table).values(events::number.eq(number)).execute(db).await?;
            let more = counters::value.eq(counters::value + 1);
            tenancy::update(counters::table).set(more).execute(db).await?;
            Ok(())
        })
        .await
    });
    write.await
}

async fn count(tenancy: &Tenancy, id: &TenantId) -> Result<i64, TenancyError> {
    let tenant = tenancy.store().get(id).await?;
    let count = tenancy.context(&tenant).scope(async {
        let mut db = tenancy.db().await?;
        Ok(events::table.count().get_result(&mut db).await?)
    });
    count.await
}

/// Runs the program that moves, which is another process. `true` if it has come to its end.
async fn mover(world: &Moved, to: Isolation, step: Option<&str>) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mover"));
    command.args([world.database.app_url(), world.database.admin_url(), world.acme.id().to_string()]);
    command.arg(to.as_str()).args(step);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_expected = output.status.success() || step.is_some() && output.status.code().is_none();
    // The server may not have noticed yet that the one before is gone.
    assert!(is_expected || said.contains("UnderWay"), "{step:?}: {said}");
    output.status.success()
}

/// Where the tenant goes, again and again: each step ends a move of each direction once.
const ROUND: [Isolation; 3] = [Isolation::Schema, Isolation::Database, Isolation::Column];

/// Ends a move at each of these steps, starts it again, and looks for what was acknowledged.
async fn nothing_is_lost(steps: &[&'static str]) {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    world.fill(&world.globex).await;
    let writers = [&world.acme, &world.globex].map(|tenant| Writer::start(&world.tenancy, tenant.id()));
    for step in steps {
        for to in ROUND.into_iter().filter(|to| is_on_the_way(step, *to)) {
            assert!(!mover(&world, to, Some(step)).await, "{step} to {to} was not reached");
            let mut tries = 0;
            while !mover(&world, to, None).await {
                tries += 1;
                assert!(tries < 50, "{step} to {to}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let now = world.now(&world.acme).await;
            assert_eq!((now.isolation(), now.relocation()), (Some(to), None), "{step} to {to}");
            assert_eq!(world.leftovers(&world.acme).await, [""; 0], "{step} to {to}");
        }
    }
    let [mine, theirs] = writers;
    let (mine, theirs) = (mine.stop().await, theirs.stop().await);

    assert!(theirs.held == 0 && theirs.failed.is_empty() && theirs.unread.is_empty(), "{:?}", theirs.failed);
    assert!(mine.unread.is_empty(), "{:?}", mine.unread);
    assert!(mine.failed.is_empty(), "{:?}", mine.failed);
    assert!(mine.held > 0 && mine.acknowledged.len() > 100, "{} of {}", mine.held, mine.acknowledged.len());
    for (tenant, written) in [(&world.acme, mine), (&world.globex, theirs)] {
        let read = world.lines(tenant, "SELECT number FROM events WHERE number > 1000").await;
        let mut read: Vec<i64> =
            read.iter().map(|line| line.trim_matches(['(', ')']).parse().unwrap()).collect();
        read.sort_unstable();
        assert_eq!(read, written.acknowledged, "every one once, and no other");
        let counted = world.lines(tenant, "SELECT value FROM counters").await;
        assert_eq!(counted, [format!("({})", read.len())]);
    }
}

/// Threat C12: each process ends at another step, and no acknowledged write is lost or doubled.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_new_place_is_made() {
    nothing_is_lost(&STEPS[..5]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_rows_are_copied() {
    nothing_is_lost(&STEPS[5..10]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_behind_the_switch() {
    nothing_is_lost(&STEPS[10..]).await;
}
