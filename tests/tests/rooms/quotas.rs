//! Quotas on every backend, and in memory.

use serde_json::json;
use tenancy::limit::{MemoryQuotaStore, Quota, QuotaError, QuotaName, QuotaUse, Quotas};
use tenancy::{Isolation, NewTenant, Supported, Tenancy, Tenant};
use tenancy_tests::world::{mysql, postgres, register, sqlite, unique_id};

/// Two tenants with counters: `acme` with limits of its own, `globex` without.
struct Counted {
    quotas: Quotas,
    acme: Tenant,
    globex: Tenant,
}

impl Counted {
    async fn new<B: Supported>(tenancy: &Tenancy<B>, globex: &Tenant, quotas: Quotas) -> Self {
        let metadata = json!({"max_users": 5, "max_storage_gb": 2});
        let acme = NewTenant::new("limited").unwrap().id(unique_id("limited")).metadata(metadata);
        let acme = tenancy.register_tenant(acme).await.unwrap();
        Self { quotas, acme, globex: globex.clone() }
    }
}

/// Makes one test of every behaviour for every store.
macro_rules! contract {
    ($($behaviour:ident),+ $(,)?) => {
        contract!(@on in_sqlite, sqlite::World, |world| world.tenancy.quotas(); $($behaviour),+);
        contract!(@on in_mysql, mysql::World, |world| world.tenancy.quotas(); $($behaviour),+);
        contract!(@on in_postgres, postgres::World, |world| world.tenancy.quotas(); $($behaviour),+);
        contract!(@on in_memory, sqlite::World, |_world| Quotas::new(MemoryQuotaStore::new()); $($behaviour),+);
    };
    (@on $name:ident, $world:ty, |$given:ident| $quotas:expr; $($behaviour:ident),+) => {
        mod $name {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                let world = <$world>::new(Isolation::Column).await;
                let quotas = { let $given = &world; $quotas };
                super::$behaviour(Counted::new(&world.tenancy, &world.globex, quotas).await).await;
            })+
        }
    };
}

contract! {
    exactly_the_limit_fits_and_one_more_does_not,
    thirty_two_at_once_fill_it_exactly,
    what_is_given_back_is_there_again,
    nothing_overflows,
    tenants_and_names_share_nothing,
    a_counter_can_be_put_right,
}

async fn exactly_the_limit_fits_and_one_more_does_not(Counted { quotas, acme, globex }: Counted) {
    let users = Quota::users();
    assert_eq!(quotas.read(&acme, &users).await.unwrap(), QuotaUse { used: 0, limit: Some(5) });
    for used in 1..=5 {
        assert_eq!(quotas.try_add(&acme, &users, 1).await.unwrap(), used);
    }
    for amount in [1, 2, 5, 6, 1_000, u64::MAX] {
        match quotas.try_add(&acme, &users, amount).await.unwrap_err() {
            QuotaError::Exceeded { name, limit, used, amount: asked } => {
                assert_eq!((name.as_str(), limit, used, asked), ("users", 5, 5, amount));
            }
            error => panic!("{error}"),
        }
    }
    // All at once, and the first time.
    let storage = Quota::storage();
    assert!(quotas.try_add(&acme, &storage, 2_000_000_001).await.is_err());
    assert_eq!(quotas.try_add(&acme, &storage, 2_000_000_000).await.unwrap(), 2_000_000_000);
    assert_eq!(quotas.read(&acme, &storage).await.unwrap().remaining(), 0);
    // Without a limit of its own.
    assert_eq!(quotas.try_add(&globex, &users, 1_000_000).await.unwrap(), 1_000_000);
    assert!(quotas.try_add(&globex, &users.or_limit(1_000_001), 2).await.is_err());
    let nothing = Quota::new("nothing", 0).unwrap();
    assert!(matches!(quotas.try_add(&globex, &nothing, 1).await, Err(QuotaError::Exceeded { limit: 0, .. })));
}

async fn thirty_two_at_once_fill_it_exactly(Counted { quotas, acme, .. }: Counted) {
    // Nobody has a row yet, and there is room for all.
    let fresh = Quota::new("fresh", 100).unwrap();
    let first = (0..32).map(|_| {
        let (quotas, acme, fresh) = (quotas.clone(), acme.clone(), fresh.clone());
        tokio::spawn(async move { quotas.try_add(&acme, &fresh, 1).await })
    });
    for first in first.collect::<Vec<_>>() {
        first.await.unwrap().unwrap();
    }
    assert_eq!(quotas.read(&acme, &fresh).await.unwrap().used, 32);
    let seats = Quota::new("seats", 100).unwrap();
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let (quotas, acme, seats) = (quotas.clone(), acme.clone(), seats.clone());
            tokio::spawn(async move {
                let mut had = Vec::new();
                for round in 0..6 {
                    match quotas.try_add(&acme, &seats, 1).await {
                        Ok(used) => {
                            assert!(used <= 100);
                            had.push(used);
                        }
                        Err(QuotaError::Exceeded { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                    // Some give one back, so that both meet.
                    if (task + round) % 8 == 0 && had.pop().is_some() {
                        quotas.release(&acme, &seats, 1).await.unwrap();
                    }
                }
                had.len()
            })
        })
        .collect();
    let mut held = 0;
    for task in tasks {
        held += task.await.unwrap();
    }
    let used = quotas.read(&acme, &seats).await.unwrap().used;
    assert_eq!(used, held as u64, "nothing is lost and nothing counted twice");
    assert!(used <= 100);
    while quotas.try_add(&acme, &seats, 1).await.is_ok() {}
    assert_eq!(quotas.read(&acme, &seats).await.unwrap().used, 100);
}

async fn what_is_given_back_is_there_again(Counted { quotas, acme, .. }: Counted) {
    let users = Quota::users();
    quotas.try_add(&acme, &users, 5).await.unwrap();
    assert_eq!(quotas.release(&acme, &users, 2).await.unwrap(), 3);
    assert_eq!(quotas.try_add(&acme, &users, 2).await.unwrap(), 5);
    for amount in [6, u64::MAX] {
        match quotas.release(&acme, &users, amount).await.unwrap_err() {
            QuotaError::BelowZero { used, amount: asked, .. } => assert_eq!((used, asked), (5, amount)),
            error => panic!("{error}"),
        }
    }
    assert_eq!(quotas.release(&acme, &users, 5).await.unwrap(), 0);
    assert!(matches!(quotas.release(&acme, &users, 1).await, Err(QuotaError::BelowZero { used: 0, .. })));
    let never = Quota::new("never", 1).unwrap();
    assert!(matches!(quotas.release(&acme, &never, 1).await, Err(QuotaError::BelowZero { used: 0, .. })));
    for zero in [quotas.try_add(&acme, &users, 0).await, quotas.release(&acme, &users, 0).await] {
        assert!(matches!(zero, Err(QuotaError::ZeroAmount { .. })), "{zero:?}");
    }
}

async fn nothing_overflows(Counted { quotas, globex, .. }: Counted) {
    let most = u64::try_from(i64::MAX).unwrap();
    let bytes = Quota::new("bytes", u64::MAX).unwrap();
    assert!(matches!(
        quotas.try_add(&globex, &bytes, u64::MAX).await,
        Err(QuotaError::Exceeded { limit, .. }) if limit == most
    ));
    assert!(matches!(quotas.set(&globex, &bytes, most + 1).await, Err(QuotaError::TooLarge { .. })));
    assert_eq!(quotas.try_add(&globex, &bytes, most - 1).await.unwrap(), most - 1);
    assert!(quotas.try_add(&globex, &bytes, 2).await.is_err());
    assert_eq!(quotas.try_add(&globex, &bytes, 1).await.unwrap(), most);
    for amount in [1, most, u64::MAX] {
        let full = quotas.try_add(&globex, &bytes, amount).await;
        assert!(matches!(full, Err(QuotaError::Exceeded { used, .. }) if used == most), "{full:?}");
    }
    assert_eq!(quotas.release(&globex, &bytes, most).await.unwrap(), 0);
}

async fn tenants_and_names_share_nothing(Counted { quotas, acme, globex }: Counted) {
    let names = ["a", "b", "a.b", "a-b", "a_b"];
    for (at, name) in names.iter().enumerate() {
        let quota = Quota::new(name, 100).unwrap();
        quotas.try_add(&acme, &quota, 1 + at as u64).await.unwrap();
        quotas.try_add(&globex, &quota, 50).await.unwrap();
    }
    let mut expected: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (QuotaName::try_from(*name).unwrap(), 1 + at as u64))
        .collect();
    expected.sort();
    assert_eq!(quotas.all(&acme).await.unwrap(), expected);
    assert_eq!(quotas.all(&globex).await.unwrap().len(), names.len());
}

async fn a_counter_can_be_put_right(Counted { quotas, acme, .. }: Counted) {
    let users = Quota::users();
    quotas.set(&acme, &users, 3).await.unwrap();
    quotas.set(&acme, &users, 7).await.unwrap();
    assert_eq!(quotas.read(&acme, &users).await.unwrap(), QuotaUse { used: 7, limit: Some(5) });
    assert!(matches!(quotas.try_add(&acme, &users, 1).await, Err(QuotaError::Exceeded { used: 7, .. })));
    assert_eq!(quotas.release(&acme, &users, 3).await.unwrap(), 4);
    assert_eq!(quotas.try_add(&acme, &users, 1).await.unwrap(), 5);
}

/// A limit that cannot be read must not become none.
#[tokio::test]
async fn a_damaged_limit_is_an_error() {
    let world = sqlite::World::new(Isolation::Column).await;
    let metadata = json!({"max_users": "hunter2", "max_storage_gb": 0});
    let damaged =
        world.tenancy.register_tenant(NewTenant::new("damaged").unwrap().metadata(metadata)).await.unwrap();
    let quotas = world.tenancy.quotas();
    for quota in [Quota::users().or_limit(9), Quota::storage()] {
        let error = quotas.try_add(&damaged, &quota, 1).await.unwrap_err();
        assert!(matches!(error, QuotaError::Setting(_)) && !error.to_string().contains("hunter2"), "{error}");
    }
    assert_eq!(quotas.try_add(&damaged, &Quota::new("own", 1).unwrap(), 1).await.unwrap(), 1);
}

/// Counters are durable, and go with their tenant; nobody counts for a tenant that is not there.
#[tokio::test]
async fn counters_outlast_the_process_and_go_with_the_tenant() {
    async fn check<B: Supported>(tenancy: &Tenancy<B>, again: &Tenancy<B>) {
        let tenant = register(tenancy, "shortlived").await;
        let users = Quota::users();
        tenancy.quotas().try_add(&tenant, &users, 3).await.unwrap();
        assert_eq!(again.quotas().read(&tenant, &users).await.unwrap().used, 3);
        tenancy.store().delete(tenant.id()).await.unwrap();
        assert_eq!(tenancy.quotas().all(&tenant).await.unwrap(), []);
        for gone in [
            tenancy.quotas().try_add(&tenant, &users, 1).await.map(drop),
            tenancy.quotas().set(&tenant, &users, 1).await,
        ] {
            assert!(matches!(gone, Err(QuotaError::NoTenant { .. })), "{gone:?}");
        }
    }
    let world = sqlite::World::new(Isolation::Column).await;
    let again = sqlite::builder(&world.directory, Isolation::Column).build().await.unwrap();
    check(&world.tenancy, &again).await;
    let world = mysql::World::new(Isolation::Column).await;
    check(&world.tenancy, &world.database.builder(Isolation::Column).build().await.unwrap()).await;
    let world = postgres::World::new(Isolation::Column).await;
    check(&world.tenancy, &world.database.builder(Isolation::Column).build().await.unwrap()).await;
}
