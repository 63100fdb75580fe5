//! Tenants of one application under different isolations.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, IsolationError, NewTenant, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::{Database, World};
use tenancy_tests::world::{sqlite, unique_id};

fn new(slug: &str) -> NewTenant {
    NewTenant::new(slug).unwrap().id(unique_id(slug))
}

/// Another setting, or another tier, moves nobody: the record has the isolation.
#[tokio::test]
async fn a_tier_gives_a_tenant_its_isolation_once() {
    let directory = tempfile::tempdir().unwrap();
    let tenancy = sqlite::builder(&directory, Isolation::Column).tier("premium", Isolation::Database);
    let tenancy = tenancy.build().await.unwrap();
    let premium = tenancy.register_tenant(new("acme").tier("premium")).await.unwrap();
    assert_eq!(premium.isolation(), Some(Isolation::Database));
    let own = new("globex").tier("premium").isolation(Isolation::Column);
    assert_eq!(tenancy.register_tenant(own).await.unwrap().isolation(), Some(Isolation::Column));
    let plain = tenancy.register_tenant(new("initech")).await.unwrap();
    assert_eq!(plain.isolation(), None);
    assert_eq!(tenancy.context(&plain).isolation(), Isolation::Column);

    let later = sqlite::builder(&directory, Isolation::Column).build().await.unwrap();
    let premium = later.tenant(premium.identifier()).await.unwrap();
    assert_eq!(later.context(&premium).isolation(), Isolation::Database);

    let error = tenancy.register_tenant(new("hooli").tier("gold")).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::UnknownTier { .. })), "{error}");
    assert!(error.to_string().contains("`gold`") && error.to_string().contains("`premium`"), "{error}");
    assert!(later.register_tenant(new("hooli").tier("gold")).await.unwrap_err().to_string().contains("none"));
}

#[tokio::test]
async fn tiers_that_cannot_be_are_told_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column)
        .tier("premium", Isolation::Schema)
        .tier("basic", Isolation::Column)
        .tier("basic", Isolation::Database)
        .tier(" ", Isolation::Column);
    let text = builder.build().await.unwrap_err().to_string();
    for part in ["`premium`: SQLite has no `schema`", "`basic` is there twice", "a tier needs a name"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Threat 8: policies hold every tenant of the tables they are on.
#[tokio::test]
async fn beside_tenants_under_rls_column_is_rls() {
    let world = World::hybrid(Isolation::Column, Isolation::Rls).await;
    for tenant in [&world.acme, &world.globex] {
        let mut db = world.db(tenant).await;
        assert_eq!(db.isolation(), Some(Isolation::Rls));
        let (mine, name) = (world.tenancy.context(tenant), tenant.identifier().as_str());
        mine.scope(async {
            let row = (customers::id.eq(1), customers::name.eq(name));
            tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
            // Text without a filter is held by the policies.
            let text = diesel::sql_query("SELECT name FROM customers");
            let names: Vec<Name> = text.load(&mut db).await.unwrap();
            assert_eq!(names.into_iter().map(|row| row.name).collect::<Vec<_>>(), [name]);
        })
        .await;
    }
    assert_eq!(world.acme.isolation(), Some(Isolation::Column), "the record says what was asked for");
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Threat 8: a wall that is asked for and that nobody has looked at is no wall.
#[tokio::test]
async fn rls_for_one_tenant_alone_is_refused() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Column).build().await.unwrap();
    let error = tenancy.register_tenant(new("acme").isolation(Isolation::Rls)).await.unwrap_err();
    assert!(matches!(error, TenancyError::Isolation(IsolationError::NoPolicies)), "{error}");
    assert!(error.to_string().contains("tier"), "{error}");
}

/// Policies and grants are of the shared tables alone, and are waited for as other migrations are.
#[tokio::test]
async fn shared_migrations_run_where_tenants_share_and_nowhere_else() {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Rls).tier("own", Isolation::Schema);
    let builder =
        builder.migrations(folders(&["tables"])).shared_migrations(folders(&["grants", "policies"]));
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let shared = tenancy.register_tenant(new("acme")).await.unwrap();
    let own = tenancy.register_tenant(new("globex").tier("own")).await.unwrap();
    let status = async |tenant| tenancy.migration_status(tenant).await.unwrap();
    assert_eq!(status(&shared).await.applied.len(), 3);
    assert_eq!(status(&own).await.applied.len(), 1);
    assert!(status(&own).await.pending.is_empty() && status(&shared).await.pending.is_empty());
}
