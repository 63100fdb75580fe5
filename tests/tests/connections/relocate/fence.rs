//! What a tenant that moves, and others beside it, can do meanwhile.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use actix_web::ResponseError;
use diesel_async::SimpleAsyncConnection;
use tenancy::{Isolation, RelocateError, TenancyError, Tenant};
use tenancy_tests::world::moved::Moved;
use tokio::task::JoinHandle;

use super::relocate;

/// A move that waits at a step until it is told to go on.
pub(super) struct Paused {
    go: Sender<()>,
    task: JoinHandle<Result<Tenant, TenancyError>>,
}

impl Paused {
    /// Begins a move and comes back when it has reached the step.
    pub(super) async fn at(world: &Moved, to: Isolation, step: &'static str, grace: Duration) -> Self {
        let (reached, is_reached) = channel();
        let (go, goes): (Sender<()>, Receiver<()>) = channel();
        let goes = std::sync::Mutex::new(Some(goes));
        let relocate = world.tenancy.relocate(world.acme.id(), to).grace(grace).observe(move |now| {
            if now == step
                && let Some(goes) = goes.lock().unwrap().take()
            {
                reached.send(()).unwrap();
                tokio::task::block_in_place(|| goes.recv().unwrap());
            }
        });
        let task = tokio::spawn(async { relocate.await });
        let waited = tokio::task::spawn_blocking(move || is_reached.recv_timeout(Duration::from_secs(20)));
        waited.await.unwrap().unwrap();
        Self { go, task }
    }

    pub(super) async fn go_on(self) -> Result<Tenant, TenancyError> {
        self.go.send(()).unwrap();
        self.task.await.unwrap()
    }
}

fn held(result: Result<(), TenancyError>) -> TenancyError {
    let error = result.unwrap_err();
    assert!(
        matches!(&error, TenancyError::Relocate(RelocateError::Held { table }) if table == "events"),
        "{error}"
    );
    error
}

/// Writes that a fence has to refuse, one of each kind.
fn writes(tenant: &Tenant) -> [String; 4] {
    let id = tenant.id();
    [
        format!("INSERT INTO events VALUES ('{id}', 5000)"),
        "UPDATE events SET number = number + 5000".to_owned(),
        "DELETE FROM events".to_owned(),
        format!(
            "WITH new AS (INSERT INTO events VALUES ('{id}', 5000) RETURNING number) SELECT number FROM new"
        ),
    ]
}

/// The tenant reads and does not write; others do both.
#[tokio::test(flavor = "multi_thread")]
async fn writes_are_held_for_that_tenant_alone() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    world.fill(&world.globex).await;
    let mine = world.all(&world.acme).await;
    for to in [Isolation::Schema, Isolation::Database, Isolation::Rls] {
        let paused = Paused::at(&world, to, "fenced", Duration::ZERO).await;
        for write in writes(&world.acme) {
            let error = held(world.run(&world.acme, &write).await);
            let answer = error.error_response();
            assert_eq!(answer.status(), 503);
            assert_eq!(answer.headers().get("retry-after").unwrap(), "1");
        }
        assert_eq!(world.all(&world.acme).await, mine);
        for write in writes(&world.globex) {
            world.run(&world.globex, &write).await.unwrap();
        }
        paused.go_on().await.unwrap();
        assert_eq!(world.all(&world.acme).await, mine);
        world.run(&world.acme, &writes(&world.acme)[0]).await.unwrap();
        world.run(&world.acme, "DELETE FROM events WHERE number = 5000").await.unwrap();
        world.fill_events(&world.globex).await;
    }
}

/// Threat C12: a unit of work that has read the old record goes on reading where it began, and writes nothing that nobody
/// will see.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_old_record_reads_the_old_place_and_cannot_write() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    for to in [Isolation::Schema, Isolation::Database, Isolation::Rls] {
        let before = world.now(&world.acme).await;
        let mine = world.all(&world.acme).await;
        let grace = Duration::from_millis(1500);
        let paused = Paused::at(&world, to, "lifted", grace).await;
        // The new place is written to, and the old one is what it was.
        world.run(&world.acme, &writes(&world.acme)[0]).await.unwrap();
        let old = world.lines_at(&before, "SELECT * FROM events").await.unwrap();
        assert!(old.iter().all(|line| mine.contains(line)) && old.len() == 1001, "{}", old.len());
        for write in writes(&world.acme) {
            held(world.run_at(&before, &write).await);
        }
        paused.go_on().await.unwrap();
        // Behind the grace nothing of it can be written either.
        for write in writes(&world.acme) {
            assert!(world.run_at(&before, &write).await.is_err() || write.starts_with(['U', 'D']), "{write}");
        }
        assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
        world.run(&world.acme, "DELETE FROM events WHERE number = 5000").await.unwrap();
        assert_eq!(world.all(&world.acme).await, mine);
    }
}

/// A tenant that has left the shared tables stays locked out of them until it is back.
#[tokio::test]
async fn the_fence_of_shared_tables_stays() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    relocate(&world.tenancy, &world.acme, Isolation::Schema).await.unwrap();
    held(world.run_at(&world.acme, &writes(&world.acme)[0]).await);
    relocate(&world.tenancy, &world.acme, Isolation::Database).await.unwrap();
    held(world.run_at(&world.acme, &writes(&world.acme)[0]).await);
    relocate(&world.tenancy, &world.acme, Isolation::Rls).await.unwrap();
    world.run_at(&world.acme, &writes(&world.acme)[0]).await.unwrap();
}

/// The row is looked at as it is in the end: a trigger of the application's may be what writes the tenant into it.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_a_trigger_writes_is_held() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let sql = "CREATE FUNCTION whose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               NEW.tenant_id := current_setting('tenancy.tenant_id'); RETURN NEW; END $$; \
               CREATE TRIGGER whose BEFORE INSERT ON events FOR EACH ROW \
               WHEN (NEW.tenant_id IS NULL) EXECUTE FUNCTION whose()";
    world.database.execute_as_admin(sql).await;
    let insert = "INSERT INTO events (number) VALUES (5000)";
    world.run(&world.acme, insert).await.unwrap();
    let paused = Paused::at(&world, Isolation::Schema, "fenced", Duration::ZERO).await;
    held(world.run(&world.acme, insert).await);
    world.run(&world.globex, insert).await.unwrap();
    paused.go_on().await.unwrap();
    assert_eq!(world.lines(&world.acme, "SELECT * FROM events WHERE number = 5000").await.len(), 1);
}

/// What began before the fence is waited for, and is among what moves.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_in_progress_is_taken_along() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let mut open = world.database.admin().await;
    let id = world.acme.id();
    open.batch_execute(&format!("BEGIN; INSERT INTO events VALUES ('{id}', 8000)")).await.unwrap();
    let moving = tokio::spawn({
        let (tenancy, acme) = (world.tenancy.clone(), world.acme.clone());
        async move { relocate(&tenancy, &acme, Isolation::Schema).await }
    });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!moving.is_finished());
    open.batch_execute("COMMIT").await.unwrap();
    moving.await.unwrap().unwrap();
    assert_eq!(world.lines(&world.acme, "SELECT * FROM events WHERE number = 8000").await.len(), 1);
}

/// A transaction of another tenant that does not end stops the move, and nobody else for long.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_writer_ends_the_move_and_stalls_nobody() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    world.fill(&world.globex).await;
    let mut open = world.database.admin().await;
    let id = world.globex.id();
    open.batch_execute(&format!("BEGIN; INSERT INTO events VALUES ('{id}', 8000)")).await.unwrap();
    let moving = tokio::spawn({
        let relocate = world.tenancy.relocate(world.acme.id(), Isolation::Schema);
        let relocate = relocate.wait(Duration::from_secs(2));
        async move { relocate.await }
    });
    let mut longest = Duration::ZERO;
    while !moving.is_finished() {
        let since = Instant::now();
        world.run(&world.globex, &format!("INSERT INTO events VALUES ('{id}', 1)")).await.unwrap();
        longest = longest.max(since.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let error = moving.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, TenancyError::Relocate(RelocateError::Busy { table, .. }) if table == "events"),
        "{error}"
    );
    // 200 ms of waiting behind the fence, and what a busy machine adds.
    assert!(longest < Duration::from_millis(1500), "{longest:?}");
    open.batch_execute("COMMIT").await.unwrap();
    let now = world.now(&world.acme).await;
    assert_eq!(now.placement(), world.acme.placement());
    world.run(&world.acme, &writes(&world.acme)[0]).await.unwrap();
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}
