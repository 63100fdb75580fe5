//! Moves that cannot be, and what they leave: nothing.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use tenancy::postgres::Tenancy;
use tenancy::tenant::TenantStatus;
use tenancy::{Isolation, NewTenant, RelocateError, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::schema::TENANT_TABLES;
use tenancy_tests::servers;
use tenancy_tests::world::moved::{Moved, own_database};
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::unique_id;

use super::fence::Paused;
use super::relocate;

/// The error names the tenant, the registry is what it was, nothing is left, and the tenant writes.
async fn nothing_was_done(world: &Moved, before: &[String], error: &TenancyError) {
    let id = world.acme.id();
    assert!(error.to_string().contains(id.as_str()), "{error}");
    assert_eq!(world.now(&world.acme).await.placement(), world.acme.placement(), "{error}");
    assert_eq!(world.all(&world.acme).await, before, "{error}");
    world
        .run(&world.acme, "UPDATE events SET number = number; UPDATE counters SET value = value")
        .await
        .unwrap();
}

/// Moves to where this SQL, run in the application's database, makes it impossible.
async fn refused(from: Isolation, to: Isolation, sql: &str) -> (Moved, TenancyError) {
    let world = Moved::new(from).await;
    world.fill(&world.globex).await;
    world.fill(&world.acme).await;
    let sql = sql.replace("{schema}", &format!("\"t_{}\"", world.acme.id()));
    let before = world.all(&world.acme).await;
    world.database.execute_as_admin(&sql).await;
    let error = relocate(&world.tenancy, &world.acme, to).await.unwrap_err();
    nothing_was_done(&world, &before, &error).await;
    (world, error)
}

#[tokio::test]
async fn a_schema_that_is_somebodys_is_neither_used_nor_dropped() {
    for sql in [
        "CREATE SCHEMA {schema}; CREATE TABLE {schema}.kept ()",
        "CREATE SCHEMA {schema}; CREATE TABLE {schema}.kept (); CREATE TABLE {schema}.tenancy_owner AS \
         SELECT 1 AS one, 'other' AS tenant_id",
    ] {
        let (world, error) = refused(Isolation::Rls, Isolation::Schema, sql).await;
        assert!(error.to_string().contains("not marked as the tenant's"), "{error}");
        world.database.execute_as_admin(&format!("TABLE \"t_{}\".kept", world.acme.id())).await;
    }
}

#[tokio::test]
async fn a_database_that_is_somebodys_is_neither_used_nor_dropped() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let before = world.all(&world.acme).await;
    world.database.execute_as_admin(&format!("CREATE DATABASE \"t_{}\"", world.acme.id())).await;
    let error = relocate(&world.tenancy, &world.acme, Isolation::Database).await.unwrap_err();
    nothing_was_done(&world, &before, &error).await;
    own_database(&world.acme).await.batch_execute("CREATE TABLE kept ()").await.unwrap();
}

/// The place cannot be made.
#[tokio::test]
async fn without_the_right_to_make_a_schema_nothing_is_done() {
    let sql = "DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM PUBLIC, tenancy_owner, tenancy_admin', \
               current_database()); END $$";
    let (world, error) = refused(Isolation::Rls, Isolation::Schema, sql).await;
    assert!(error.to_string().contains("permission denied"), "{error}");
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}

/// The place is made and cannot be reached then.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_reached_is_taken_away_again() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let before = world.all(&world.acme).await;
    let paused = Paused::at(&world, Isolation::Database, "created", Duration::ZERO).await;
    let close = format!("ALTER DATABASE \"t_{}\" ALLOW_CONNECTIONS false", world.acme.id());
    world.database.execute_as_admin(&close).await;
    let error = paused.go_on().await.unwrap_err();
    nothing_was_done(&world, &before, &error).await;
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}

#[tokio::test]
async fn a_key_that_another_tenant_has_is_told_with_its_table() {
    let sql = "CREATE UNIQUE INDEX counted_once ON counters (id)";
    let (world, error) = refused(Isolation::Schema, Isolation::Rls, sql).await;
    assert!(
        matches!(&error, TenancyError::Relocate(RelocateError::Refused { table, .. }) if table == "counters"),
        "{error}"
    );
    // The server's details would quote the row.
    assert!(error.to_string().contains("counted_once") && !error.to_string().contains("=("), "{error}");
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}

#[tokio::test]
async fn other_columns_are_told() {
    for sql in [
        "ALTER TABLE {schema}.counters ADD COLUMN more INTEGER",
        "ALTER TABLE counters ADD COLUMN more INTEGER",
        "ALTER TABLE counters RENAME value TO more",
    ] {
        let (world, error) = refused_after(sql).await;
        assert!(
            matches!(&error, TenancyError::Relocate(RelocateError::Differs { table, .. }) if table == "counters"),
            "{error}"
        );
        assert!(error.to_string().contains("`more`"), "{error}");
        assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
    }
}

/// As `refused`, where the SQL changes what the tenant's rows look like.
async fn refused_after(sql: &str) -> (Moved, TenancyError) {
    let world = Moved::new(Isolation::Schema).await;
    world.fill(&world.acme).await;
    let sql = sql.replace("{schema}", &format!("\"t_{}\"", world.acme.id()));
    world.database.execute_as_admin(&sql).await;
    let before = world.all(&world.acme).await;
    let error = relocate(&world.tenancy, &world.acme, Isolation::Rls).await.unwrap_err();
    nothing_was_done(&world, &before, &error).await;
    (world, error)
}

#[tokio::test]
async fn a_table_that_the_new_place_lacks_is_told() {
    let sql = "CREATE TABLE {schema}.later (tenant_id TEXT); INSERT INTO {schema}.later VALUES ('x')";
    let (_, error) = refused(Isolation::Schema, Isolation::Database, sql).await;
    assert!(error.to_string().contains("`later` is not in the new place"), "{error}");
}

#[tokio::test]
async fn foreign_keys_in_a_circle_are_told_unless_they_wait() {
    let key = "ALTER TABLE people ADD COLUMN note BIGINT; ALTER TABLE {schema}.people ADD COLUMN note BIGINT; \
               ALTER TABLE people ADD FOREIGN KEY (tenant_id, note) REFERENCES notes (tenant_id, id)";
    let (world, error) = refused_after(key).await;
    assert!(matches!(&error, TenancyError::Relocate(RelocateError::Circular { .. })), "{error}");
    assert!(error.to_string().contains("`people`") && error.to_string().contains("`notes`"), "{error}");
    let wait = "ALTER TABLE people ALTER CONSTRAINT people_tenant_id_note_fkey DEFERRABLE";
    world.database.execute_as_admin(wait).await;
    world.run(&world.acme, "UPDATE people SET note = (SELECT max(id) FROM notes)").await.unwrap();
    let mine = world.lines(&world.acme, "SELECT id, note FROM people").await;
    relocate(&world.tenancy, &world.acme, Isolation::Rls).await.unwrap();
    assert_eq!(world.lines(&world.acme, "SELECT id, note FROM people").await, mine);
}

#[tokio::test]
async fn rows_that_nobody_has_declared_are_not_lost() {
    let sql = "INSERT INTO {schema}.countries VALUES ('DE', 'Germany')";
    let (world, error) = refused(Isolation::Schema, Isolation::Rls, sql).await;
    assert!(
        matches!(&error, TenancyError::Relocate(RelocateError::Undeclared { table, .. }) if table == "countries"),
        "{error}"
    );
    let mine = world.all(&world.acme).await;
    // Between two places of its own they go along.
    relocate(&world.tenancy, &world.acme, Isolation::Database).await.unwrap();
    assert_eq!(world.lines(&world.acme, "SELECT * FROM countries").await, ["(DE,Germany)"]);
    let leaving = world.tenancy.relocate(world.acme.id(), Isolation::Rls).grace(Duration::ZERO);
    leaving.leave("countries").await.unwrap();
    assert_eq!(world.all(&world.acme).await, mine);
}

/// The database is ahead of the application, as it is while a new version is rolled out.
#[tokio::test]
async fn rows_of_a_shared_table_that_nobody_has_declared_do_not_stay_behind() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let before = world.all(&world.acme).await;
    let (id, other) = (world.acme.id(), world.globex.id());
    let sql = format!(
        "CREATE TABLE newer (tenant_id TEXT NOT NULL); INSERT INTO newer VALUES ('{id}'), ('{other}');
         CREATE TABLE newest (tenant_id TEXT NOT NULL); INSERT INTO newest VALUES ('{other}')"
    );
    world.database.execute_as_admin(&sql).await;
    let error = relocate(&world.tenancy, &world.acme, Isolation::Schema).await.unwrap_err();
    assert!(
        matches!(&error, TenancyError::Relocate(RelocateError::Undeclared { table, .. }) if table == "newer"),
        "{error}"
    );
    nothing_was_done(&world, &before, &error).await;
    let leaving = world.tenancy.relocate(id, Isolation::Schema).grace(Duration::ZERO);
    leaving.leave("newer").await.unwrap();
    assert_eq!(world.all(&world.acme).await, before);
}

#[tokio::test]
async fn rows_of_another_tenant_are_not_spread() {
    let sql = "INSERT INTO {schema}.events VALUES ('globex', 1)";
    let (_, error) = refused_after(sql).await;
    assert!(error.to_string().contains("another tenant"), "{error}");
}

/// A role from which policies hide the rows would find none on either side, and all would seem well.
#[tokio::test]
async fn rows_that_policies_hide_are_not_lost() {
    let database = Database::new().await;
    let owner = servers::with_database(&servers::owner(), database.name());
    let tenancy = Tenancy::builder(database.app_url())
        .admin_url(owner)
        .isolation(Isolation::Schema)
        .migrations(folders(&["tables", "policies"]))
        .tables(TENANT_TABLES);
    let tenancy = tenancy.build().await.unwrap();
    let acme = NewTenant::new("acme").unwrap().id(unique_id("acme"));
    let acme = tenancy.register_tenant(acme).await.unwrap();
    let rows = format!("INSERT INTO \"t_{0}\".customers VALUES ('{0}', 1, 'Ada', NULL)", acme.id());
    database.execute_as_admin(&rows).await;
    let error = relocate(&tenancy, &acme, Isolation::Database).await.unwrap_err();
    assert!(error.to_string().contains("row-level security"), "{error}");
    assert_eq!(tenancy.store().get(acme.id()).await.unwrap().placement(), acme.placement());
    // It is there to be changed.
    let mut admin = database.admin().await;
    let rows = diesel::sql_query(format!("UPDATE \"t_{}\".customers SET name = 'Grace'", acme.id()));
    assert_eq!(diesel_async::RunQueryDsl::execute(rows, &mut admin).await.unwrap(), 1);
}

/// Before anything is marked: what cannot be begun could not be taken back either.
#[tokio::test]
async fn without_declared_tables_nobody_moves_to_shared_ones() {
    let database = Database::new().await;
    let tenancy = Tenancy::builder(database.app_url())
        .admin_url(database.admin_url())
        .isolation(Isolation::Schema)
        .migrations(folders(&["tables"]));
    let tenancy = tenancy.build().await.unwrap();
    let acme = NewTenant::new("acme").unwrap().id(unique_id("acme"));
    let acme = tenancy.register_tenant(acme).await.unwrap();
    let error = relocate(&tenancy, &acme, Isolation::Column).await.unwrap_err();
    assert!(error.to_string().contains("tables(…)"), "{error}");
    assert_eq!(tenancy.store().get(acme.id()).await.unwrap().placement(), acme.placement());
    // Between places of its own there is nothing to declare.
    let moved = relocate(&tenancy, &acme, Isolation::Database).await.unwrap();
    assert_eq!(moved.isolation(), Some(Isolation::Database));
}

/// The comparison sees a value that is another, and a row that is missing.
#[tokio::test]
async fn what_arrives_otherwise_is_told() {
    for (body, says) in [
        ("NEW.value := NEW.value + 1; RETURN NEW", "checksums of 1 rows differ"),
        ("RETURN NULL", "1 rows were sent and 0 have arrived"),
    ] {
        let sql = format!(
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$;
             CREATE TRIGGER planted BEFORE INSERT ON counters FOR EACH ROW EXECUTE FUNCTION planted()"
        );
        let (world, error) = refused(Isolation::Schema, Isolation::Rls, &sql).await;
        assert!(
            matches!(&error, TenancyError::Relocate(RelocateError::Unequal { table, .. }) if table == "counters"),
            "{error}"
        );
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moves_at_once_are_one() {
    let world = Moved::new(Isolation::Rls).await;
    world.fill(&world.acme).await;
    let paused = Paused::at(&world, Isolation::Schema, "fenced", Duration::ZERO).await;
    for to in [Isolation::Schema, Isolation::Database, Isolation::Rls] {
        let error = relocate(&world.tenancy, &world.acme, to).await.unwrap_err();
        assert!(matches!(error, TenancyError::Relocate(RelocateError::UnderWay { .. })), "{error}");
    }
    // Another tenant moves meanwhile.
    relocate(&world.tenancy, &world.globex, Isolation::Schema).await.unwrap();
    assert_eq!(paused.go_on().await.unwrap().isolation(), Some(Isolation::Schema));
    assert_eq!(world.leftovers(&world.acme).await, [""; 0]);
}

#[tokio::test]
async fn a_tenant_that_brings_its_database_or_is_deleted_stays() {
    let (world, own) = (Moved::new(Isolation::Rls).await, Database::new().await);
    let brings = NewTenant::new("bringer").unwrap().id(unique_id("bringer"));
    let brings = brings.isolation(Isolation::Database).database_url(own.admin_url().into());
    let brings = world.tenancy.register_tenant(brings).await.unwrap();
    let error = relocate(&world.tenancy, &brings, Isolation::Rls).await.unwrap_err();
    assert!(matches!(error, TenancyError::Relocate(RelocateError::OwnDatabase { .. })), "{error}");
    world.tenancy.delete_tenant(world.acme.id()).await.unwrap();
    let error = relocate(&world.tenancy, &world.acme, Isolation::Schema).await.unwrap_err();
    assert!(
        matches!(error, TenancyError::Relocate(RelocateError::Status { status: TenantStatus::Deleted, .. })),
        "{error}"
    );
    assert_eq!(world.now(&world.acme).await.placement(), world.acme.placement());
}
