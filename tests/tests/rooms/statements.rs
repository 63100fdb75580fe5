//! Prepared statements: one connection, many tenants, and each gets its own SQL.

use std::collections::BTreeSet;
use std::time::SystemTime;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::tenant::TenantStatus;
use tenancy::{Isolation, NewTenant, Tenant, TenantContext};
use tenancy_tests::schema::{TENANT_TABLES, customers};
use tenancy_tests::world::asked::pg_backend_pid;
use tenancy_tests::world::postgres::Database;
use tenancy_tests::world::{register, sqlite, unique_id};

diesel::table! {
    /// What the connection has prepared.
    pg_prepared_statements (name) {
        name -> Text,
    }
}

/// Tenants that share one connection.
const TENANTS: usize = 1_000;

/// A tenant that no registry knows: what shared tables need of it is its key.
fn unregistered(index: usize, isolation: Option<Isolation>) -> Tenant {
    let new = NewTenant::new(format!("tenant-{index}")).unwrap();
    let new = isolation.into_iter().fold(new, NewTenant::isolation);
    Tenant::from_record(new.into_record(SystemTime::now().into(), TenantStatus::Active).unwrap()).unwrap()
}

/// What makes the tenant's schema, if it has one.
fn schema(context: &TenantContext) -> Option<String> {
    context.schema().map(|name| {
        format!(
            "CREATE SCHEMA \"{name}\"; GRANT USAGE ON SCHEMA \"{name}\" TO tenancy_app;
             CREATE TABLE \"{name}\".customers (LIKE public.customers INCLUDING ALL);
             GRANT SELECT, INSERT ON \"{name}\".customers TO tenancy_app;"
        )
    })
}

/// Threats 1 and 5: a statement that is prepared for one tenant is not another's, whatever their isolations.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_connection_serves_a_thousand_tenants() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Column).pool_size(1).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let isolations = [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Column];
    let mut tenants: Vec<Tenant> =
        (0..TENANTS).map(|index| unregistered(index, Some(isolations[index % 4]))).collect();
    // Faster than a registration each.
    let schemas: String = tenants.iter().filter_map(|tenant| schema(&tenancy.context(tenant))).collect();
    database.execute_as_admin(&schemas).await;
    // And two whose databases are their own: other connections, other caches.
    for index in [0, 1] {
        let slug = format!("own-{index}");
        let new = NewTenant::new(slug.as_str()).unwrap().id(unique_id(&slug));
        tenants.push(tenancy.register_tenant(new.isolation(Isolation::Database)).await.unwrap());
    }

    let (mut backends, mut most) = (BTreeSet::new(), 0_i64);
    for round in 0..2 {
        // Neighbours differ in isolation, and the second round goes the other way.
        tenants.reverse();
        for tenant in &tenants {
            tenancy
                .context(tenant)
                .scope(async {
                    let mut db = tenancy.db().await.unwrap();
                    if round == 0 {
                        let row = (customers::id.eq(1), customers::name.eq(tenant.id().as_str()));
                        tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    }
                    for _ in 0..2 {
                        let names = customers::table.select(customers::name).load::<String>(&mut db).await;
                        assert_eq!(names.unwrap(), [tenant.id().as_str()]);
                    }
                    // Read to their ends: a result that is dropped before may cost the connection.
                    let backend = diesel::select(pg_backend_pid()).load::<i32>(&mut db).await.unwrap();
                    let statements =
                        pg_prepared_statements::table.count().load::<i64>(&mut db).await.unwrap();
                    if tenant.isolation() != Some(Isolation::Database) {
                        backends.extend(backend);
                        most = most.max(statements[0]);
                    }
                })
                .await;
        }
    }
    assert_eq!(backends.len(), 1, "the tenants share one connection");
    // The program has five statements, of which two name a scoped table: for shared tables one of each, whoever's they are,
    // and two for each schema. How many there may be at most, a test of sessions says.
    let of_schemas = 2 * TENANTS as i64 / 4;
    assert!((of_schemas..=of_schemas + 10).contains(&most), "{most} prepared statements");
}

#[tokio::test]
async fn one_connection_serves_a_thousand_tenants_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let builder = sqlite::builder(&directory, Isolation::Column).tables(TENANT_TABLES).pool_size(1);
    let tenancy = builder.build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let tenants: Vec<Tenant> = (0..TENANTS).map(|index| unregistered(index, None)).collect();
    for round in 0..2 {
        for tenant in &tenants {
            tenancy
                .context(tenant)
                .scope(async {
                    let mut db = tenancy.db().await.unwrap();
                    if round == 0 {
                        let row = (customers::id.eq(1), customers::name.eq(tenant.id().as_str()));
                        tenancy::insert_into(customers::table).values(row).execute(&mut db).await.unwrap();
                    }
                    let names = customers::table.select(customers::name).load::<String>(&mut db).await;
                    assert_eq!(names.unwrap(), [tenant.id().as_str()]);
                })
                .await;
        }
    }
}

mod places {
    #[tenancy::tenant_scoped(without_column(notes))]
    pub(super) mod schema {
        diesel::table! {
            notes (id) {
                id -> Integer,
                body -> Text,
            }
        }
    }
}

/// Threats 1 and 5: Diesel goes by the type alone when it inserts an array into a global table, whatever is in its rows.
#[tokio::test]
async fn an_array_of_scoped_sub_queries_is_not_another_tenants() {
    use diesel::insert_into;
    use places::schema::notes;
    use tenancy_tests::schema::countries;

    let world = tenancy_tests::world::postgres::World::new(Isolation::Schema).await;
    let tenancy = world.database.builder(Isolation::Schema).pool_size(1).build().await.unwrap();
    for tenant in [&world.acme, &world.globex] {
        let context = tenancy.context(tenant);
        let schema = context.schema().unwrap();
        let sql = format!(
            "CREATE TABLE \"{schema}\".notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
             INSERT INTO \"{schema}\".notes VALUES (1, 'of {}');
             GRANT SELECT ON \"{schema}\".notes TO tenancy_app;",
            tenant.identifier()
        );
        world.database.execute_as_admin(&sql).await;
    }
    for (index, tenant) in [&world.acme, &world.globex, &world.acme].into_iter().enumerate() {
        let inserted = tenancy.context(tenant).scope(async {
            let mut db = tenancy.db().await?;
            let body = || notes::table.select(notes::body).single_value().assume_not_null();
            let row = |code: &str| (countries::code.eq(format!("{index}{code}")), countries::name.eq(body()));
            let rows = insert_into(countries::table).values([row("a"), row("b")]);
            Ok::<_, tenancy::TenancyError>(rows.returning(countries::name).load::<String>(&mut db).await?)
        });
        let expected = format!("of {}", tenant.identifier());
        assert_eq!(inserted.await.map_err(|error| error.to_string()), Ok(vec![expected; 2]));
    }
}

/// SQL that follows its values has no end; what a connection keeps of it has.
#[tokio::test]
async fn prepared_statements_are_bounded() {
    let database = Database::new().await;
    let tenancy = database.builder(Isolation::Rls).pool_size(1).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    let tenant = register(&tenancy, "acme").await;
    let work = tenancy.context(&tenant).scope(async {
        let mut db = tenancy.db().await.unwrap();
        let (mut most, mut rows) = (0, 0);
        for list in 1..=60 {
            for twice in 0..10 {
                let ids = (0..list).map(|index| list * 10_000 + twice * 1_000 + index);
                let values: Vec<_> = ids.map(|id| (customers::id.eq(id), customers::name.eq("x"))).collect();
                let inserted = match twice % 2 {
                    0 => tenancy::insert_into(customers::table).values(values).execute(&mut db).await,
                    _ => {
                        let mut query = customers::table.into_boxed();
                        for id in 0..list {
                            query = query.or_filter(customers::id.ge(id));
                        }
                        let limit = i64::from(twice);
                        let found = query.limit(limit).select(customers::id).load::<i32>(&mut db).await;
                        found.map(|_| 0)
                    }
                };
                rows += i64::try_from(inserted.unwrap()).unwrap();
            }
            assert_eq!(customers::table.count().get_result(&mut db).await, Ok(rows));
            let count = pg_prepared_statements::table.count();
            most = most.max(count.get_result::<i64>(&mut db).await.unwrap());
        }
        most
    });
    let most = work.await;
    assert!((50..=515).contains(&most), "{most} prepared statements");
}
