//! Connections that are no `TenantDb`: Diesel's own, and an enum of them. What the SQL says is all that keeps
//! tenants apart there.

use diesel::prelude::*;
use diesel::result::Error;
use tenancy::{Isolation, ScopeError, TenancyError};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::sqlite::World;

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

macro_rules! connections {
    ($($name:ident: $connection:ty, $open:expr;)*) => {$(
        mod $name {
            use super::*;

            fn open(world: &World) -> $connection {
                let path = world.directory.path().join("application.db");
                $open(SqliteConnection::establish(path.to_str().unwrap()).unwrap())
            }

            #[tokio::test]
            async fn is_scoped_by_column() {
                let world = World::new(Isolation::Column).await;
                let connection = &mut open(&world);
                for tenant in [&world.acme, &world.globex] {
                    world.tenancy.context(tenant).sync_scope(|| {
                        let row = (customers::id.eq(1), customers::name.eq(tenant.name()));
                        let insert = tenancy::insert_into(customers::table).values(row);
                        assert_eq!(connection.execute_returning_count(&insert), Ok(1));
                        let row = (orders::id.eq(1), orders::customer_id.eq(1), orders::title.eq(tenant.name()));
                        let insert = tenancy::insert_into(orders::table).values(&row);
                        assert_eq!(connection.execute_returning_count(&insert), Ok(1));
                    });
                }
                for tenant in [&world.acme, &world.globex] {
                    world.tenancy.context(tenant).sync_scope(|| {
                        let own = vec![tenant.name().to_owned()];
                        let titles = || orders::table.select(orders::title);
                        assert_eq!(titles().load(connection), Ok(own.clone()));
                        assert_eq!(titles().get_results(connection), Ok(own.clone()));
                        assert_eq!(titles().first::<String>(connection), Ok(own[0].clone()));
                        assert_eq!(titles().get_result::<String>(connection), Ok(own[0].clone()));
                        let rows = titles().load_iter::<String, _>(connection).unwrap();
                        assert_eq!(rows.collect::<QueryResult<Vec<_>>>(), Ok(own.clone()));
                        let names = orders::table.inner_join(customers::table).select(customers::name);
                        assert_eq!(names.load(connection), Ok(own.clone()));
                        let boxed = orders::table.into_boxed().filter(orders::id.eq(1)).select(orders::title);
                        assert_eq!(boxed.load(connection), Ok(own));
                        let update = tenancy::update(orders::table).set(orders::note.eq("seen"));
                        assert_eq!(connection.execute_returning_count(&update), Ok(1));
                    });
                }
                world.tenancy.context(&world.acme).sync_scope(|| {
                    assert_eq!(connection.execute_returning_count(&tenancy::delete(orders::table)), Ok(1));
                });
                world.tenancy.context(&world.globex).sync_scope(|| {
                    assert_eq!(orders::table.count().get_result(connection), Ok(1_i64));
                });
            }

            /// Nothing refuses Diesel's insert before it is sent; the database does, for there is a sub-select in
            /// the place of the table's name.
            #[tokio::test]
            async fn diesels_insert_fails_at_the_database() {
                let world = World::new(Isolation::Column).await;
                let connection = &mut open(&world);
                world.tenancy.context(&world.acme).sync_scope(|| {
                    let row = (customers::id.eq(1), customers::name.eq("nobody's"));
                    let error = diesel::insert_into(customers::table).values(row).execute(connection).unwrap_err();
                    assert!(matches!(error, Error::DatabaseError(..)), "{error}");
                    assert_eq!(customers::table.count().get_result(connection), Ok(0_i64));
                });
            }

            #[tokio::test]
            async fn is_refused_without_a_tenant_and_by_database() {
                let world = World::new(Isolation::Database).await;
                let connection = &mut open(&world);
                let error = TenancyError::from(orders::table.count().get_result::<i64>(connection).unwrap_err());
                assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{error}");
                world.tenancy.context(&world.acme).sync_scope(|| {
                    let error = orders::table.count().get_result::<i64>(connection).unwrap_err();
                    let error = TenancyError::from(error);
                    assert!(matches!(error, TenancyError::Scope(ScopeError::UnknownConnection { .. })), "{error}");
                    let delete = tenancy::delete(orders::table);
                    let error = TenancyError::from(connection.execute_returning_count(&delete).unwrap_err());
                    assert!(matches!(error, TenancyError::Scope(ScopeError::UnknownConnection { .. })), "{error}");
                });
            }
        }
    )*};
}

connections! {
    diesels_own: SqliteConnection, std::convert::identity;
    multi_connection: AnyConnection, AnyConnection::Sqlite;
}
