//! Workers that serve several tenants at a time, and workers that die.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::env;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tempfile::TempDir;
use tenancy::sqlite::Tenancy;
use tenancy::{TenancyError, Tenant, across_tenants};
use uuid::Uuid;

use crate::job::{Job, Work};
use crate::queue::Queue;
use crate::worker::{self, Outcome};
use crate::{reports, start};

/// An application and a queue of its own.
struct World {
    tenancy: Tenancy,
    queue: Queue,
    _directory: TempDir,
}

impl World {
    async fn new() -> Self {
        let address = env::var("TENANCY_TEST_REDIS_URL").expect("run the tests with `cargo xtask test`");
        let queue = Queue::connect(&address, &format!("test:{}", Uuid::now_v7().simple())).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        Self { tenancy: start::tenancy(directory.path()).await.unwrap(), queue, _directory: directory }
    }

    async fn tenant(&self, identifier: &str, quantities: &[i32]) -> Tenant {
        start::tenant(&self.tenancy, identifier, quantities).await.unwrap()
    }

    async fn enqueue(&mut self, tenant: &Tenant) -> Job {
        let job = self.tenancy.context(tenant).sync_scope(|| Job::for_current_tenant(Work::Report)).unwrap();
        self.queue.push(&job).await.unwrap();
        job
    }

    /// What the worker of this name does until there is nothing left, over a connection of its own.
    async fn work(&self, name: &str) -> Vec<Outcome> {
        let mut queue = self.queue.again().await.unwrap();
        let mut outcomes = Vec::new();
        while let Some(outcome) = worker::step(&self.tenancy, &mut queue, name).await.unwrap() {
            outcomes.push(outcome);
        }
        outcomes
    }

    /// The tenant's reports: the job, and what it has counted.
    async fn reports(&self, tenant: &Tenant) -> BTreeMap<String, (i64, i64)> {
        let all = async { reports::all(&mut self.tenancy.db().await?).await };
        let all = self.tenancy.context(tenant).scope(all).await.unwrap();
        all.into_iter().map(|report| (report.job, (report.orders, report.quantity))).collect()
    }

    /// Removes the queue, which must be empty, or hold what is left aside.
    async fn end(mut self, aside: usize) {
        let left = self.queue.lengths().await.unwrap();
        let lists: Vec<_> = left.iter().map(|(list, length)| (list.as_str(), *length)).collect();
        let expected: &[_] = if aside == 0 { &[] } else { &[("aside", aside)] };
        assert_eq!(lists, expected);
        self.queue.remove().await.unwrap();
        assert!(self.queue.lengths().await.unwrap().is_empty());
    }
}

/// Runs a future for so many looks at it, then drops it.
async fn dropped_after<R>(looks: usize, future: impl Future<Output = R>) -> Option<R> {
    let mut future = pin!(future);
    let mut looked = 0;
    poll_fn(|cx| {
        if looked == looks {
            return Poll::Ready(None);
        }
        looked += 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Threat 10: two workers, whose jobs are of one tenant and then of another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_see_the_orders_of_their_jobs_tenant() {
    let mut world = World::new().await;
    let mut tenants = Vec::new();
    for number in 1..=5_i32 {
        let quantities: Vec<_> = (0..number).map(|_| number * 100).collect();
        tenants.push(world.tenant(&format!("tenant-{number}"), &quantities).await);
    }
    let mut expected = vec![BTreeMap::new(); tenants.len()];
    for number in 0..100 {
        let which = number % tenants.len();
        let job = world.enqueue(&tenants[which]).await;
        let orders = i64::try_from(which).unwrap() + 1;
        expected[which].insert(job.id.to_string(), (orders, orders * orders * 100));
    }

    let (one, two) = tokio::join!(world.work("one"), world.work("two"));
    assert!(!one.is_empty() && !two.is_empty(), "one worker has done everything");
    assert_eq!(one.len() + two.len(), 100);
    for outcome in one.iter().chain(&two) {
        assert!(matches!(outcome, Outcome::Done(_)), "{outcome}");
    }
    for (tenant, expected) in tenants.iter().zip(expected) {
        assert_eq!(world.reports(tenant).await, expected);
    }
    world.end(0).await;
}

/// A worker that dies between taking and acknowledging, before the work and behind it.
#[tokio::test]
async fn a_job_that_was_taken_is_done_by_the_next_worker_of_that_name() {
    let mut world = World::new().await;
    let acme = world.tenant("acme", &[3, 1, 2]).await;
    for work_is_done in [false, true] {
        let job = world.enqueue(&acme).await;
        let mut queue = world.queue.again().await.unwrap();
        let taken = queue.take("mortal").await.unwrap().unwrap();
        if work_is_done {
            worker::run(&world.tenancy, &taken.job().unwrap()).await.unwrap();
        }
        drop((queue, taken));
        assert_eq!(world.queue.lengths().await.unwrap(), BTreeMap::from([("taken:mortal".to_owned(), 1)]));
        assert_eq!(world.reports(&acme).await.contains_key(&job.id.to_string()), work_is_done);
        // Another has nothing to do with it.
        assert!(world.work("other").await.is_empty());
        let outcomes = world.work("mortal").await;
        assert!(matches!(&*outcomes, [Outcome::Done(done)] if *done == job.id), "{outcomes:?}");
        assert_eq!(world.reports(&acme).await.get(&job.id.to_string()), Some(&(3, 6)));
    }
    assert_eq!(world.reports(&acme).await.len(), 2);
    world.end(0).await;
}

/// A worker that is dropped wherever it may be: the job is done by the one that is started in its place, and once.
#[tokio::test]
async fn a_job_outlives_its_worker() {
    let mut world = World::new().await;
    let tenant = world.tenant("acme", &[3, 1, 2]).await;
    let other = world.tenant("globex", &[1, 5]).await;
    let mut job = world.enqueue(&tenant).await;
    let (mut deaths, mut between) = (0, 0);
    for looks in 1.. {
        let mut queue = world.queue.again().await.unwrap();
        let step = dropped_after(looks, worker::step(&world.tenancy, &mut queue, "mortal")).await;
        drop(queue);
        if let Some(outcome) = step {
            assert!(matches!(outcome.unwrap(), Some(Outcome::Done(done)) if done == job.id));
            break;
        }
        deaths += 1;
        // Taken, and not acknowledged.
        let left = world.queue.lengths().await.unwrap();
        between += usize::from(left.contains_key("taken:mortal"));
        assert!(left.values().sum::<usize>() <= 1, "{left:?}");

        let done = world.work("mortal").await;
        assert!(done.len() <= 1, "{done:?}");
        let reports = world.reports(&tenant).await;
        assert_eq!(reports.get(&job.id.to_string()), Some(&(3, 6)), "lost after {looks} looks");
        assert_eq!(reports.len(), deaths);
        job = world.enqueue(&tenant).await;
    }
    // How often it has to wait is a matter of time: an answer may be there at once.
    assert!(
        deaths >= 2 && between >= 1,
        "{deaths} deaths, {between} of them between taking and acknowledging"
    );
    assert!(world.reports(&other).await.is_empty());
    world.end(0).await;
}

#[tokio::test]
async fn a_job_of_a_tenant_that_is_not_served_is_set_aside_and_kept() {
    let mut world = World::new().await;
    let acme = world.tenant("acme", &[3, 1, 2]).await;
    let globex = world.tenant("globex", &[1, 5]).await;
    let initech = world.tenant("initech", &[7]).await;
    let (of_acme, of_globex) = (world.enqueue(&acme).await, world.enqueue(&globex).await);
    world.enqueue(&initech).await;

    world.tenancy.suspend_tenant(globex.id()).await.unwrap();
    world.tenancy.delete_tenant(initech.id()).await.unwrap();
    let outcomes = world.work("one").await;
    assert!(
        matches!(&*outcomes, [Outcome::Done(done), Outcome::Aside(one), Outcome::Aside(two)]
            if *done == of_acme.id && one.contains("suspended") && two.contains("deleted")),
        "{outcomes:?}"
    );
    assert_eq!(world.queue.lengths().await.unwrap(), BTreeMap::from([("aside".to_owned(), 2)]));

    world.tenancy.activate_tenant(globex.id()).await.unwrap();
    assert!(world.reports(&globex).await.is_empty());
    assert_eq!(world.queue.put_back().await.unwrap(), 2);
    let outcomes = world.work("two").await;
    assert!(
        matches!(&*outcomes, [Outcome::Done(done), Outcome::Aside(_)] if *done == of_globex.id),
        "{outcomes:?}"
    );
    assert_eq!(world.reports(&globex).await, BTreeMap::from([(of_globex.id.to_string(), (2, 6))]));
    world.end(1).await;
}

/// Suspended when the job has been taken already, by a worker that died.
#[tokio::test]
async fn a_tenant_is_asked_about_when_its_job_is_done_and_not_when_it_is_taken() {
    let mut world = World::new().await;
    let acme = world.tenant("acme", &[3]).await;
    world.enqueue(&acme).await;
    let mut queue = world.queue.again().await.unwrap();
    assert!(queue.take("one").await.unwrap().is_some());
    world.tenancy.suspend_tenant(acme.id()).await.unwrap();
    let outcomes = world.work("one").await;
    assert!(matches!(&*outcomes, [Outcome::Aside(_)]), "{outcomes:?}");
    world.end(1).await;
}

#[tokio::test]
async fn what_nobody_understands_is_set_aside_and_the_next_job_is_done() {
    let mut world = World::new().await;
    let acme = world.tenant("acme", &[3]).await;
    let mut job = serde_json::to_value(world.enqueue(&acme).await).unwrap();
    world.queue.push_text("no job").await.unwrap();
    job["tenant"]["version"] = 2.into();
    world.queue.push_text(&job.to_string()).await.unwrap();
    job["tenant"] = serde_json::json!({ "version": 1, "tenant": "../acme" });
    world.queue.push_text(&job.to_string()).await.unwrap();
    let last = world.enqueue(&acme).await;
    let outcomes = world.work("one").await;
    assert_eq!(outcomes.len(), 5);
    assert!(outcomes[1..4].iter().all(|outcome| matches!(outcome, Outcome::Aside(_))), "{outcomes:?}");
    assert!(matches!(&outcomes[4], Outcome::Done(done) if *done == last.id), "{outcomes:?}");
    world.end(3).await;
}

#[tokio::test]
async fn nobody_enqueues_for_no_tenant_or_for_all() {
    let error = Job::for_current_tenant(Work::Report).unwrap_err();
    assert!(matches!(error, TenancyError::Scope(_)), "{error}");
    let error = across_tenants("a test", async { Job::for_current_tenant(Work::Report) }).await.unwrap_err();
    assert!(matches!(error, TenancyError::Scope(_)), "{error}");
}
