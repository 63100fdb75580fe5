//! The trap of decision 3: what is sent behind a statement must not overtake it.

use std::future::poll_fn;
use std::pin::pin;

use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy::{Isolation, NewTenant, Tenant};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::asked::{current_setting, pg_backend_pid, pg_stat_activity};
use tenancy_tests::world::postgres::World;
use tenancy_tests::world::proxy::Proxy;

use crate::people::{self, add, names};

mod moods {
    use std::io::Write;

    use diesel::deserialize::FromSqlRow;
    use diesel::expression::AsExpression;
    use diesel::pg::Pg;
    use diesel::serialize::{IsNull, Output, Result, ToSql};

    /// A type that only this database has, so its OID has to be looked up.
    #[derive(Debug, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct MoodSql;

    #[derive(Debug, Clone, Copy, AsExpression, FromSqlRow)]
    #[diesel(sql_type = MoodSql)]
    pub struct Happy;

    impl ToSql<MoodSql, Pg> for Happy {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> Result {
            out.write_all(b"happy")?;
            Ok(IsNull::No)
        }
    }

    #[diesel::declare_sql_function]
    extern "SQL" {
        fn mood_of(name: diesel::sql_types::Text) -> MoodSql;
    }
}

/// An application over one connection, with a tenant whose statements the server is told nothing about: what it
/// finds set, somebody has left.
struct OneConnection {
    world: World,
    tenancy: Tenancy,
    acme: Tenant,
    globex: Tenant,
    watcher: Tenant,
}

impl OneConnection {
    async fn new(isolation: Isolation) -> Self {
        let world = World::new(isolation).await;
        let tenancy = world.database.builder(isolation).pool_size(1).build().await.unwrap();
        let watcher = match isolation {
            Isolation::Rls => {
                let watcher = NewTenant::new("watcher").unwrap().isolation(Isolation::Schema);
                tenancy.register_tenant(watcher).await.unwrap()
            }
            _ => world.globex.clone(),
        };
        let (acme, globex) = (world.acme.clone(), world.globex.clone());
        Self { world, tenancy, acme, globex, watcher }
    }

    /// Both ways in which a statement of a tenant under `rls` goes: told on the wire, and between BEGIN and COMMIT where
    /// the application's connections are not made for that, because its own isolation has no use for it.
    async fn under_rls() -> [Self; 2] {
        let world = World::new(Isolation::Rls).await;
        let tenancy = world.database.builder(Isolation::Column).pool_size(1).build().await.unwrap();
        let register = async |slug: &str| {
            // As the registry has it of a time when the application had policies.
            let new = NewTenant::new(slug).unwrap().isolation(Isolation::Rls);
            world.tenancy.register_tenant(new).await.unwrap()
        };
        let (acme, globex) = (register("acme-rls").await, register("globex-rls").await);
        let watcher = world.globex.clone();
        [Self::new(Isolation::Rls).await, Self { world, tenancy, acme, globex, watcher }]
    }

    async fn run<R>(&self, tenant: &Tenant, work: impl AsyncFnOnce(&mut TenantDb) -> R) -> R {
        let scope = self.tenancy.context(tenant).scope(async {
            let mut db = self.tenancy.db().await.unwrap();
            work(&mut db).await
        });
        scope.await
    }

    /// The connection's process, after a look at what it was left with.
    async fn clean_connection(&self) -> i32 {
        let (tenant, path) =
            (current_setting("tenancy.tenant_id", true), current_setting("search_path", true));
        let seen = diesel::select((pg_backend_pid(), tenant, path));
        let mut seen = self
            .run(&self.watcher, async |db| {
                seen.load::<(i32, Option<String>, Option<String>)>(db).await.unwrap()
            })
            .await;
        let (pid, tenant, path) = seen.remove(0);
        assert!(tenant.as_deref().is_none_or(str::is_empty), "{tenant:?} is left");
        assert_eq!(path.as_deref(), Some("\"$user\", public"));
        let query = pg_stat_activity::table.find(pid).select(pg_stat_activity::state);
        let state = query.get_result::<Option<String>>(&mut self.world.database.app().await).await;
        assert_eq!(state.unwrap().as_deref(), Some("idle"));
        pid
    }
}

/// Each statement the first time and again, for one tenant and the other, on one connection.
#[tokio::test]
async fn a_type_that_has_to_be_looked_up_does_not_let_commit_pass() {
    for one in OneConnection::under_rls().await {
        let sql = "CREATE TYPE mood AS ENUM ('happy', 'sad'); GRANT USAGE ON TYPE mood TO PUBLIC;
            CREATE FUNCTION mood_of(text) RETURNS mood LANGUAGE sql AS
                $$ SELECT CASE $1 WHEN 'Ada' THEN 'happy' ELSE 'sad' END::mood $$";
        one.world.database.execute_as_admin(sql).await;
        let before = one.clean_connection().await;
        for tenant in [&one.acme, &one.globex] {
            let added = one.run(tenant, async |db| (add(db, 1, "Ada").await, add(db, 2, "Bob").await)).await;
            assert_eq!(added, (Ok(1), Ok(1)));
        }
        for round in 0..4 {
            for tenant in [&one.acme, &one.globex] {
                one.run(tenant, async |db| {
                    let happy = || customers::table.filter(moods::mood_of(customers::name).eq(moods::Happy));
                    let found = happy().select(customers::name).load::<String>(db).await;
                    assert_eq!(found.unwrap(), ["Ada"], "round {round}");
                    let boxed = happy().into_boxed().select(customers::id);
                    assert_eq!(boxed.load::<i32>(db).await.unwrap(), [1], "round {round}");
                    let changed = tenancy::update(happy()).set(customers::country.eq("GB")).execute(db).await;
                    assert_eq!(changed, Ok(1), "round {round}");
                })
                .await;
            }
        }
        assert_eq!(one.clean_connection().await, before);
    }
}

/// The same SQL with binds of other types is another statement.
#[tokio::test]
async fn statements_are_told_apart_by_the_types_of_their_binds() {
    use diesel::dsl::exists;
    use diesel::sql_types::{Integer, Text};

    for one in OneConnection::under_rls().await {
        let (acme, globex) = (&one.acme, &one.globex);
        one.run(acme, async |db| add(db, 1, "Ada").await).await.unwrap();
        for (tenant, expected) in [(acme, true), (globex, false), (acme, true)] {
            one.run(tenant, async |db| {
                let any = exists(customers::table.select(customers::id));
                let text = diesel::select((any, "1".into_sql::<Text>())).into_boxed::<diesel::pg::Pg>();
                let found = text.get_result::<(bool, String)>(db).await;
                assert_eq!(found.unwrap(), (expected, "1".to_owned()));
                let any = exists(customers::table.select(customers::id));
                let number = diesel::select((any, 1.into_sql::<Integer>())).into_boxed::<diesel::pg::Pg>();
                assert_eq!(number.get_result::<(bool, i32)>(db).await.unwrap(), (expected, 1));
            })
            .await;
        }
    }
}

/// A batch of SQL text does not go through the statement cache: it must not pass the setting either.
#[tokio::test]
async fn a_batch_does_not_pass_its_setting() {
    for isolation in [Isolation::Rls, Isolation::Schema] {
        let one = OneConnection::new(isolation).await;
        let insert = |name: &str| {
            format!("INSERT INTO customers (tenant_id, id, name) VALUES ('{}', 1, '{name}')", one.acme.id())
        };
        one.run(&one.acme, async |db| {
            // Now every setting has to be parsed, each time.
            db.set_prepared_statement_cache_size(CacheSize::Disabled);
            db.batch_execute(&insert("Ada")).await.unwrap();
            assert_eq!(names(db).await.unwrap(), ["Ada"], "{isolation}");
            db.transaction::<_, Error, _>(async |db| {
                db.batch_execute("UPDATE customers SET name = 'Eve'").await?;
                assert_eq!(names(db).await?, ["Eve"], "{isolation}");
                Ok(())
            })
            .await
            .unwrap();
            let update = tenancy::update(customers::table).set(customers::name.eq("Zoe"));
            assert_eq!(update.execute(db).await, Ok(1), "{isolation}");
        })
        .await;
        one.run(&one.acme, async |db| {
            db.batch_execute("UPDATE customers SET name = 'Joe'").await.unwrap();
            assert_eq!(names(db).await.unwrap(), ["Joe"], "{isolation}: on a new connection");
        })
        .await;
        one.clean_connection().await;
    }
}

/// The error is the statement's own, the transaction is rolled back, and the connection goes on.
#[tokio::test]
async fn an_error_in_a_batch_is_the_statements_own() {
    for one in OneConnection::under_rls().await {
        let before = one.clean_connection().await;
        one.run(&one.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            for _ in 0..3 {
                let error = add(db, 1, "Eve").await.unwrap_err();
                assert!(
                    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)),
                    "{error}"
                );
                assert_eq!(names(db).await.unwrap(), ["Ada"]);
            }
            // Rows before the error are not given as if it had gone well.
            let zero = customers::table.select(customers::id - 1);
            assert_eq!(zero.get_result::<i32>(db).await, Ok(0));
            add(db, 3, "Bob").await.unwrap();
            for _ in 0..3 {
                let divided = customers::table
                    .order(customers::id.desc())
                    .select(6.into_sql::<diesel::sql_types::Integer>() / (customers::id - 1));
                let error = divided.get_result::<i32>(db).await.unwrap_err();
                assert!(error.to_string().contains("division by zero"), "{error}");
            }
        })
        .await;
        assert_eq!(one.clean_connection().await, before);
    }
}

/// What is checked at COMMIT is an error of the statement.
#[tokio::test]
async fn a_constraint_that_is_checked_at_commit_is_an_error() {
    for one in OneConnection::under_rls().await {
        let sql = "ALTER TABLE orders ADD CONSTRAINT late FOREIGN KEY (tenant_id, customer_id)
            REFERENCES customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE orders DROP CONSTRAINT orders_tenant_id_customer_id_fkey";
        one.world.database.execute_as_admin(sql).await;
        let before = one.clean_connection().await;
        one.run(&one.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            let order = |id: i32, customer: i32| {
                let row = (orders::id.eq(id), orders::customer_id.eq(customer), orders::title.eq("x"));
                tenancy::insert_into(orders::table).values(row)
            };
            for round in 0..3 {
                // Not prepared the first time, prepared from then on.
                let error = order(round, 9).execute(db).await.unwrap_err();
                let is_late =
                    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _));
                assert!(is_late, "round {round}: {error}");
                let returned = order(round, 9).returning(orders::id).get_result::<i32>(db).await;
                let error = returned.unwrap_err();
                let is_late =
                    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _));
                assert!(is_late, "round {round}: {error}");
                assert_eq!(orders::table.count().get_result(db).await, Ok(i64::from(round)));
                assert_eq!(order(round, 1).execute(db).await, Ok(1), "round {round}");
            }
        })
        .await;
        assert_eq!(one.clean_connection().await, before);
    }
}

/// tokio makes a task wait that has done much in one go, at whatever it waits for next: a lock that is free, even.
#[tokio::test]
async fn a_task_that_has_done_much_keeps_the_order() {
    for one in OneConnection::under_rls().await {
        one.run(&one.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            assert_eq!(names(db).await.unwrap(), ["Ada"]);
            for _ in 0..3 {
                let mut names = pin!(names(db));
                let mut is_first = true;
                let found = poll_fn(|cx| {
                    if std::mem::take(&mut is_first) {
                        while pin!(tokio::task::coop::consume_budget()).poll(cx).is_ready() {}
                    }
                    names.as_mut().poll(cx)
                });
                assert_eq!(found.await.unwrap(), ["Ada"]);
            }
        })
        .await;
    }
}

/// COMMIT of a transaction that has failed is ROLLBACK, and PostgreSQL calls that no error.
#[tokio::test]
async fn a_commit_that_rolls_back_is_an_error() {
    for isolation in [Isolation::Rls, Isolation::Column] {
        let one = OneConnection::new(isolation).await;
        let before = one.clean_connection().await;
        one.run(&one.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            people::a_commit_that_rolls_back_is_an_error(db, isolation).await;
            assert_eq!(names(db).await.unwrap(), ["Ada", "Bob"], "{isolation}");
        })
        .await;
        assert_eq!(one.clean_connection().await, before, "{isolation}");
    }
}

/// A BEGIN that fails leaves the connection where a setting for one transaction sets nothing. SQL text would find
/// the tables of everybody.
#[tokio::test]
async fn nothing_is_run_behind_a_begin_that_has_failed() {
    for (isolation, beside) in [(Isolation::Schema, Isolation::Column), (Isolation::Rls, Isolation::Rls)] {
        let world = World::new(beside).await;
        let sql = "INSERT INTO customers (tenant_id, id, name) VALUES ('somebody', 1, 'Ada')";
        world.database.execute_as_admin(sql).await;
        let proxy = Proxy::new(&world.database.app_url());
        let url = proxy.before(&world.database.app_url());
        let tenancy = world.database.builder_at(url, beside).pool_size(1).build().await.unwrap();
        let new = NewTenant::new("beside").unwrap().isolation(isolation);
        let tenant = tenancy.register_tenant(new).await.unwrap();
        let work = tenancy.context(&tenant).scope(async {
            let mut db = tenancy.db().await.unwrap();
            for round in 0..3 {
                assert_eq!(names(&mut db).await.unwrap(), [""; 0], "{isolation}");
                let text = "UPDATE customers SET name = 'Eve'";
                let errors = proxy.without_begin(async {
                    let of_batch = db.batch_execute(text).await;
                    let of_begin = db.transaction(async |db| db.batch_execute(text).await).await;
                    [of_batch, of_begin]
                });
                for error in errors.await {
                    let error = error.unwrap_err().to_string();
                    assert!(error.contains("BEGUN"), "{isolation}, round {round}: {error}");
                }
            }
        });
        work.await;
        let unchanged = "DO $$ BEGIN ASSERT (SELECT name = 'Ada' FROM public.customers); END $$";
        world.database.execute_as_admin(unchanged).await;
    }
}

/// A setting that is not made is the end of the request: nothing behind it is run.
#[tokio::test]
async fn nothing_is_run_behind_a_setting_that_has_failed() {
    for isolation in [Isolation::Schema, Isolation::Rls] {
        let world = World::new(Isolation::Rls).await;
        let sql = "INSERT INTO customers (tenant_id, id, name) VALUES ('somebody', 1, 'Ada')";
        world.database.execute_as_admin(sql).await;
        let new = NewTenant::new("unset").unwrap().isolation(isolation);
        let tenant = world.tenancy.register_tenant(new).await.unwrap();
        let work = world.tenancy.context(&tenant).scope(async {
            let mut db = world.tenancy.db().await.unwrap();
            // What sets the setting is prepared once, with the first.
            diesel::sql_query("SELECT 1").execute(&mut db).await.unwrap();
            db.batch_execute("DEALLOCATE ALL").await.unwrap();
            let text = diesel::sql_query("UPDATE customers SET name = 'Eve'");
            for _ in 0..2 {
                let error = text.clone().execute(&mut db).await.unwrap_err().to_string();
                assert!(error.contains("tenancy_set_config"), "{isolation}: {error}");
            }
        });
        work.await;
        let unchanged = "DO $$ BEGIN ASSERT (SELECT name = 'Ada' FROM public.customers); END $$";
        world.database.execute_as_admin(unchanged).await;
    }
}
