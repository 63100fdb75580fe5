//! Entries that are there if and only if what they are about is.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::audit::{AuditError, AuditLog, MemoryAudit, Sinks};
use tenancy::{Isolation, TenancyError};
use tenancy_tests::schema::customers;
use tenancy_tests::world::{mysql, postgres, sqlite};

const WRITERS: i32 = 16;

/// The rights that the application's role needs.
mod prepare {
    use super::*;

    pub(super) async fn sqlite(_: &sqlite::World) {}

    pub(super) async fn mysql(_: &mysql::World) {}

    pub(super) async fn postgres(world: &postgres::World) {
        world.database.execute_as_admin("GRANT SELECT, INSERT ON tenancy_audit TO tenancy_app").await;
        if world.tenancy.context(&world.acme).isolation() == Isolation::Rls {
            // As the guide has it.
            let policy = "ALTER TABLE tenancy_audit ENABLE ROW LEVEL SECURITY;
                          CREATE POLICY own ON tenancy_audit TO tenancy_app
                          USING (tenant = nullif(current_setting('tenancy.tenant_id', true), ''))";
            world.database.execute_as_admin(policy).await;
        }
    }
}

macro_rules! in_transactions {
    ($($name:ident: $backend:ident, $isolation:ident, $url:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let world = $backend::World::new(Isolation::$isolation).await;
            let url: fn(&$backend::World) -> String = $url;
            prepare::$backend(&world).await;
            let (sql, memory) = (tenancy::$backend::SqlAudit::new(url(&world)), MemoryAudit::new());
            let audit = AuditLog::to(Sinks::new().and(memory.clone()).and(sql.clone()));
            let change = async |id: i32, fails: bool| {
                let mut db = world.tenancy.db().await?;
                db.transaction(async |db| {
                    tenancy::insert_into(customers::table)
                        .values((customers::id.eq(id), customers::name.eq("Ada")))
                        .execute(db)
                        .await?;
                    audit.record("customer.created").resource("customer", id).write_in(db).await?;
                    if fails {
                        return Err(TenancyError::Database(diesel::result::Error::RollbackTransaction));
                    }
                    Ok(())
                })
                .await
            };
            let acme = world.tenancy.context(&world.acme);
            acme.clone().scope(change(0, false)).await.unwrap();
            acme.clone().scope(change(1, true)).await.unwrap_err();
            let id = world.acme.id();
            assert_eq!(sql.head(id).await.unwrap().unwrap().number(), 1);
            assert!(memory.entries().is_empty(), "nothing else was told");

            // Transactions meet at the next number, also with entries outside of any.
            let all = (2..2 + WRITERS).map(|id| {
                let (acme, change, audit) = (acme.clone(), &change, &audit);
                acme.scope(async move {
                    change(id, false).await?;
                    audit.record("customer.seen").write().await?;
                    Ok::<_, TenancyError>(())
                })
            });
            futures_util::future::try_join_all(all).await.unwrap();
            let report = sql.verify(id, &[]).await.unwrap();
            assert!(report.is_clean(), "{report}");
            assert_eq!(report.entries(), 1 + 2 * u64::try_from(WRITERS).unwrap());
            let rows = acme.clone().scope(async {
                let mut db = world.tenancy.db().await.unwrap();
                customers::table.count().get_result::<i64>(&mut db).await.unwrap()
            });
            assert_eq!(rows.await, i64::from(WRITERS) + 1);

            // A log that is no table has nothing to write in.
            let in_memory = AuditLog::to(memory.clone());
            let refused = acme.scope(async {
                let mut db = world.tenancy.db().await.unwrap();
                in_memory.record("x").write_in(&mut db).await
            });
            assert!(matches!(refused.await, Err(AuditError::NoTable)));
        }
    )*};
}

in_transactions! {
    on_sqlite_by_column: sqlite, Column, |world| world.directory.path().join("application.db").display().to_string();
    on_mysql_by_column: mysql, Column, |world| world.database.app_url();
    on_postgres_by_column: postgres, Column, |world| world.database.app_url();
    on_postgres_by_rls: postgres, Rls, |world| world.database.admin_url();
    on_postgres_by_schema: postgres, Schema, |world| world.database.app_url();
}

/// The log is not where a tenant's own database is.
#[tokio::test]
async fn a_tenant_with_a_file_of_its_own_has_no_table_there() {
    let world = sqlite::World::new(Isolation::Database).await;
    let url = world.directory.path().join("application.db").display().to_string();
    let audit = AuditLog::to(tenancy::sqlite::SqlAudit::new(url));
    let acme = world.tenancy.context(&world.acme);
    let refused = acme.scope(async {
        let mut db = world.tenancy.db().await.unwrap();
        let refused = audit.record("x").write_in(&mut db).await;
        // The connection is as good as before.
        assert_eq!(customers::table.count().get_result::<i64>(&mut db).await.unwrap(), 0);
        refused
    });
    assert!(matches!(refused.await, Err(AuditError::Database { .. })));
}

/// SQL text of a tenant under `rls` reads no other's entries, if the table has a policy too.
#[tokio::test]
async fn a_policy_keeps_entries_apart() {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        entries: i64,
    }

    let world = postgres::World::new(Isolation::Rls).await;
    prepare::postgres(&world).await;
    let audit = AuditLog::to(tenancy::postgres::SqlAudit::new(world.database.admin_url()));
    for (tenant, entries) in [(&world.acme, 3), (&world.globex, 1)] {
        for _ in 0..entries {
            audit.record("x").tenant(tenant.id()).write().await.unwrap();
        }
        let counted = world.tenancy.context(tenant).scope(async {
            let mut db = world.tenancy.db().await.unwrap();
            let count = diesel::sql_query("SELECT count(*) AS entries FROM tenancy_audit");
            count.get_result::<Count>(&mut db).await.unwrap().entries
        });
        assert_eq!(counted.await, entries);
        // Nor does it write another's.
        let foreign = world.tenancy.context(tenant).scope(async {
            let mut db = world.tenancy.db().await.unwrap();
            audit.record("x").application().write_in(&mut db).await
        });
        assert!(foreign.await.is_err());
    }
}
