//! Moves that were cut short, and what becomes of them.

use std::time::{Duration, Instant};

use tenancy::{Isolation, RelocateError, TenancyError, Tenant};
use tenancy_tests::world::moved::Moved;

use super::fence::Paused;
use super::relocate;

/// Every step of a move, and `created`, which is one on the way to a database.
pub(super) const STEPS: [&str; 15] = [
    "marked", "cleared", "created", "made", "migrated", "fencing", "fenced", "copying", "compared", "copied",
    "switched", "lifted", "removed", "released", "unmarked",
];

/// Whether a move to this isolation comes to the step.
pub(super) fn is_on_the_way(step: &str, to: Isolation) -> bool {
    step != "created" || to == Isolation::Database
}

/// A move that ends at a step.
async fn cut_short(world: &Moved, to: Isolation, step: &'static str) {
    let relocate = world.tenancy.relocate(world.acme.id(), to).grace(Duration::ZERO);
    let relocate = relocate.observe(move |reached| assert!(reached != step, "cut short at {step}"));
    let error = relocate.await.unwrap_err();
    assert!(error.to_string().contains("move it to the end"), "{error}");
}

/// The lock of the move that was cut short is free when the server has noticed.
async fn again(world: &Moved, to: Isolation) -> Result<Tenant, TenancyError> {
    let since = Instant::now();
    loop {
        match relocate(&world.tenancy, &world.acme, to).await {
            Err(TenancyError::Relocate(RelocateError::UnderWay { .. }))
                if since.elapsed() < Duration::from_secs(5) =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            moved => return moved,
        }
    }
}

/// Called again with the old isolation, a move that was cut short at any step is taken back, or goes back.
async fn is_taken_back(from: Isolation, to: Isolation) {
    let world = Moved::new(from).await;
    world.fill(&world.globex).await;
    world.fill(&world.acme).await;
    let (mine, theirs) = (world.all(&world.acme).await, world.all(&world.globex).await);
    // Of the steps between which nothing is made or taken away, one.
    let is_one = |step: &&str| !["cleared", "migrated", "copying", "lifted"].contains(step);
    for step in STEPS.into_iter().filter(|step| is_on_the_way(step, to)).filter(is_one) {
        cut_short(&world, to, step).await;
        let now = again(&world, from).await.unwrap();
        assert_eq!((now.isolation(), now.relocation()), (Some(from), None), "{step}");
        assert_eq!(world.all(&world.acme).await, mine, "{step}");
        assert_eq!(world.all(&world.globex).await, theirs, "{step}");
        assert_eq!(world.leftovers(&world.acme).await, [""; 0], "{step}");
        world.run(&world.acme, "UPDATE counters SET value = value").await.unwrap();
        world.run(&world.acme, "UPDATE events SET number = number").await.unwrap();
    }
}

#[tokio::test]
async fn from_shared_tables_to_a_schema_is_taken_back() {
    is_taken_back(Isolation::Rls, Isolation::Schema).await;
}

#[tokio::test]
async fn from_a_schema_to_a_database_is_taken_back() {
    is_taken_back(Isolation::Schema, Isolation::Database).await;
}

#[tokio::test]
async fn from_a_database_to_shared_tables_is_taken_back() {
    is_taken_back(Isolation::Database, Isolation::Rls).await;
}

/// A third isolation is reached too.
#[tokio::test]
async fn another_way_may_be_taken() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let mine = world.all(&world.acme).await;
    for (to, step, then) in [
        (Isolation::Schema, "copied", Isolation::Database),
        (Isolation::Schema, "switched", Isolation::Rls),
        (Isolation::Database, "compared", Isolation::Schema),
    ] {
        cut_short(&world, to, step).await;
        assert_eq!(again(&world, then).await.unwrap().isolation(), Some(then));
        assert_eq!(world.all(&world.acme).await, mine);
        assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
    }
}

/// A process that has lost its lock with its connection, and goes on: another takes the move over, and no row is there
/// twice, nor is one missing.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_the_move_changes_nothing() {
    let world = Moved::new(Isolation::Schema).await;
    world.fill(&world.acme).await;
    let mine = world.all(&world.acme).await;
    for (to, step) in [
        (Isolation::Rls, "compared"),
        (Isolation::Schema, "compared"),
        (Isolation::Database, "compared"),
        (Isolation::Rls, "copied"),
        (Isolation::Database, "fenced"),
        (Isolation::Schema, "copied"),
    ] {
        let paused = Paused::at(&world, to, step, Duration::ZERO).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        assert!(!world.admin_lines(end).await.is_empty());
        tokio::time::sleep(Duration::from_millis(300)).await;
        let second = relocate(&world.tenancy, &world.acme, to).await;
        assert_eq!(second.unwrap().isolation(), Some(to), "{step}");
        assert!(paused.go_on().await.is_err(), "{to} {step}");
        assert_eq!(again(&world, to).await.unwrap().isolation(), Some(to), "{to} {step}");
        assert_eq!(world.all(&world.acme).await, mine, "{to} {step}");
        assert_eq!(world.leftovers(&world.acme).await, [""; 0], "{to} {step}");
        world.run(&world.acme, "UPDATE events SET number = number").await.unwrap();
    }
}

/// What is in two places is not destroyed in one of them.
#[tokio::test]
async fn a_tenant_that_is_half_moved_is_not_destroyed() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    cut_short(&world, Isolation::Schema, "copied").await;
    let error = world.tenancy.destroy_tenant(world.acme.id()).await.unwrap_err();
    assert!(matches!(error, TenancyError::Relocate(RelocateError::Unfinished { .. })), "{error}");
    // It is `deleted` now, and the move can be ended all the same, but not begun again.
    let error = again(&world, Isolation::Schema).await.unwrap_err();
    assert!(matches!(error, TenancyError::Relocate(RelocateError::Status { .. })), "{error}");
    assert_eq!(world.now(&world.acme).await.relocation(), None);
    world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    let rows = format!("SELECT 1 FROM events WHERE tenant_id = '{}'", world.acme.id());
    assert_eq!(world.admin_lines(&rows).await, [""; 0]);
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}
