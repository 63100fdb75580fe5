//! Tenant columns in the database that are not what `table!` says, or take two ids for one.

use tenancy::{Isolation, NewTenant, TenancyError};
use tenancy_tests::migrations::folders;
use tenancy_tests::world::mysql::Database;

#[tenancy::tenant_scoped]
mod schema {
    diesel::table! {
        texts (id) { id -> Integer, tenant_id -> Text, body -> Text, }
    }
    diesel::table! {
        numbers (id) { id -> Integer, tenant_id -> BigInt, body -> Text, }
    }
}

/// What a column is declared as, and whether it can hold ids as texts, and as numbers.
const DECLARED: &[(&str, bool, bool)] = &[
    ("INT", false, true),
    ("BIGINT UNSIGNED", false, true),
    ("DOUBLE", false, false),
    ("DECIMAL(20,0)", false, false),
    ("UUID", false, false),
    ("DATE", false, false),
    ("ENUM('7')", false, false),
    ("VARCHAR(48)", true, false),
    ("CHAR(32)", true, false),
    ("VARBINARY(48)", true, false),
    ("VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin", true, false),
    ("VARCHAR(48) CHARACTER SET latin1 COLLATE latin1_swedish_ci", true, false),
    ("VARCHAR(48) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", true, false),
    // Here `i` and `y` are one letter.
    ("VARCHAR(48) CHARACTER SET utf8mb4 COLLATE utf8mb4_lithuanian_ci", false, false),
];

/// Threat 1: `7` and `7abc` are one number, and some letters are one to some collations.
#[tokio::test]
async fn a_tenant_column_that_takes_two_ids_for_one_is_refused() {
    for &(declared, holds_texts, holds_numbers) in DECLARED {
        let database = Database::new().await;
        for (table, listed, fits) in [
            ("texts", tenancy::tables![schema::texts], holds_texts),
            ("numbers", tenancy::tables![schema::numbers], holds_numbers),
        ] {
            let create =
                format!("CREATE TABLE {table} (tenant_id {declared} NOT NULL, id INTEGER, body TEXT)");
            database.execute_as_admin(&create).await;
            match database.builder(Isolation::Column).tables(listed).build().await {
                Ok(_) => assert!(fits, "{table}: {declared}"),
                Err(TenancyError::Config(error)) => {
                    let text = error.to_string();
                    assert!(
                        !fits && text.contains(table) && text.contains("`tenant_id`"),
                        "{declared}: {text}"
                    );
                    assert!(text.contains("ascii_bin") || text.contains("BIGINT"), "{declared}: {text}");
                }
                Err(error) => panic!("{declared}: {error}"),
            }
        }
    }
}

/// The same, for a table that a migration makes.
#[tokio::test]
async fn a_migration_that_makes_such_a_column_is_an_error() {
    let database = Database::new().await;
    let builder = database.builder(Isolation::Column).tables(tenancy::tables![schema::texts]);
    let tenancy = builder.migrations(folders(&["mysql_number"])).build().await.unwrap();
    let error = tenancy.migrate_tenants().await.unwrap_err().to_string();
    assert!(error.contains("`texts`") && error.contains("ascii_bin"), "{error}");
    let error = tenancy.register_tenant(NewTenant::new("acme").unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("`texts`"), "{error}");
}
