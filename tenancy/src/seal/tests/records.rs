//! A store before which secrets are sealed: what it keeps, what is read, and what is refused.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::fixture::{
    API_KEY, NESTED, URL, assert_silent, block_on, id, ring, sealing, secrets, stores, with_secrets,
};
use crate::seal::{MAX_SEALED, SealedStore, Sealing, is_sealed};
use crate::store::{LatestTenants, ListTenants, SearchTenants, StoreError, TenantStore, Tenants};
use crate::tenant::{Domain, Placement, Tenant, TenantError, TenantRecord, TenantStatus};

fn url_of(tenant: &Tenant) -> &str {
    tenant.database_url().unwrap().expose_secret()
}

/// A tenant as a store keeps it: nothing shows.
fn assert_sealed(stored: &Tenant) {
    assert!(is_sealed(url_of(stored)), "{stored:?}");
    assert_silent(url_of(stored));
    for key in ["api_key", "smtp"] {
        let Some(Value::String(text)) = stored.metadata().get(key) else { panic!("{stored:?}") };
        assert!(is_sealed(text));
    }
    assert_silent(&Value::Object(stored.metadata().clone()).to_string());
    assert_eq!(stored.metadata()["plan"], "business");
}

fn assert_open(read: &Tenant) {
    assert_eq!(url_of(read), URL);
    assert_eq!(Value::Object(read.metadata().clone()), secrets());
}

fn patch(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn every_write_seals_and_every_read_opens() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]));
        let a1 = id("a1");
        assert_open(&store.create(with_secrets("a1")).await.unwrap());
        assert_sealed(&inner.get(&a1).await.unwrap());

        let read = store.get(&a1).await.unwrap();
        assert_open(&read);
        assert_open(&store.update(&read).await.unwrap());
        assert_sealed(&inner.get(&a1).await.unwrap());

        let merged = store.merge_metadata(&a1, patch(secrets())).await.unwrap();
        assert_open(&merged);
        assert_sealed(&inner.get(&a1).await.unwrap());

        let domain = Domain::try_from("shop.example.com").unwrap();
        store.add_domain(&a1, &domain).await.unwrap();
        let (expected, status) = (TenantStatus::Active, TenantStatus::Suspended);
        for read in [
            store.get_by_identifier(read.identifier()).await.unwrap(),
            store.get_by_domain(&domain).await.unwrap(),
            store.set_status(&a1, expected, status).await.unwrap(),
            store.set_placement(&a1, read.placement(), Placement::default()).await.unwrap(),
        ] {
            assert_open(&read);
        }
        let each = |tenants: Tenants| {
            assert_eq!(tenants.len(), 1);
            tenants.iter().for_each(|read| assert_open(read.as_ref().unwrap()));
        };
        each(store.set_status_many(std::slice::from_ref(&a1), status, expected).await.unwrap());
        each(store.get_many(std::slice::from_ref(&a1)).await.unwrap());
        each(store.list(ListTenants::default()).await.unwrap().entries);
        each(store.latest(LatestTenants::default()).await.unwrap());
        each(store.search(SearchTenants::new("tenant")).await.unwrap());
        assert!(store.exists(&a1).await.unwrap() && store.count(None).await.unwrap() == 1);
        assert_eq!(store.domains(&a1).await.unwrap(), std::slice::from_ref(&domain));
        assert_sealed(&inner.get(&a1).await.unwrap());
        store.remove_domain(&a1, &domain).await.unwrap();
        store.delete(&a1).await.unwrap();
        assert!(!inner.exists(&a1).await.unwrap());
    });
}

/// Text that begins as sealed text does is text like any other.
#[test]
fn what_looks_sealed_is_sealed_all_the_same() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]).accept_plain(true));
        store.create(with_secrets("a1")).await.unwrap();
        let stored = inner.get(&id("a1")).await.unwrap();
        let copied = url_of(&stored).to_owned();
        for text in [&copied, "$sealed$", "$sealed$1$k1$", "enc::x", "$sealed$1$k1$AAAA"] {
            let read = store.get(&id("a1")).await.unwrap();
            let mut record =
                TenantRecord { database_url: Some(SecretString::from(text)), ..read.to_record() };
            record.metadata.insert("api_key".to_owned(), json!(text));
            let written = store.update(&Tenant::from_record(record).unwrap()).await.unwrap();
            assert_eq!(url_of(&written), text);
            let (stored, read) = (inner.get(&id("a1")).await.unwrap(), store.get(&id("a1")).await.unwrap());
            assert!(is_sealed(url_of(&stored)) && url_of(&stored) != text, "{text}");
            assert_eq!((url_of(&read), &read.metadata()["api_key"]), (text, &json!(text)));
        }
    });
}

#[test]
fn every_kind_of_value_is_sealed_whole() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]));
        store.create(with_secrets("a1")).await.unwrap();
        for value in [
            json!(null),
            json!(true),
            json!(-7.5),
            json!(u64::MAX),
            json!(""),
            json!("$sealed$"),
            json!([1, [2, {}]]),
            json!({"a": {"b": [null, "é\u{1F600}\"\\\n"]}}),
        ] {
            let merged = store.merge_metadata(&id("a1"), patch(json!({ "smtp": value }))).await.unwrap();
            assert_eq!(merged.metadata()["smtp"], value);
            assert_eq!(merged.metadata()["api_key"], API_KEY, "others stay");
            let stored = inner.get(&id("a1")).await.unwrap();
            assert!(is_sealed(stored.metadata()["smtp"].as_str().unwrap()), "{value}");
        }
    });
}

/// Threat 23: what is pasted into another row or another field is an error of that tenant alone.
#[test]
fn what_is_moved_does_not_open() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]));
        for tenant in ["a1", "b1", "c1"] {
            store.create(with_secrets(tenant)).await.unwrap();
        }
        let of_a1 = inner.get(&id("a1")).await.unwrap();
        let b1 = inner.get(&id("b1")).await.unwrap();
        let stolen = |change: fn(&mut TenantRecord, &Tenant)| {
            let mut record = b1.to_record();
            change(&mut record, &of_a1);
            record
        };
        let cases = [
            ("database_url", stolen(|b1, a1| b1.database_url = a1.database_url().cloned())),
            ("metadata.api_key", stolen(|b1, a1| b1.metadata = a1.metadata().clone())),
            ("metadata.smtp", stolen(|b1, _| b1.metadata["smtp"] = b1.metadata["api_key"].clone())),
            ("metadata.api_key", stolen(|b1, _| b1.metadata["api_key"] = json!(url_text(b1)))),
            ("database_url", stolen(|b1, _| b1.database_url = text_of(&b1.metadata["api_key"]))),
            (
                "database_url",
                stolen(|b1, _| b1.database_url = Some("postgres://u:hunter2@elsewhere/x".into())),
            ),
            ("metadata.api_key", stolen(|b1, _| b1.metadata["api_key"] = json!("hunter2"))),
            ("metadata.smtp", stolen(|b1, _| b1.metadata["smtp"] = json!({"passwords": ["hunter2"]}))),
            ("metadata.smtp", stolen(|b1, _| b1.metadata["smtp"] = json!(null))),
        ];
        for (field, record) in cases {
            let version = inner.get(&id("b1")).await.unwrap().version();
            inner.update(&Tenant::from_record(TenantRecord { version, ..record }).unwrap()).await.unwrap();
            assert_only_b1_is_damaged(&store, field).await;
        }
    });
}

fn url_text(record: &TenantRecord) -> String {
    record.database_url.as_ref().unwrap().expose_secret().to_owned()
}

fn text_of(value: &Value) -> Option<SecretString> {
    value.as_str().map(SecretString::from)
}

async fn assert_only_b1_is_damaged(store: &SealedStore, field: &str) {
    let (b1, active) = (id("b1"), TenantStatus::Active);
    for read in [
        store.get(&b1).await,
        store.set_status(&b1, active, active).await,
        store.merge_metadata(&b1, Map::new()).await,
    ] {
        let error = read.unwrap_err();
        assert_silent(&format!("{error} {error:?}"));
        let StoreError::Corrupt { tenant, reason } = error else { panic!("{error:?}") };
        assert!(tenant == "b1" && reason.starts_with(&format!("`{field}` ")), "{reason}");
    }
    let ids = [id("c1"), b1, id("a1")];
    for many in [
        store.get_many(&ids).await.unwrap(),
        store.list(ListTenants::default()).await.unwrap().entries,
        store.latest(LatestTenants::default()).await.unwrap(),
        store.search(SearchTenants::new("tenant")).await.unwrap(),
    ] {
        assert_eq!((many.len(), many.iter().filter(|read| read.is_ok()).count()), (3, 2), "{many:?}");
    }
}

#[test]
fn values_in_the_clear_are_taken_where_that_is_asked_for() {
    block_on(async {
        let (inner, strict) = stores(sealing(&[1]));
        inner.create(with_secrets("a1")).await.unwrap();
        let error = strict.get(&id("a1")).await.unwrap_err().to_string();
        assert!(error.contains("`database_url` is in the clear"), "{error}");

        let lenient = SealedStore::over(Arc::clone(&inner), sealing(&[1]).accept_plain(true));
        let read = lenient.get(&id("a1")).await.unwrap();
        assert_open(&read);
        // The next write seals.
        lenient.update(&read).await.unwrap();
        assert_sealed(&inner.get(&id("a1")).await.unwrap());
        assert_open(&strict.get(&id("a1")).await.unwrap());
    });
}

/// What goes wrong before sealing must not pass because it is sealed.
#[test]
fn what_breaks_a_rule_is_refused_before_it_is_sealed() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]));
        let deep = (0..70).fold(json!(1), |inner, _| json!([inner]));
        for bad in [json!({"smtp": deep}), json!({"smtp": "a\0b"})] {
            let mut record = with_secrets("a1");
            record.metadata = patch(bad.clone());
            let refused = store.create(record).await;
            assert!(matches!(refused, Err(StoreError::Invalid(TenantError::Metadata { .. }))), "{refused:?}");
        }
        for url in ["", " ", "postgres://u:hunter2@h/db\n"] {
            let record = TenantRecord { database_url: Some(url.into()), ..with_secrets("a1") };
            let refused = store.create(record).await;
            assert!(
                matches!(refused, Err(StoreError::Invalid(TenantError::DatabaseUrl { .. }))),
                "{refused:?}"
            );
        }
        let long = "x".repeat(MAX_SEALED + 1);
        let refused =
            store.create(TenantRecord { database_url: Some((&*long).into()), ..with_secrets("a1") }).await;
        assert!(matches!(refused, Err(StoreError::Invalid(TenantError::DatabaseUrl { .. }))), "{refused:?}");
        assert_eq!(inner.count(None).await.unwrap(), 0);

        store.create(with_secrets("a1")).await.unwrap();
        for bad in [json!({"smtp": "a\0b"}), json!({ "smtp": long })] {
            let refused = store.merge_metadata(&id("a1"), patch(bad)).await;
            assert!(matches!(refused, Err(StoreError::Invalid(TenantError::Metadata { .. }))), "{refused:?}");
        }
        // Under a key that is not sealed it may be as long as ever.
        store.merge_metadata(&id("a1"), patch(json!({ "note": long }))).await.unwrap();
        assert_eq!(store.get(&id("a1")).await.unwrap().metadata()["smtp"]["passwords"][0], NESTED);
    });
}

/// Two processes of which one knows less: what it does not know of stays sealed through its hands.
#[test]
fn what_is_not_named_is_neither_opened_nor_lost() {
    block_on(async {
        let (inner, store) = stores(sealing(&[1]));
        store.create(with_secrets("a1")).await.unwrap();
        let other = SealedStore::over(Arc::clone(&inner), Sealing::new(ring(&[1])));
        let read = other.get(&id("a1")).await.unwrap();
        assert!(is_sealed(read.metadata()["api_key"].as_str().unwrap()));
        let renamed = TenantRecord { name: "Acme".to_owned(), ..read.to_record() };
        other.update(&Tenant::from_record(renamed).unwrap()).await.unwrap();
        assert_open(&store.get(&id("a1")).await.unwrap());
    });
}

#[test]
fn nothing_shows_in_debug() {
    let (_, store) = stores(sealing(&[1]));
    let shown = format!("{store:?} {:?} {:?}", store.sealing(), with_secrets("a1"));
    assert_silent(&shown);
    let keys = super::fixture::key(1).to_text();
    assert!(!shown.contains(keys.expose_secret()), "{shown}");
    assert!(shown.contains("k1") && shown.contains("api_key"), "{shown}");
}

#[test]
fn keys_of_metadata_that_cannot_be_fields_are_told() {
    let bad = Sealing::new(ring(&[1])).metadata_key("").metadata_key("a\nb").metadata_key("x".repeat(201));
    assert_eq!(bad.problems().count(), 3);
    assert_eq!(sealing(&[1]).problems().count(), 0);
}
