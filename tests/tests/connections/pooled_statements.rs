//! Threat 7: statements and transactions through a pooler that gives each transaction another connection of the server's.

use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{StreamExt, TryStreamExt};
use tenancy::postgres::{Tenancy, TenantDb};
use tenancy::{Isolation, Tenant};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::asked::pg_backend_pid;
use tenancy_tests::world::pooler::{Beside, Left, SHARED, left};
use tenancy_tests::world::postgres::World;
use tenancy_tests::world::proxy::Proxy;

use crate::people::{self, add, names};

const ISOLATIONS: [Isolation; 3] = [Isolation::Column, Isolation::Rls, Isolation::Schema];

#[diesel::declare_sql_function]
extern "SQL" {
    fn current_setting(name: diesel::sql_types::Text) -> diesel::sql_types::Text;
    fn pg_terminate_backend(pid: diesel::sql_types::Integer) -> diesel::sql_types::Bool;
}

mod types {
    diesel::table! {
        use diesel::sql_types::Integer;
        use crate::pooled_statements::MoodSql;
        moods (id) {
            id -> Integer,
            mood -> MoodSql,
        }
    }
    diesel::table! {
        use diesel::sql_types::Integer;
        use crate::pooled_statements::MoodSql;
        weathers (id) {
            id -> Integer,
            weather -> MoodSql,
        }
    }
}

/// A type that only this database has: the driver asks about it.
#[derive(Debug, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "mood"))]
pub struct MoodSql;

#[derive(Debug, PartialEq, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
#[diesel(sql_type = MoodSql)]
struct Mood(String);

impl diesel::deserialize::FromSql<MoodSql, diesel::pg::Pg> for Mood {
    fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(Self(String::from_utf8(bytes.as_bytes().to_vec())?))
    }
}

impl diesel::serialize::ToSql<MoodSql, diesel::pg::Pg> for Mood {
    fn to_sql<'b>(
        &'b self,
        out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
    ) -> diesel::serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(diesel::serialize::IsNull::No)
    }
}

async fn run<R>(tenancy: &Tenancy, tenant: &Tenant, work: impl AsyncFnOnce(&mut TenantDb) -> R) -> R {
    let scope = tenancy.context(tenant).scope(async {
        let mut db = tenancy.db().await.unwrap();
        work(&mut db).await
    });
    scope.await
}

async fn is_clean(world: &World, what: &str) {
    let left = left(&world.database.pooler_url()).await;
    assert!(left.iter().all(Left::is_clean), "{what}: {left:?}");
}

/// The pooler is what it is meant to be: without this the others would show nothing.
#[tokio::test]
async fn clients_share_the_servers_connections() {
    let world = World::pooled(Isolation::Column).await;
    let mut pids = Vec::new();
    let mut held = Vec::new();
    // As many as one tenant's share lets it have at a time.
    for _ in 0..=SHARED {
        let mut db = world.db(&world.acme).await;
        let pid = diesel::select(pg_backend_pid());
        let scope = world.tenancy.context(&world.acme);
        pids.push(scope.scope(async { pid.get_result::<i32>(&mut db).await.unwrap() }).await);
        held.push(db);
    }
    pids.sort_unstable();
    pids.dedup();
    assert!(pids.len() <= SHARED && held.len() > pids.len(), "{pids:?}");
}

#[tokio::test]
async fn errors_are_the_statements_own_and_leave_nothing() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        run(&world.tenancy, &world.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            for _ in 0..3 {
                let error = add(db, 1, "Eve").await.unwrap_err();
                let is_own = matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _));
                assert!(is_own, "{isolation}: {error}");
                assert_eq!(names(db).await.unwrap(), ["Ada"], "{isolation}");
                // Not to be parsed, as a table that is not there.
                let error = diesel::sql_query("SELECT 1 FROM nowhere");
                let error = tenancy::raw_sql("a test", error).execute(db).await.unwrap_err();
                assert!(error.to_string().contains("nowhere"), "{isolation}: {error}");
            }
            people::a_commit_that_rolls_back_is_an_error(db, isolation).await;
            let given_up = db.transaction::<(), Error, _>(async |db| {
                add(db, 3, "Eve").await?;
                Err(Error::RollbackTransaction)
            });
            assert_eq!(given_up.await, Err(Error::RollbackTransaction));
            assert_eq!(names(db).await.unwrap(), ["Ada", "Bob"], "{isolation}");
        })
        .await;
        is_clean(&world, &isolation.to_string()).await;
    }
}

/// COMMIT that fails ends its transaction, and what is prepared is not left behind.
#[tokio::test]
async fn a_constraint_that_is_checked_at_commit_is_an_error() {
    for isolation in [Isolation::Column, Isolation::Rls] {
        let world = World::pooled(isolation).await;
        let sql = "ALTER TABLE orders ADD CONSTRAINT late FOREIGN KEY (tenant_id, customer_id)
            REFERENCES customers (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE orders DROP CONSTRAINT orders_tenant_id_customer_id_fkey";
        world.database.execute_as_admin(sql).await;
        run(&world.tenancy, &world.acme, async |db| {
            let order = |id: i32| {
                let row = (orders::id.eq(id), orders::customer_id.eq(9), orders::title.eq("x"));
                tenancy::insert_into(orders::table).values(row)
            };
            for round in 0..3 {
                let alone = order(round).execute(db).await;
                let within = db.transaction::<_, Error, _>(async |db| order(round).execute(db).await).await;
                for error in [alone.unwrap_err(), within.unwrap_err()] {
                    let is_late =
                        matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _));
                    assert!(is_late, "{isolation}, round {round}: {error}");
                }
                assert_eq!(orders::table.count().get_result(db).await, Ok(0_i64));
            }
        })
        .await;
        is_clean(&world, &isolation.to_string()).await;
    }
}

/// The driver keeps the statements by which it asks about a type, and the server has them no more.
#[tokio::test]
async fn types_of_the_databases_own_are_known() {
    let world = World::pooled(Isolation::Column).await;
    let sql = "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN name AS TEXT;
        CREATE TYPE pair AS (one mood, other public.name);
        CREATE TABLE moods (id INTEGER PRIMARY KEY, mood mood NOT NULL, moods mood[], name public.name, pair pair);
        INSERT INTO moods VALUES (1, 'happy', '{sad}', 'Ada', ('sad', 'Bob'));
        GRANT SELECT, INSERT ON moods TO tenancy_app";
    world.database.execute_as_admin(sql).await;
    // One connection, made when the types are there.
    let builder = || world.database.pooled_builder(Isolation::Column).pool_size(1);
    let tenancy = builder().build().await.unwrap();
    let moods = async |db: &mut TenantDb| {
        use types::moods::dsl::{id, mood, moods};
        let happy = moods.filter(mood.eq(Mood("happy".to_owned())));
        happy.select((id, mood)).load::<(i32, Mood)>(db).await
    };
    let reads = ["mood", "moods", "name", "pair"]
        .map(|column| diesel::sql_query(format!("SELECT {column} FROM moods")));
    run(&tenancy, &world.acme, async |db| {
        for (round, read) in (0..3).flat_map(|round| reads.iter().map(move |read| (round, read))) {
            assert_eq!(moods(db).await.unwrap(), [(1, Mood("happy".to_owned()))], "round {round}");
            let read = tenancy::raw_sql("types of every kind", read.clone()).execute(db).await;
            assert_eq!(read, Ok(1), "round {round}");
        }
    })
    .await;
    // A type that comes later costs at most one statement of each connection.
    run(&tenancy, &world.acme, async |db| names(db).await).await.unwrap();
    let sql = "CREATE TYPE weather AS ENUM ('fair', 'foul');
        CREATE TABLE weathers (id INTEGER PRIMARY KEY, weather weather);
        INSERT INTO weathers VALUES (1, 'fair'); GRANT SELECT ON weathers TO tenancy_app";
    world.database.execute_as_admin(sql).await;
    let read = async |db: &mut TenantDb| {
        use types::weathers::dsl::{weather, weathers};
        weathers.select(weather).load::<Mood>(db).await
    };
    let first = run(&tenancy, &world.acme, read).await;
    assert!(first.unwrap_err().to_string().contains("does not exist"));
    assert_eq!(run(&tenancy, &world.acme, read).await.unwrap(), [Mood("fair".to_owned())]);
    is_clean(&world, "types").await;
}

/// Rows that somebody still reads were sent before COMMIT. They are few: the driver hears of nothing that comes behind
/// rows which nobody reads.
#[tokio::test]
async fn rows_outlive_their_transaction() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        run(&world.tenancy, &world.acme, async |db| {
            let list: Vec<_> = (0..20).map(|id| (customers::id.eq(id), customers::name.eq("x"))).collect();
            tenancy::insert_into(customers::table).values(list).execute(db).await.unwrap();
            let ids = || customers::table.select(customers::id).order(customers::id);
            let mut alone = ids().load_stream::<i32>(db).await.unwrap();
            let mut within =
                db.transaction::<_, Error, _>(async |db| ids().load_stream::<i32>(db).await).await.unwrap();
            for rows in [&mut alone, &mut within] {
                assert_eq!(rows.next().await, Some(Ok(0)), "{isolation}");
            }
            // Another transaction, perhaps on another connection of the server's.
            assert_eq!(customers::table.count().get_result(db).await, Ok(20_i64));
            for rows in [alone, within] {
                assert_eq!(rows.try_collect::<Vec<_>>().await.unwrap().len(), 19, "{isolation}");
            }
        })
        .await;
        is_clean(&world, &isolation.to_string()).await;
    }
}

#[tokio::test]
async fn a_transaction_is_what_was_asked_for() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        run(&world.tenancy, &world.acme, async |db| {
            for _ in 0..3 {
                let begin = db.build_transaction().serializable().read_only().deferrable();
                let seen = begin.run(async |db| {
                    let settings = (
                        current_setting("transaction_isolation"),
                        current_setting("transaction_read_only"),
                        current_setting("transaction_deferrable"),
                    );
                    let seen = diesel::select(settings).get_result::<(String, String, String)>(db).await?;
                    Ok::<_, Error>((seen, names(db).await?))
                });
                let (seen, names) = seen.await.unwrap();
                assert_eq!((&*seen.0, &*seen.1, &*seen.2), ("serializable", "on", "on"), "{isolation}");
                assert!(names.is_empty());
                // As diesel-async sets it on every new connection: the pooler takes it along.
                let zone = diesel::select(current_setting("TimeZone")).get_result::<String>(db).await;
                assert_eq!(zone.as_deref(), Ok("UTC"), "{isolation}");
            }
        })
        .await;
        is_clean(&world, &isolation.to_string()).await;
    }
}

/// A transaction that a test begins is thrown away with its connection.
#[tokio::test]
async fn what_is_left_open_or_prepared_goes() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        run(&world.tenancy, &world.acme, async |db| {
            // Nobody can have the driver keep statements here.
            db.set_prepared_statement_cache_size(CacheSize::Unbounded);
            add(db, 1, "Ada").await.unwrap();
            assert_eq!(names(db).await.unwrap(), ["Ada"], "{isolation}");
        })
        .await;
        is_clean(&world, &isolation.to_string()).await;
        run(&world.tenancy, &world.acme, async |db| {
            db.begin_test_transaction().await.unwrap();
            add(db, 2, "Eve").await.unwrap();
            assert_eq!(names(db).await.unwrap(), ["Ada", "Eve"], "{isolation}");
        })
        .await;
        if isolation != Isolation::Column {
            run(&world.tenancy, &world.globex, async |db| {
                db.batch_execute("PREPARE mine AS SELECT 1; PREPARE s1 AS SELECT 2").await.unwrap();
                db.batch_execute("UPDATE customers SET name = 'Zoe'").await.unwrap();
            })
            .await;
        }
        // What others leave is in nobody's way.
        let careless = Beside::new(&world.database.pooler_url()).await;
        for name in 0..200 {
            careless.run(&format!("PREPARE s{name} AS SELECT 'left'")).await;
        }
        for _ in 0..5 {
            let seen = run(&world.tenancy, &world.acme, async |db| names(db).await).await;
            assert_eq!(seen.unwrap(), ["Ada"], "{isolation}");
        }
        // As many at a time as there are connections of the server's.
        let (one, two) = tokio::join!(
            run(&world.tenancy, &world.acme, async |db| db.transaction(async |db| names(db).await).await),
            run(&world.tenancy, &world.acme, async |db| db.transaction(async |db| names(db).await).await),
        );
        assert_eq!((one.unwrap(), two.unwrap()), (vec!["Ada".to_owned()], vec!["Ada".to_owned()]));
        for _ in 0..SHARED {
            careless.run("DEALLOCATE ALL").await;
        }
        is_clean(&world, &isolation.to_string()).await;
    }
}

/// The pooler's own connections come and go beneath those of its clients.
#[tokio::test]
async fn a_connection_of_the_servers_that_went_is_replaced() {
    let world = World::pooled(Isolation::Rls).await;
    let tenancy = world.database.pooled_builder(Isolation::Rls).pool_size(1).build().await.unwrap();
    run(&tenancy, &world.acme, async |db| add(db, 1, "Ada").await).await.unwrap();
    let ended = "DO $$ BEGIN PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid(); END $$";
    for _ in 0..3 {
        world.database.app().await.batch_execute(ended).await.unwrap();
        run(&tenancy, &world.acme, async |db| {
            assert_eq!(names(db).await.unwrap(), ["Ada"]);
            let zone = diesel::select(current_setting("TimeZone")).get_result::<String>(db).await;
            assert_eq!(zone.as_deref(), Ok("UTC"));
        })
        .await;
    }
    // In the middle of a transaction it is an error, and the next one goes well.
    let error = run(&tenancy, &world.acme, async |db| {
        db.transaction::<_, Error, _>(async |db| {
            add(db, 2, "Bob").await?;
            world.database.app().await.batch_execute(ended).await?;
            names(db).await
        })
        .await
    });
    error.await.unwrap_err();
    assert_eq!(run(&tenancy, &world.acme, async |db| names(db).await).await.unwrap(), ["Ada"]);
}

/// Without its BEGIN a statement would be prepared on one connection of the server's and run on another.
#[tokio::test]
async fn nothing_is_run_behind_a_begin_that_has_failed() {
    for isolation in ISOLATIONS {
        let world = World::pooled(isolation).await;
        let proxy = Proxy::new(&world.database.pooler_url());
        let url = proxy.before(&world.database.pooler_url());
        let tenancy = world.database.builder_at(url, isolation).transaction_pooler(true).pool_size(1);
        let tenancy = tenancy.build().await.unwrap();
        run(&tenancy, &world.acme, async |db| {
            add(db, 1, "Ada").await.unwrap();
            for round in 0..3 {
                let update = || tenancy::update(customers::table).set(customers::name.eq("Eve"));
                let errors = proxy.without_begin(async {
                    let text = diesel::sql_query("UPDATE customers SET name = 'Eve'");
                    let mut errors = vec![
                        update().execute(db).await,
                        tenancy::raw_sql("a test", text).execute(db).await,
                        db.transaction(async |db| update().execute(db).await).await,
                    ];
                    if isolation != Isolation::Column {
                        let batch = "UPDATE customers SET name = 'Eve'";
                        errors.push(db.batch_execute(batch).await.map(|()| 0));
                    }
                    errors
                });
                for error in errors.await {
                    let error = error.unwrap_err().to_string();
                    assert!(error.contains("BEGUN"), "{isolation}, round {round}: {error}");
                }
                assert_eq!(names(db).await.unwrap(), ["Ada"], "{isolation}, round {round}");
            }
        })
        .await;
    }
}

/// Whoever loses the connection at COMMIT hears of that, and not of what was noted about it; nobody else gets it.
#[tokio::test]
async fn a_commit_whose_connection_is_gone_says_so() {
    let world = World::pooled(Isolation::Rls).await;
    for _ in 0..4 {
        run(&world.tenancy, &world.acme, async |db| {
            let committed = db.transaction::<_, Error, _>(async |db| {
                add(db, 1, "Ada").await?;
                let pid: i32 = diesel::select(pg_backend_pid()).get_result(db).await?;
                let mut beside = world.database.app().await;
                diesel::select(pg_terminate_backend(pid)).execute(&mut beside).await.map(drop)
            });
            let error = committed.await.unwrap_err();
            assert!(!matches!(error, Error::BrokenTransactionManager), "{error}");
            assert!(error.to_string().contains("connection"), "{error}");
            names(db).await.unwrap_err();
        })
        .await;
        run(&world.tenancy, &world.acme, async |db| assert_eq!(names(db).await.unwrap(), [""; 0])).await;
    }
}
