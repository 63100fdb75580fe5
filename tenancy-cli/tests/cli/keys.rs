//! Threat 23: `tenancy keys`.

use std::process::{Command, Output};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tenancy::seal::{KeyRing, SealedStore, Sealing};
use tenancy::store::{ListTenants, SqlStore, TenantStore};
use tenancy::{Isolation, NewTenant, Supported, TenancyBuilder, Tenant};
use tenancy_tests::world::{mysql, postgres, sqlite, unique_id};

use super::{code, json, tenancy, text};

const K1: &str = "k1:q5JcYxDSvHl4qjO2S4Cz8vWKbiQ5b4iUWvrP3Yqv3tM=";
const K2: &str = "k2:ab925c6310d2bc7978aa33b64b80b3f2f58a6e24396f88945afacfdd8aafded4";
const URL: &str = "postgres://acme:hunter2@db/acme";

/// Runs `tenancy keys rotate` with these keys, and more.
fn rotate(url: &str, keys: &str, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenancy"));
    command.args(["keys", "rotate"]).args(more).env("DATABASE_URL", url).env("TENANCY_SEAL_KEYS", keys);
    let output = command.output().unwrap();
    let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
    for secret in ["hunter2", &K1[3..], &K2[3..]] {
        assert!(!printed.contains(secret), "{printed}");
    }
    output
}

fn sealing(keys: &str) -> Sealing {
    Sealing::new(KeyRing::from_text(&keys.into()).unwrap()).metadata_key("api_key")
}

/// Registers tenants in an application: some from before sealing, some sealed under the first key.
async fn fill<B: Supported>(builder: impl Fn() -> TenancyBuilder<B>, plain: usize, sealed: usize) {
    let register = async |builder: TenancyBuilder<B>, count: usize, name: &str| {
        let tenancy = builder.build().await.unwrap();
        for n in 0..count {
            let id = unique_id(name);
            let new =
                NewTenant::new(format!("{name}-{n}")).unwrap().id(id).metadata(json!({"api_key": "hunter2"}));
            // To the registry alone: there is nothing behind the address.
            let new = new.database_url(SecretString::from(URL));
            let record = new.into_record(chrono::Utc::now(), tenancy::tenant::TenantStatus::Active).unwrap();
            tenancy.store().create(record).await.unwrap();
        }
    };
    register(builder(), plain, "plain").await;
    register(builder().seal(sealing(K1)), sealed, "sealed").await;
}

async fn all_of(store: Arc<dyn TenantStore>, keys: &str) -> Vec<Tenant> {
    let store = SealedStore::over(store, sealing(keys));
    store.list(ListTenants::default()).await.unwrap().into_tenants().unwrap()
}

/// From before sealing to the second key, through the command alone.
async fn is_rotated(url: &str, store: Arc<dyn TenantStore>) {
    let keys = ["--metadata-key", "api_key"];
    let both = format!("{K2},{K1}");
    // What is in the clear is told, and left; the rest is done.
    let output = rotate(url, &both, &keys);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(printed.ends_with("3 sealed under key `k2`, 0 were already, 2 failed\n"), "{printed}");
    assert_eq!(printed.matches("`database_url` is in the clear").count(), 2, "{printed}");
    assert_eq!(printed.matches("failed   plain-").count(), 2, "{printed}");

    let output = rotate(url, &both, &["--metadata-key", "api_key", "--accept-plain", "--json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_eq!(json(&output), json!({"current_key": "k2", "resealed": 2, "current": 3, "failed": []}));

    // The first key is not needed any more.
    let output = rotate(url, K2, &keys);
    assert_eq!(
        (code(&output), &*text(&output.stdout)),
        (0, "0 sealed under key `k2`, 5 were already, 0 failed\n")
    );
    let all = all_of(store, K2).await;
    assert_eq!(all.len(), 5);
    for tenant in &all {
        assert_eq!(tenant.database_url().unwrap().expose_secret(), URL);
        assert_eq!(tenant.metadata()["api_key"], "hunter2");
    }
    // From behind a tenant: two are left of five.
    let output = rotate(url, K2, &["--json", "--after", all[2].id().as_str()]);
    assert_eq!(json(&output)["current"], 2);

    // Without the key that it is under.
    let output = rotate(url, K1, &["--metadata-key", "api_key", "--json"]);
    assert_eq!(code(&output), 1);
    let report = json(&output);
    assert_eq!(report["failed"].as_array().unwrap().len(), 5);
    let reason = report["failed"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("`metadata.api_key` is sealed under key `k2`, which is not among the keys"),
        "{reason}"
    );
}

#[tokio::test]
async fn keys_are_rotated_on_postgresql() {
    let database = postgres::Database::new().await;
    fill(|| database.builder(Isolation::Column), 2, 3).await;
    let store = SqlStore::<tenancy::postgres::Postgres>::connect(database.admin_url()).await.unwrap();
    is_rotated(&database.admin_url(), Arc::new(store)).await;
}

#[tokio::test]
async fn keys_are_rotated_on_mysql() {
    let database = mysql::Database::new().await;
    fill(|| database.builder(Isolation::Column), 2, 3).await;
    let store = SqlStore::<tenancy::mysql::Mysql>::connect(database.admin_url()).await.unwrap();
    is_rotated(&database.admin_url(), Arc::new(store)).await;
}

#[tokio::test]
async fn keys_are_rotated_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    fill(|| sqlite::builder(&directory, Isolation::Column), 2, 3).await;
    let file = directory.path().join("application.db");
    let store = SqlStore::<tenancy::sqlite::Sqlite>::connect(&file).await.unwrap();
    is_rotated(&file.display().to_string(), Arc::new(store)).await;
}

#[test]
fn a_key_is_generated_and_read() {
    let [one, other] = [0, 1].map(|_| tenancy(&["keys", "generate", "--id", "prod-1"], None));
    assert_eq!((code(&one), code(&other)), (0, 0));
    assert_ne!(one.stdout, other.stdout);
    let entry = text(&one.stdout);
    let ring = KeyRing::from_text(&entry.clone().into()).unwrap();
    assert_eq!(ring.current().as_str(), "prod-1");
    let output = json(&tenancy(&["keys", "generate", "--json"], None));
    let id = output["id"].as_str().unwrap();
    assert!(id.len() == 9 && id.starts_with('k'), "{id}");
    assert_eq!(output["entry"], format!("{id}:{}", output["key"].as_str().unwrap()));
    let both = format!("{},{entry}", output["entry"].as_str().unwrap());
    assert_eq!(KeyRing::from_text(&both.into()).unwrap().ids().count(), 2);
}

/// What cannot be done is told, on its own exit status, and no key or password is.
#[test]
fn who_cannot_rotate_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.db").display().to_string();
    let empty = directory.path().join("empty.db").display().to_string();
    std::fs::write(&empty, "").unwrap();
    for (url, keys, says) in [
        ("", K1, "set DATABASE_URL"),
        (&*missing, K1, "unable to open"),
        (&*empty, K1, "no such table"),
        ("postgres://somebody:hunter2@127.0.0.1:1/nothing", K1, "Connection refused"),
        ("mysql://somebody:hunter2@127.0.0.1:1/nothing", K1, "cannot be reached"),
        ("oracle://somebody:hunter2@127.0.0.1:1/nothing", K1, "neither postgres:// nor mysql://"),
        (&*missing, "", "entry 1 is empty"),
        (&*missing, "k1:hunter2", "entry 1 (`k1`): a key is 32 bytes"),
        (&*missing, "hunter2", "entry 1 has no `:`"),
    ] {
        let output = rotate(url, keys, &[]);
        let error = text(&output.stderr);
        assert_eq!(code(&output), 2, "{error}");
        assert!(output.stdout.is_empty() && error.contains(says), "{says}: {error}");
    }
    assert!(!std::path::Path::new(&missing).exists());
    let output = tenancy(&["keys", "rotate", "--keys", "NO_SUCH_KEYS", "--database-url", &missing], None);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`NO_SUCH_KEYS` is not set"));
    assert_eq!(code(&tenancy(&["keys", "generate", "--id", "No Id"], None)), 2);
}
