//! Transactions on PostgreSQL that choose their isolation level, access mode and DEFERRABLE.

use std::time::Duration;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use tenancy::Isolation;
use tenancy::postgres::TenantDb;
use tenancy_tests::schema::customers;
use tenancy_tests::world::postgres::World;

#[diesel::declare_sql_function]
extern "SQL" {
    fn current_setting(name: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

const ISOLATIONS: [Isolation; 4] =
    [Isolation::Column, Isolation::Rls, Isolation::Schema, Isolation::Database];

async fn settings(db: &mut TenantDb) -> Result<[String; 3], Error> {
    let settings = diesel::select((
        current_setting("transaction_isolation"),
        current_setting("transaction_read_only"),
        current_setting("transaction_deferrable"),
    ));
    settings.get_result::<(String, String, String)>(db).await.map(|(a, b, c)| [a, b, c])
}

async fn add(db: &mut TenantDb, id: i32) -> QueryResult<usize> {
    let row = (customers::id.eq(id), customers::name.eq("x"));
    tenancy::insert_into(customers::table).values(row).execute(db).await
}

async fn count(db: &mut TenantDb) -> QueryResult<i64> {
    customers::table.count().get_result(db).await
}

#[tokio::test]
async fn what_is_chosen_is_what_the_server_has() {
    for isolation in ISOLATIONS {
        let world = World::new(isolation).await;
        let mut db = world.db(&world.acme).await;
        let work = world.tenancy.context(&world.acme).scope(async {
            add(&mut db, 1).await.unwrap();
            let begin = db.build_transaction().serializable().read_only().deferrable();
            let seen = begin.run(async |db| Ok::<_, Error>((settings(db).await?, count(db).await?)));
            let expected = ["serializable", "on", "on"].map(str::to_owned);
            assert_eq!(seen.await, Ok((expected, 1)), "{isolation}");
            let begin = db.build_transaction().repeatable_read().read_write().not_deferrable();
            let seen = begin.run(async |db| Ok::<_, Error>((settings(db).await?, add(db, 2).await?)));
            let expected = ["repeatable read", "off", "off"].map(str::to_owned);
            assert_eq!(seen.await, Ok((expected, 1)), "{isolation}");
            let seen = db.build_transaction().read_committed().run(async |db| settings(db).await);
            assert_eq!(seen.await, Ok(["read committed", "off", "off"].map(str::to_owned)), "{isolation}");
            assert_eq!(count(&mut db).await, Ok(2), "{isolation}");
        });
        work.await;
        let other = world.tenancy.context(&world.globex).scope(async {
            let mut db = world.tenancy.db().await.unwrap();
            db.build_transaction().serializable().run(async |db| count(db).await).await
        });
        assert_eq!(other.await, Ok(0), "{isolation}");
    }
}

#[tokio::test]
async fn an_error_rolls_back_and_the_handle_goes_on() {
    let world = World::new(Isolation::Rls).await;
    let mut db = world.db(&world.acme).await;
    let work = world.tenancy.context(&world.acme).scope(async {
        let written = db.build_transaction().read_only().run(async |db| add(db, 1).await).await;
        let is_refused =
            matches!(written, Err(Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)));
        assert!(is_refused, "{written:?}");
        let given_up = db.build_transaction().serializable().run(async |db| {
            add(db, 2).await?;
            Err::<(), _>(Error::RollbackTransaction)
        });
        assert_eq!(given_up.await, Err(Error::RollbackTransaction));
        // Inside another transaction there is nothing to choose.
        let inner = db.transaction::<_, Error, _>(async |db| {
            let inner = db.build_transaction().serializable().run(async |db| add(db, 3).await).await;
            assert_eq!(inner, Err(Error::AlreadyInTransaction));
            add(db, 4).await
        });
        assert_eq!(inner.await, Ok(1));
        assert_eq!(count(&mut db).await, Ok(1));
    });
    work.await;
}

/// Two that could not have run one after the other are not both committed.
#[tokio::test]
async fn serializable_is_serializable() {
    let world = World::new(Isolation::Rls).await;
    let (mut one, mut two) = (world.db(&world.acme).await, world.db(&world.acme).await);
    let work = world.tenancy.context(&world.acme).scope(async {
        let barrier = tokio::sync::Barrier::new(2);
        let add_up = async |db: &mut TenantDb, id: i32| {
            let run = db.build_transaction().serializable().run(async |db| {
                let seen = count(db).await?;
                barrier.wait().await;
                add(db, id + i32::try_from(seen).unwrap()).await
            });
            run.await
        };
        let (first, second) = tokio::join!(add_up(&mut one, 1), add_up(&mut two, 2));
        let error = first.and(second).unwrap_err();
        let is_lost = matches!(error, Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _));
        assert!(is_lost, "{error}");
        drop((one, two));
        let mut db = world.tenancy.db().await.unwrap();
        assert_eq!(count(&mut db).await, Ok(1));
    });
    work.await;
}

#[tokio::test]
async fn a_handle_refuses_after_one_that_was_dropped() {
    let world = World::new(Isolation::Rls).await;
    let mut db = world.db(&world.acme).await;
    let work = world.tenancy.context(&world.acme).scope(async {
        let slow = db.build_transaction().serializable().run(async |db| {
            add(db, 1).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok::<_, Error>(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
        let error = add(&mut db, 2).await.unwrap_err();
        assert!(error.to_string().contains("take a new one"), "{error}");
        drop(db);
        let mut db = world.tenancy.db().await.unwrap();
        assert_eq!(count(&mut db).await, Ok(0));
    });
    work.await;
    let (tenancy, context) = (world.tenancy.clone(), world.tenancy.context(&world.acme));
    let panicked = tokio::spawn(context.scope(async move {
        let mut db = tenancy.db().await.unwrap();
        let begin = db.build_transaction().repeatable_read();
        let _ = begin
            .run::<(), Error, _>(async |db| {
                add(db, 1).await?;
                panic!("expected by the test")
            })
            .await;
    }));
    assert!(panicked.await.unwrap_err().is_panic());
    let after = world.tenancy.context(&world.acme).scope(async {
        let mut db = world.tenancy.db().await.unwrap();
        count(&mut db).await
    });
    assert_eq!(after.await, Ok(0));
}
