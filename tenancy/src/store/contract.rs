//! What every store has to do, one function for each behaviour, run over every store there is.
//!
//! PostgreSQL takes part when `TENANCY_TEST_PG_OWNER_URL` names a database in which the user may create
//! schemas, MySQL when `TENANCY_TEST_MYSQL_ADMIN_URL` names a server on which the user may create databases;
//! `cargo xtask test` always sets both.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod cancel;
mod damage;
mod domains;
pub(crate) mod fixture;
mod pages;
mod placement;

use std::sync::Arc;

use chrono::Utc;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::store::{StoreError, TenantStore};
use crate::tenant::{Isolation, NewTenant, Slug, Tenant, TenantError, TenantId, TenantRecord, TenantStatus};

type Store = Arc<dyn TenantStore>;

/// Makes one test of every behaviour for every store, and for every store behind a cache.
macro_rules! contract {
    ($($path:ident :: $behaviour:ident),+ $(,)?) => {
        contract!(@each bare $($path::$behaviour),+);
        #[cfg(feature = "cache")]
        mod cached {
            contract!(@each cached $($path::$behaviour),+);
        }
    };
    (@each $front:ident $($what:tt)+) => {
        contract!(@on memory $front $($what)+);
        #[cfg(feature = "sqlite")]
        contract!(@on sqlite $front $($what)+);
        #[cfg(feature = "mysql")]
        contract!(@on mysql $front $($what)+);
        #[cfg(feature = "postgres")]
        contract!(@on postgres $front $($what)+);
    };
    (@on $store:ident $front:ident $($path:ident :: $behaviour:ident),+) => {
        mod $store {
            use crate::store::contract;
            $(#[test] fn $behaviour() {
                contract::fixture::$store(|store| {
                    contract::$path::$behaviour(contract::fixture::$front(store))
                });
            })+
        }
    };
}

contract! {
    behaviour::what_is_created_is_read,
    behaviour::metadata_reads_back_as_it_was,
    behaviour::an_invalid_record_is_refused,
    behaviour::an_id_is_taken_once,
    behaviour::an_identifier_is_taken_once,
    behaviour::what_is_not_there_is_not_found,
    behaviour::update_writes_every_field_but_id_created_at_and_placement,
    behaviour::optional_fields_can_be_cleared,
    behaviour::a_rename_moves_the_identifier,
    behaviour::a_rename_to_a_taken_identifier_changes_nothing,
    behaviour::set_status_changes_the_status_alone,
    behaviour::set_status_changes_the_status_it_was_told_of,
    behaviour::an_identifier_is_free_only_after_delete,
    placement::a_placement_is_changed_alone_and_read_back,
    placement::a_placement_changes_if_it_is_as_expected,
    placement::update_leaves_the_placement,
    behaviour::concurrent_creates_lose_nothing,
    domains::a_domain_leads_to_its_tenant,
    domains::a_domain_is_one_tenants,
    pages::pages_hold_every_tenant_once_in_byte_order,
    pages::a_page_may_end_exactly_at_the_last_tenant,
    pages::a_page_is_never_empty_for_its_limit,
    pages::lists_and_counts_keep_to_the_status,
}

fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

fn slug(text: &str) -> Slug {
    text.try_into().unwrap()
}

/// A record with nothing optional in it.
fn plain(id_text: &str, slug_text: &str, status: TenantStatus) -> TenantRecord {
    NewTenant::new(slug_text).unwrap().id(id(id_text)).into_record(Utc::now(), status).unwrap()
}

/// A record with everything in it.
fn full(id_text: &str, slug_text: &str) -> TenantRecord {
    NewTenant::new(slug_text)
        .unwrap()
        .id(id(id_text))
        .name("Acme & Söhne 'GmbH'")
        .isolation(Isolation::Schema)
        .metadata(json!({"max_users": 5}))
        .database_url(SecretString::from("postgres://acme:hunter2@db/acme"))
        .schema_name("Acme \"quoted\"")
        .into_record(Utc::now(), TenantStatus::Provisioning)
        .unwrap()
}

/// Two tenants are equal in every field; times too, unless `updated_at` is expected to differ.
fn assert_same(left: &Tenant, right: &Tenant) {
    let (left, right) = (left.to_record(), right.to_record());
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
    assert_eq!(left.metadata, right.metadata);
    let url = |record: &TenantRecord| record.database_url.as_ref().map(|url| url.expose_secret().to_owned());
    assert_eq!(url(&left), url(&right));
}

mod behaviour {
    use super::*;

    pub(super) async fn what_is_created_is_read(store: Store) {
        let created = store.create(full("a1", "acme")).await.unwrap();
        store.create(plain("b1", "globex", TenantStatus::Active)).await.unwrap();
        assert_same(&store.get(&id("a1")).await.unwrap(), &created);
        assert_same(&store.get_by_identifier(&slug("acme")).await.unwrap(), &created);
        assert_eq!(store.get(&id("b1")).await.unwrap().identifier().as_str(), "globex");
    }

    pub(super) async fn metadata_reads_back_as_it_was(store: Store) {
        let metadata = json!({
            "": null, "text": "é \u{1F600} \" \\ \n $1 ' %", "nested": {"list": [1, -2, 0.5, true, [], {}]},
            "large": u64::MAX, "small": i64::MIN,
        });
        let new = NewTenant::new("acme").unwrap().id(id("a1")).metadata(metadata.clone());
        store.create(new.into_record(Utc::now(), TenantStatus::Active).unwrap()).await.unwrap();
        let read = store.get(&id("a1")).await.unwrap();
        assert_eq!(serde_json::Value::Object(read.metadata().clone()), metadata);
    }

    pub(super) async fn an_invalid_record_is_refused(store: Store) {
        let mut record = plain("a1", "acme", TenantStatus::Active);
        record.schema_name = Some("pg_catalog".to_owned());
        let refused = store.create(record).await;
        assert!(matches!(refused, Err(StoreError::Invalid(TenantError::SchemaName { .. }))), "{refused:?}");
        assert_eq!(store.count(None).await.unwrap(), 0);
    }

    pub(super) async fn an_id_is_taken_once(store: Store) {
        store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        let refused = store.create(plain("a1", "other", TenantStatus::Active)).await;
        assert!(
            matches!(&refused, Err(StoreError::DuplicateId { id }) if id.as_str() == "a1"),
            "{refused:?}"
        );
        // Where both are taken a database may find either first.
        let refused = store.create(plain("a1", "acme", TenantStatus::Active)).await;
        let duplicate =
            matches!(refused, Err(StoreError::DuplicateId { .. } | StoreError::DuplicateIdentifier { .. }));
        assert!(duplicate, "{refused:?}");
        assert_eq!(store.count(None).await.unwrap(), 1);
        assert_eq!(store.get(&id("a1")).await.unwrap().identifier().as_str(), "acme");
    }

    pub(super) async fn an_identifier_is_taken_once(store: Store) {
        store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        match store.create(plain("b1", "acme", TenantStatus::Active)).await {
            Err(StoreError::DuplicateIdentifier { identifier }) => assert_eq!(identifier.as_str(), "acme"),
            other => panic!("{other:?}"),
        }
        assert_eq!(store.get_by_identifier(&slug("acme")).await.unwrap().id().as_str(), "a1");
    }

    pub(super) async fn what_is_not_there_is_not_found(store: Store) {
        store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        let ghost = Tenant::from_record(plain("ghost", "ghost", TenantStatus::Active)).unwrap();
        for (what, error) in [
            ("id `ghost`", store.get(ghost.id()).await.map(drop)),
            ("identifier `ghost`", store.get_by_identifier(ghost.identifier()).await.map(drop)),
            ("id `ghost`", store.update(&ghost).await.map(drop)),
            (
                "id `ghost`",
                store.set_status(ghost.id(), TenantStatus::Active, TenantStatus::Deleted).await.map(drop),
            ),
            ("id `ghost`", store.delete(ghost.id()).await),
        ] {
            assert!(
                matches!(&error, Err(StoreError::NotFound { what: named }) if named == what),
                "{error:?}"
            );
        }
        assert_eq!(store.count(None).await.unwrap(), 1);
    }

    pub(super) async fn update_writes_every_field_but_id_created_at_and_placement(store: Store) {
        let created = store.create(plain("a1", "acme", TenantStatus::Provisioning)).await.unwrap();
        store.create(plain("b1", "globex", TenantStatus::Active)).await.unwrap();
        let mut record = full("a1", "acme-two");
        record.status = TenantStatus::Active;
        record.created_at = Utc::now() + chrono::TimeDelta::days(9);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let updated = store.update(&Tenant::from_record(record.clone()).unwrap()).await.unwrap();
        assert_eq!(updated.created_at(), created.created_at());
        assert!(updated.updated_at() > created.updated_at());
        record.created_at = created.created_at();
        record.updated_at = updated.updated_at();
        record.isolation = created.isolation();
        assert_same(&updated, &Tenant::from_record(record).unwrap());
        assert_same(&store.get(&id("a1")).await.unwrap(), &updated);
        assert_eq!(store.get(&id("b1")).await.unwrap().name(), "globex");
    }

    pub(super) async fn optional_fields_can_be_cleared(store: Store) {
        let created = store.create(full("a1", "acme")).await.unwrap();
        let cleared = TenantRecord {
            database_url: None,
            schema_name: None,
            metadata: serde_json::Map::new(),
            ..created.to_record()
        };
        store.update(&Tenant::from_record(cleared).unwrap()).await.unwrap();
        let read = store.get(&id("a1")).await.unwrap();
        assert!(read.schema_name().is_none() && read.metadata().is_empty());
        assert!(read.database_url().is_none());
    }

    pub(super) async fn a_rename_moves_the_identifier(store: Store) {
        let tenant = store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        let renamed = TenantRecord { slug: slug("acme-new"), ..tenant.to_record() };
        store.update(&Tenant::from_record(renamed).unwrap()).await.unwrap();
        let old = store.get_by_identifier(&slug("acme")).await;
        assert!(matches!(old, Err(StoreError::NotFound { .. })), "{old:?}");
        assert_eq!(store.get_by_identifier(&slug("acme-new")).await.unwrap().id().as_str(), "a1");
        store.create(plain("b1", "acme", TenantStatus::Active)).await.unwrap();
        assert_eq!(store.get_by_identifier(&slug("acme")).await.unwrap().id().as_str(), "b1");
    }

    pub(super) async fn a_rename_to_a_taken_identifier_changes_nothing(store: Store) {
        let acme = store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        let globex = store.create(plain("b1", "globex", TenantStatus::Active)).await.unwrap();
        let stolen = TenantRecord { slug: slug("globex"), name: "thief".to_owned(), ..acme.to_record() };
        let refused = store.update(&Tenant::from_record(stolen).unwrap()).await;
        assert!(matches!(refused, Err(StoreError::DuplicateIdentifier { .. })), "{refused:?}");
        assert_same(&store.get_by_identifier(&slug("acme")).await.unwrap(), &acme);
        assert_same(&store.get_by_identifier(&slug("globex")).await.unwrap(), &globex);
        // Its own identifier is not taken.
        store.update(&acme).await.unwrap();
    }

    pub(super) async fn set_status_changes_the_status_alone(store: Store) {
        let created = store.create(full("a1", "acme")).await.unwrap();
        let mut expected = created.status();
        for status in TenantStatus::ALL {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            let changed = store.set_status(&id("a1"), expected, *status).await.unwrap();
            expected = *status;
            assert_eq!(changed.status(), *status);
            assert!(changed.updated_at() > created.updated_at());
            let expected =
                TenantRecord { status: *status, updated_at: changed.updated_at(), ..created.to_record() };
            assert_same(&changed, &Tenant::from_record(expected).unwrap());
            assert_same(&store.get(&id("a1")).await.unwrap(), &changed);
        }
    }

    pub(super) async fn set_status_changes_the_status_it_was_told_of(store: Store) {
        use TenantStatus::{Active, Deleted, Suspended};

        let created = store.create(plain("a1", "acme", Suspended)).await.unwrap();
        match store.set_status(&id("a1"), Active, Deleted).await {
            Err(StoreError::OtherStatus { id, expected: Active, status: Suspended }) => {
                assert_eq!(id.as_str(), "a1");
            }
            other => panic!("{other:?}"),
        }
        assert_same(&store.get(&id("a1")).await.unwrap(), &created);
        // Of many that expect the same, one succeeds.
        let a1 = id("a1");
        let racing = (0..20).map(|n| {
            let status = if n % 2 == 0 { Active } else { Deleted };
            store.set_status(&a1, Suspended, status)
        });
        let changed = futures_util::future::join_all(racing).await;
        let won: Vec<_> = changed.iter().filter_map(|result| result.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{changed:?}");
        assert_same(&store.get(&a1).await.unwrap(), won[0]);
        let lost = changed.iter().filter(|result| matches!(result, Err(StoreError::OtherStatus { .. })));
        assert_eq!(lost.count(), 19, "{changed:?}");
    }

    pub(super) async fn an_identifier_is_free_only_after_delete(store: Store) {
        store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
        store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Deleted).await.unwrap();
        let refused = store.create(plain("b1", "acme", TenantStatus::Active)).await;
        assert!(matches!(refused, Err(StoreError::DuplicateIdentifier { .. })), "{refused:?}");
        store.delete(&id("a1")).await.unwrap();
        assert!(matches!(store.delete(&id("a1")).await, Err(StoreError::NotFound { .. })));
        assert!(store.get_by_identifier(&slug("acme")).await.is_err());
        store.create(plain("b1", "acme", TenantStatus::Active)).await.unwrap();
    }

    pub(super) async fn concurrent_creates_lose_nothing(store: Store) {
        let distinct = (0..20).map(|n| plain(&format!("a{n}"), &format!("tenant-{n}"), TenantStatus::Active));
        let created = futures_util::future::join_all(distinct.map(|record| store.create(record))).await;
        assert!(created.iter().all(Result::is_ok), "{created:?}");
        let racing = (0..20).map(|n| plain(&format!("b{n}"), "wanted", TenantStatus::Active));
        let created = futures_util::future::join_all(racing.map(|record| store.create(record))).await;
        assert_eq!(created.iter().filter(|result| result.is_ok()).count(), 1, "{created:?}");
        let lost =
            created.iter().filter(|r| matches!(r, Err(StoreError::DuplicateIdentifier { .. }))).count();
        assert_eq!(lost, 19, "{created:?}");
        assert_eq!(store.count(None).await.unwrap(), 21);
    }
}
