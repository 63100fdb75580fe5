//! Every way a tenant may go, and what arrives.

use tenancy::Isolation;
use tenancy_tests::world::moved::Moved;
use tenancy_tests::world::sqlite;

use super::relocate;

/// From `rls`, each way from one kind of place to another once, and at last to what is no other place.
const ROUTE: [Isolation; 7] = [
    Isolation::Schema,
    Isolation::Database,
    Isolation::Rls,
    Isolation::Database,
    Isolation::Schema,
    Isolation::Column,
    Isolation::Rls,
];

/// Everything the tenant has is the same at each stop.
#[tokio::test]
async fn everything_arrives_in_every_direction() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.globex).await;
    world.fill(&world.acme).await;
    let (mine, theirs) = (world.all(&world.acme).await, world.all(&world.globex).await);
    assert!(mine.len() > 1000 && mine.iter().any(|line| line.contains("GRACE")), "{mine:?}");
    for (n, to) in ROUTE.into_iter().enumerate() {
        let moved = relocate(&world.tenancy, &world.acme, to).await.unwrap();
        assert_eq!(moved.placement(), world.now(&world.acme).await.placement());
        assert_eq!((moved.isolation(), moved.relocation()), (Some(to), None));
        assert_eq!(world.all(&world.acme).await, mine, "move {n}, to {to}");
        assert_eq!(world.all(&world.globex).await, theirs, "move {n}, to {to}");
        assert_eq!(world.leftovers(&world.acme).await, Vec::<String>::new(), "move {n}, to {to}");
    }
}

/// The next values of identities and sequences are new, of both tenants, wherever the rows have gone.
#[tokio::test]
async fn new_rows_get_new_numbers() {
    let world = Moved::new(Isolation::Schema).await;
    world.fill(&world.globex).await;
    // Far ahead of what the tables that tenants share have given.
    world.fill(&world.acme).await;
    let (acme, globex) = (world.acme.id(), world.globex.id());
    let many = format!(
        "INSERT INTO people (tenant_id, name) SELECT '{acme}', 'x' FROM generate_series(1, 50);
         INSERT INTO notes (tenant_id, person) SELECT '{acme}', 1 FROM generate_series(1, 50)"
    );
    world.run(&world.acme, &many).await.unwrap();
    for to in [Isolation::Database, Isolation::Rls, Isolation::Schema] {
        relocate(&world.tenancy, &world.acme, to).await.unwrap();
        for (tenant, id) in [(&world.acme, acme), (&world.globex, globex)] {
            let more = format!(
                "INSERT INTO people (tenant_id, name) VALUES ('{id}', 'y');
                 INSERT INTO notes (tenant_id, person) VALUES ('{id}', 1)"
            );
            world.run(tenant, &more).await.unwrap();
            let newest = "SELECT (SELECT max(id) FROM people), (SELECT max(id) FROM notes), (SELECT -min(place) FROM notes)";
            let newest = world.lines(tenant, newest).await;
            let least_of = |text: &str| {
                text.trim_matches(['(', ')']).split(',').map(|n| n.parse().unwrap()).min().unwrap()
            };
            let newest: i64 = least_of(&newest[0]);
            // The shared sequences have gone past what came in.
            let least = if tenant.id() == acme || to == Isolation::Rls { 54 } else { 4 };
            assert!(newest >= least, "{to}: {newest}");
        }
    }
}

/// What is there already is no move, and the record says from then on what it followed before.
#[tokio::test]
async fn a_tenant_that_is_there_stays() {
    let world = Moved::new(Isolation::Schema).await;
    world.fill(&world.acme).await;
    let mine = world.all(&world.acme).await;
    let moved = relocate(&world.tenancy, &world.acme, Isolation::Schema).await.unwrap();
    assert_eq!(moved.isolation(), Some(Isolation::Schema));
    assert_eq!(world.all(&world.acme).await, mine);
    assert_eq!(
        world.admin_lines("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'tenancy%'").await,
        [""; 0]
    );
}

#[tokio::test]
async fn elsewhere_it_is_an_error_and_nothing_is_done() {
    let world = sqlite::World::new(Isolation::Column).await;
    let error = world.tenancy.relocate(world.acme.id(), Isolation::Database).await.unwrap_err();
    assert!(
        error.to_string().contains("SQLite") && error.to_string().contains("nothing was done"),
        "{error}"
    );
    let now = world.tenancy.store().get(world.acme.id()).await.unwrap();
    assert_eq!(now.placement(), world.acme.placement());
}
