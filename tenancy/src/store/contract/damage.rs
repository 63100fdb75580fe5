//! Rows that someone else has damaged, and the migrations themselves.

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod rows {
    use super::super::{Store, id, plain, slug};
    use crate::store::{LatestTenants, ListTenants, StoreError};
    use crate::tenant::TenantStatus;

    pub(super) async fn fill(store: &Store) {
        for (tenant, identifier) in [("a", "acme"), ("b", "broken"), ("c", "corp")] {
            store.create(plain(tenant, identifier, TenantStatus::Active)).await.unwrap();
        }
    }

    /// Tenant `b` is damaged in `column`: it alone is an error, and the value that was found is not shown.
    pub(super) async fn assert_only_b_is_damaged(store: &Store, column: &str) {
        for read in [
            store.get(&id("b")).await,
            store.get_by_identifier(&slug("broken")).await,
            store.set_status(&id("b"), TenantStatus::Active, TenantStatus::Active).await,
        ] {
            let Err(StoreError::Corrupt { tenant, reason }) = read else { panic!("{read:?}") };
            assert_eq!(tenant, "b");
            assert!(reason.contains(column) && !reason.contains("hunter2"), "{reason}");
        }
        let patch = serde_json::Map::from_iter([("other".to_owned(), true.into())]);
        let merged = store.merge_metadata(&id("b"), patch).await;
        assert!(matches!(merged, Err(StoreError::Corrupt { .. })), "{merged:?}");
        let ids = [id("c"), id("b"), id("a")];
        let many = store.get_many(&ids).await.unwrap();
        assert!(matches!(many[..], [Ok(_), Err(StoreError::Corrupt { .. }), Ok(_)]), "{many:?}");
        let latest = store.latest(LatestTenants::default()).await.unwrap();
        assert_eq!((latest.len(), latest.iter().filter(|read| read.is_ok()).count()), (3, 2));
        assert!(store.get(&id("a")).await.is_ok());
        let page = store.list(ListTenants { limit: 2, ..Default::default() }).await.unwrap();
        assert!(page.entries[0].is_ok());
        assert!(matches!(page.entries[1], Err(StoreError::Corrupt { .. })));
        let rest = store.list(ListTenants { after: page.next, ..Default::default() }).await.unwrap();
        assert_eq!(rest.into_tenants().unwrap().len(), 1);
        let whole = store.list(ListTenants::default()).await.unwrap();
        assert!(matches!(whole.into_tenants(), Err(StoreError::Corrupt { .. })));
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use diesel::connection::SimpleConnection;
    use diesel_migrations::MigrationHarness;

    use super::super::fixture::{SqliteFile, block_on};
    use super::rows::{assert_only_b_is_damaged, fill};
    use crate::store::sqlite_registry_migrations;

    #[test]
    fn a_damaged_row_is_an_error_of_its_tenant_alone() {
        for (column, value) in [
            ("metadata", "'{\"key\": \"hunter2'"),
            ("metadata", "'[\"hunter2\"]'"),
            ("metadata", "'\"hunter2\"'"),
            ("metadata", "''"),
            ("status", "'hunter2 was here, and more'"),
            ("isolation", "'hybrid'"),
            ("created_at", "'yesterday'"),
            ("schema_name", "'pg_catalog'"),
            ("name", "''"),
        ] {
            let file = SqliteFile::new();
            block_on(async { fill(&file.store()).await });
            let damage = format!(
                "PRAGMA ignore_check_constraints = ON; UPDATE tenancy_tenants SET {column} = {value} WHERE id = 'b'"
            );
            file.connection().batch_execute(&damage).unwrap();
            // Setting the status mends a damaged status, as it should.
            if column != "status" {
                block_on(async { assert_only_b_is_damaged(&file.store(), column_word(column)).await });
            }
        }
    }

    /// The word by which the reason names the column.
    fn column_word(column: &str) -> &str {
        if column == "schema_name" { "schema name" } else { column }
    }

    #[test]
    fn the_table_refuses_what_is_no_tenant() {
        let file = SqliteFile::new();
        let insert = |id: &str, identifier: &str, status: &str, metadata: &str| {
            file.connection().batch_execute(&format!(
                "INSERT INTO tenancy_tenants (id, identifier, name, status, metadata, created_at, updated_at)
                 VALUES ('{id}', '{identifier}', 'x', '{status}', '{metadata}', '', '')"
            ))
        };
        insert("good", "good", "active", "{}").unwrap();
        for (id, identifier, status, metadata) in [
            ("Bad", "acme", "active", "{}"),
            ("-bad", "acme", "active", "{}"),
            ("bad\n", "acme", "active", "{}"),
            ("bad", "acme\n", "active", "{}"),
            ("bad", "acme-", "active", "{}"),
            ("bad", "ac", "active", "{}"),
            ("bad", "acme", "unknown", "{}"),
            ("bad", "acme", "active", "[]"),
            ("bad", "acme", "active", "{"),
        ] {
            let refused = insert(id, identifier, status, metadata);
            assert!(refused.is_err(), "{id:?} {identifier:?} {status} {metadata}");
        }
    }

    #[test]
    fn the_migrations_go_back_and_forth() {
        let file = SqliteFile::new();
        let mut connection = file.connection();
        connection.revert_all_migrations(sqlite_registry_migrations()).unwrap();
        connection.run_pending_migrations(sqlite_registry_migrations()).unwrap();
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::connection::SimpleConnection;
    use diesel_migrations::MigrationHarness;

    use super::super::fixture::{PostgresSchema, block_on};
    use super::rows::{assert_only_b_is_damaged, fill};
    use crate::store::postgres_registry_migrations;

    #[test]
    fn a_damaged_row_is_an_error_of_its_tenant_alone() {
        for (column, value) in [
            // A number that jsonb holds and no Rust number does.
            ("metadata", "'{\"key\": 1e400}'"),
            ("metadata", "'[\"hunter2\"]'"),
            ("metadata", "'\"hunter2\"'"),
            ("isolation", "'hybrid'"),
            ("created_at", "'infinity'"),
        ] {
            let Some(schema) = PostgresSchema::new() else { return };
            block_on(async { fill(&schema.store()).await });
            let damage = format!(
                "ALTER TABLE tenancy_tenants DROP CONSTRAINT tenancy_tenants_metadata_check,
                     DROP CONSTRAINT tenancy_tenants_isolation_check;
                 UPDATE tenancy_tenants SET {column} = {value} WHERE id = 'b'"
            );
            schema.connection().batch_execute(&damage).unwrap();
            block_on(async { assert_only_b_is_damaged(&schema.store(), column).await });
        }
    }

    #[test]
    fn the_table_refuses_what_is_no_tenant() {
        let Some(schema) = PostgresSchema::new() else { return };
        let mut connection = schema.connection();
        let mut insert = |id: &str, identifier: &str, status: &str, metadata: &str| {
            connection.batch_execute(&format!(
                "INSERT INTO tenancy_tenants (id, identifier, name, status, metadata)
                 VALUES ('{id}', '{identifier}', 'x', '{status}', '{metadata}')"
            ))
        };
        insert("good", "good", "active", "{}").unwrap();
        for (id, identifier, status, metadata) in [
            ("Bad", "acme", "active", "{}"),
            ("-bad", "acme", "active", "{}"),
            ("bad\n", "acme", "active", "{}"),
            ("bad", "acme\n", "active", "{}"),
            ("bad", "acme-", "active", "{}"),
            ("bad", "ac", "active", "{}"),
            ("bad", "acme", "unknown", "{}"),
            ("bad", "acme", "active", "[]"),
        ] {
            let refused = insert(id, identifier, status, metadata);
            assert!(refused.is_err(), "{id:?} {identifier:?} {status} {metadata}");
        }
    }

    #[test]
    fn the_migrations_go_back_and_forth() {
        let Some(schema) = PostgresSchema::new() else { return };
        let mut connection = schema.connection();
        connection.revert_all_migrations(postgres_registry_migrations()).unwrap();
        connection.run_pending_migrations(postgres_registry_migrations()).unwrap();
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use diesel::connection::SimpleConnection;
    use diesel_migrations::MigrationHarness;

    use super::super::fixture::{MysqlDatabase, block_on};
    use super::rows::{assert_only_b_is_damaged, fill};
    use crate::store::mysql_registry_migrations;

    #[test]
    fn a_damaged_row_is_an_error_of_its_tenant_alone() {
        for (column, value) in [
            ("metadata", "'{\"key\": \"hunter2'"),
            ("metadata", "'[\"hunter2\"]'"),
            ("metadata", "''"),
            ("isolation", "'hybrid'"),
            ("created_at", "'0000-00-00 00:00:00'"),
        ] {
            let Some(database) = MysqlDatabase::new() else { return };
            block_on(async { fill(&database.store()).await });
            let damage = format!(
                "SET sql_mode = '';
                 ALTER TABLE tenancy_tenants DROP CONSTRAINT tenancy_tenants_metadata_check,
                     DROP CONSTRAINT tenancy_tenants_isolation_check;
                 UPDATE tenancy_tenants SET {column} = {value} WHERE id = 'b'"
            );
            database.connection().batch_execute(&damage).unwrap();
            block_on(async { assert_only_b_is_damaged(&database.store(), column).await });
        }
    }

    #[test]
    fn the_table_refuses_what_is_no_tenant() {
        let Some(database) = MysqlDatabase::new() else { return };
        let mut connection = database.connection();
        let mut insert = |id: &str, identifier: &str, status: &str, metadata: &str| {
            connection.batch_execute(&format!(
                "INSERT INTO tenancy_tenants (id, identifier, name, status, metadata, created_at, updated_at)
                 VALUES ('{id}', '{identifier}', 'x', '{status}', '{metadata}', NOW(), NOW())"
            ))
        };
        insert("good", "good", "active", "{}").unwrap();
        for (id, identifier, status, metadata) in [
            ("Bad", "acme", "active", "{}"),
            ("-bad", "acme", "active", "{}"),
            ("bad\n", "acme", "active", "{}"),
            ("bad ", "acme", "active", "{}"),
            ("bad", "acme\n", "active", "{}"),
            ("bad", "acme-", "active", "{}"),
            ("bad", "ac", "active", "{}"),
            ("bad", "acme", "unknown", "{}"),
            ("bad", "acme", "active", "[]"),
            ("bad", "acme", "active", "{"),
        ] {
            let refused = insert(id, identifier, status, metadata);
            assert!(refused.is_err(), "{id:?} {identifier:?} {status} {metadata}");
        }
    }

    #[test]
    fn the_migrations_go_back_and_forth() {
        let Some(database) = MysqlDatabase::new() else { return };
        let mut connection = database.connection();
        connection.revert_all_migrations(mysql_registry_migrations()).unwrap();
        connection.run_pending_migrations(mysql_registry_migrations()).unwrap();
    }
}
