//! A registry in a file, written and damaged.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;

/// A file of one test; gone with this value.
struct Written(PathBuf);

impl Written {
    fn new(extension: &str, text: &str) -> Self {
        let name = format!("tenancy-file-{}.{extension}", uuid::Uuid::now_v7());
        let file = Self(std::env::temp_dir().join(name));
        file.write(text);
        file
    }

    fn write(&self, text: &str) {
        std::fs::write(&self.0, text).unwrap();
    }

    fn open(&self) -> Result<FileStore, FileStoreError> {
        FileStore::open(&self.0)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const TOML: &str = r#"
[[tenants]]
id = "a1"
identifier = "acme"
name = "Acme Ltd"
status = "suspended"
isolation = "schema"
database_url = "postgres://acme:hunter2@db/acme"
schema_name = "acme"
domains = ["acme.com", "shop.acme.com"]
metadata = { max_users = 5, since = 2026-01-01, deep = { list = [1, 0.5, true] } }

[[tenants]]
id = "b1"
identifier = "globex"
"#;

const JSON: &str = r#"{"tenants": [
    {"id": "a1", "identifier": "acme", "name": "Acme Ltd", "status": "suspended", "isolation": "schema",
     "database_url": "postgres://acme:hunter2@db/acme", "schema_name": "acme",
     "domains": ["acme.com", "shop.acme.com"],
     "metadata": {"max_users": 5, "since": "2026-01-01", "deep": {"list": [1, 0.5, true]}}},
    {"id": "b1", "identifier": "globex"}
]}"#;

fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

#[tokio::test]
async fn both_forms_say_the_same() {
    for (extension, text) in [("toml", TOML), ("json", JSON), ("TOML", TOML)] {
        let file = Written::new(extension, text);
        let store = file.open().unwrap();
        let acme = store.get(&id("a1")).await.unwrap();
        assert_eq!(acme.identifier().as_str(), "acme");
        assert_eq!(acme.name(), "Acme Ltd");
        assert_eq!(acme.status(), TenantStatus::Suspended);
        assert_eq!(acme.isolation(), Some(crate::tenant::Isolation::Schema));
        assert_eq!(acme.database_url().unwrap().expose_secret(), "postgres://acme:hunter2@db/acme");
        assert_eq!(acme.schema_name(), Some("acme"));
        let metadata = json!({"max_users": 5, "since": "2026-01-01", "deep": {"list": [1, 0.5, true]}});
        assert_eq!(Value::Object(acme.metadata().clone()), metadata);
        let by_domain = store.get_by_domain(&"shop.acme.com".try_into().unwrap()).await.unwrap();
        assert_eq!(by_domain.id(), acme.id());
        assert_eq!(store.domains(acme.id()).await.unwrap().len(), 2);
        let globex = store.get_by_identifier(&"globex".try_into().unwrap()).await.unwrap();
        assert_eq!((globex.name(), globex.is_active(), globex.version()), ("globex", true, 1));
        assert_eq!(store.count(None).await.unwrap(), 2);
        assert_eq!(store.search(SearchTenants::new("LTD")).await.unwrap().len(), 1);
        assert_eq!(store.get_many(&[id("b1"), id("x"), id("a1")]).await.unwrap().len(), 2);
        assert!(!format!("{store:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn nothing_is_written() {
    let file = Written::new("toml", TOML);
    let store = file.open().unwrap();
    let acme = store.get(&id("a1")).await.unwrap();
    let (status, placement) = (acme.status(), acme.placement());
    let domain = "other.com".try_into().unwrap();
    let record = TenantRecord { id: id("c1"), slug: "initech".try_into().unwrap(), ..acme.to_record() };
    for refused in [
        store.create(record).await.map(drop),
        store.update(&acme).await.map(drop),
        store.set_status(acme.id(), status, TenantStatus::Active).await.map(drop),
        store.set_status_many(&[id("a1")], status, TenantStatus::Active).await.map(drop),
        store.merge_metadata(acme.id(), Map::new()).await.map(drop),
        store.set_placement(acme.id(), placement, placement).await.map(drop),
        store.add_domain(acme.id(), &domain).await,
        store.remove_domain(acme.id(), &domain).await,
        store.delete(acme.id()).await,
    ] {
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }
    assert_eq!(std::fs::read_to_string(store.path()).unwrap(), TOML);
    assert_eq!(store.get(acme.id()).await.unwrap().version(), 1);
}

#[tokio::test]
async fn a_file_is_read_again_whole_or_not_at_all() {
    let file = Written::new("toml", TOML);
    let store = file.open().unwrap();
    file.write("[[tenants]]\nid = \"c1\"\nidentifier = \"initech\"\n\n[[tenants]]\nid = \"d1\"\n");
    store.reload().unwrap_err();
    assert_eq!(store.count(None).await.unwrap(), 2);
    file.write("[[tenants]]\nid = \"c1\"\nidentifier = \"initech\"\n");
    store.reload().unwrap();
    assert!(store.get(&id("a1")).await.is_err());
    assert!(store.get(&id("c1")).await.is_ok());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_no_value() {
    let file = Written::new(
        "toml",
        r#"
        version = "hunter2"

        [[tenants]]
        identifier = "acme"
        database_url = { url = "hunter2" }
        metadata = "hunter2"
        domains = ["acme.com", 7]

        [[tenants]]
        id = "b1"
        identifier = "Globex"
        password = "hunter2"
        status = "running"
        isolation = "hybrid"
        domains = "hunter2"

        [[tenants]]
        id = "c1"
        identifier = "initech"
        schema_name = "pg_catalog"

        [[tenants]]
        id = "d1"
        identifier = "umbrella"
        domains = ["umbrella.com"]

        [[tenants]]
        id = "d1"
        identifier = "hooli"

        [[tenants]]
        id = "e1"
        identifier = "umbrella"

        [[tenants]]
        id = "f1"
        identifier = "stark"
        domains = ["umbrella.com", "no domain"]
        "#,
    );
    let error = file.open().unwrap_err();
    for (n, part) in [
        (0, "`version` is no key of this file"),
        (1, "tenant 1 of the list: it has no `id`"),
        (2, "tenant 1 of the list: `database_url` must be a text"),
        (3, "tenant 1 of the list: `metadata` must be a table"),
        (4, "tenant `b1`: `password` is no key of a tenant: it has id, identifier"),
        (5, "tenant `b1`: `identifier`: `Globex` is no tenant identifier"),
        (6, "tenant `b1`: `status`: `running` is no tenant status"),
        (7, "tenant `b1`: `isolation`: `hybrid` is no isolation"),
        (8, "tenant `b1`: `domains` must be a list of texts"),
        (9, "tenant `c1`: schema name `pg_catalog` is refused"),
        (10, "tenant `d1`: a tenant with id `d1` is registered already"),
        (11, "tenant `e1`: the identifier `umbrella` is taken"),
        (12, "tenant `f1`: `domains`: `no domain` is no domain"),
        (13, "tenant `f1`: the domain `umbrella.com` is another tenant's"),
    ] {
        assert!(error.problems[n].starts_with(part), "{n}: {}", error.problems[n]);
    }
    assert_eq!(error.problems.len(), 14, "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn what_is_no_such_file_is_an_error() {
    for (extension, text, part) in [
        ("toml", "[[tenants]]\nid = \"a1\"\ndatabase_url = \"hunter2\n", "it is no TOML at line 3"),
        ("json", "{\"tenants\": [\n{\"database_url\": \"hunter2\" oh", "it is no JSON at line 2, column"),
        ("json", "[\"hunter2\"]", "it must be an object"),
        ("json", "{\"tenants\": \"hunter2\"}", "`tenants` must be a list"),
        ("json", "{\"tenants\": [\"hunter2\"]}", "tenant 1 of the list: it must be a table"),
        ("toml", "", "it has no `tenants`"),
        ("yaml", TOML, "its name must end in `.toml` or `.json`"),
    ] {
        let file = Written::new(extension, text);
        let error = file.open().unwrap_err();
        assert!(error.problems[0].starts_with(part), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let error = FileStore::open("/nowhere/tenants.toml").unwrap_err();
    assert!(error.to_string().starts_with("`/nowhere/tenants.toml`: it cannot be read"), "{error}");
}
