//! Threat 7, detail C8: a pooler between the application and its database, found out when the application starts.

use tenancy::postgres::Tenancy;
use tenancy::{Isolation, TenancyError};
use tenancy_tests::world::pooler::{Beside, left};
use tenancy_tests::world::postgres::Database;

const ISOLATIONS: [Isolation; 4] =
    [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Database];

fn problems(error: TenancyError) -> Vec<String> {
    match error {
        TenancyError::Config(error) => error.problems().to_vec(),
        other => panic!("no error of the configuration: {other}"),
    }
}

/// At the start and in words, and not by chance and later.
#[tokio::test]
async fn a_pooler_that_nobody_has_told_of_is_an_error_at_the_start() {
    for isolation in ISOLATIONS {
        let database = Database::new().await;
        let error = database.builder_at(database.pooler_url(), isolation).build().await.unwrap_err();
        let problems = problems(error);
        let [problem] = &*problems else { panic!("{problems:?}") };
        for part in ["`url`", "`transaction_pooler(true)`", "1.21"] {
            assert!(problem.contains(part), "{isolation}: {part} in {problem}");
        }
        // Nobody else finds what it looked with.
        assert!(left(&database.pooler_url()).await.iter().all(|left| left.prepared == "0"), "{isolation}");
    }
}

/// What the driver itself says of it names the setting too: here it fails at its first statement.
#[tokio::test]
async fn names_that_are_taken_are_the_same_error() {
    let database = Database::new().await;
    let careless = [Beside::new(&database.pooler_url()).await, Beside::new(&database.pooler_url()).await];
    for client in &careless {
        client.run("BEGIN").await;
        for name in 0..200 {
            client.run(&format!("PREPARE s{name} AS SELECT 'taken'")).await;
        }
    }
    for client in &careless {
        client.run("COMMIT").await;
    }
    let error = database.builder_at(database.pooler_url(), Isolation::Rls).build().await.unwrap_err();
    let problems = problems(error);
    assert!(problems.len() == 1 && problems[0].starts_with("`url`: "), "{problems:?}");
    for part in ["\"s", "`transaction_pooler(true)`"] {
        assert!(problems[0].contains(part), "{part} in {problems:?}");
    }
    database.pooled_builder(Isolation::Rls).build().await.unwrap();
}

#[tokio::test]
async fn an_application_that_has_told_of_it_starts() {
    for isolation in ISOLATIONS {
        let database = Database::new().await;
        let tenancy = database.pooled_builder(isolation).build().await.unwrap();
        tenancy.migrate_tenants().await.unwrap();
        // Once more, on what is there now.
        database.pooled_builder(isolation).build().await.unwrap();
        let left = left(&database.pooler_url()).await;
        assert!(left.iter().all(|left| left.is_clean()), "{isolation}: {left:?}");
    }
}

/// The setting costs round trips where there is no pooler, and nothing else.
#[tokio::test]
async fn the_setting_without_a_pooler_is_no_error() {
    let database = Database::new().await;
    let builder = database.builder_at(database.app_url() + "?application_name=direct", Isolation::Rls);
    let tenancy = builder.transaction_pooler(true).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
}

#[tokio::test]
async fn administration_does_not_go_through_it() {
    let database = Database::new().await;
    let alone = || Tenancy::builder(database.pooler_url()).transaction_pooler(true);
    let same = alone().admin_url(database.pooler_url()).pool_size(0);
    for (builder, number) in [(alone(), 1), (same, 2)] {
        let problems = problems(builder.build().await.unwrap_err());
        assert_eq!(problems.len(), number, "{problems:?}");
        let told = problems.iter().find(|problem| problem.contains("`transaction_pooler`")).unwrap();
        assert!(told.contains("`admin_url`"), "{told}");
    }
    // Another address that leads there too.
    let other = alone().admin_url(database.pooler_url() + "?application_name=other");
    let problems = problems(other.build().await.unwrap_err());
    assert!(problems.len() == 1 && problems[0].starts_with("`admin_url`: a pooler"), "{problems:?}");
}
