//! Moves of an application behind a pooler, whose connections to the server are everybody's.

use tenancy::Isolation;
use tenancy_tests::world::moved::Moved;
use tenancy_tests::world::pooler::left;

use super::relocate;

/// What a move says to the server as the application's role goes through the pooler. It prepares nothing there and sets
/// nothing, and the tenant's database goes though the pooler has connections to it.
#[tokio::test]
async fn behind_a_pooler_nothing_is_left_to_others() {
    let world = Moved::pooled(Isolation::Schema).await;
    world.fill(&world.globex).await;
    world.fill(&world.acme).await;
    let (mine, theirs) = (world.all(&world.acme).await, world.all(&world.globex).await);
    for to in [Isolation::Database, Isolation::Rls, Isolation::Database] {
        let moved = relocate(&world.tenancy, &world.acme, to).await;
        assert_eq!(moved.map(|tenant| tenant.isolation()).map_err(|error| error.to_string()), Ok(Some(to)));
        assert_eq!(world.all(&world.acme).await, mine, "to {to}");
        assert_eq!(world.all(&world.globex).await, theirs, "to {to}");
        assert_eq!(world.leftovers(&world.acme).await, [""; 0], "to {to}");
        let left = left(&world.database.pooler_url()).await;
        assert!(left.iter().all(|left| left.is_clean()), "to {to}: {left:?}");
    }
    world.tenancy.destroy_tenant(world.acme.id()).await.unwrap();
    let database = format!("SELECT datname FROM pg_database WHERE datname = 't_{}'", world.acme.id());
    assert_eq!(world.admin_lines(&database).await, [""; 0]);
}
