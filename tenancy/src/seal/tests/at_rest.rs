//! Threat 23: what is on the disk.

use diesel::RunQueryDsl as _;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::fixture::{API_KEY, SqliteFile, TRACES, URL, block_on, id, sealing, with_secrets};
use crate::seal::SealedStore;
use crate::store::TenantStore as _;
use crate::tenant::TenantStatus;

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Through every kind of write, no byte of a secret is in the file or its journals; without sealing every one is.
#[test]
fn no_secret_is_in_the_file() {
    let (sealed, bare) = (SqliteFile::new(), SqliteFile::new());
    block_on(async {
        let store = SealedStore::over(sealed.store().await, sealing(&[1]));
        let created = store.create(with_secrets("a1")).await.unwrap();
        store.update(&created).await.unwrap();
        store.set_status(&id("a1"), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
        let patch = json!({ "api_key": API_KEY }).as_object().cloned().unwrap();
        let merged = store.merge_metadata(&id("a1"), patch).await.unwrap();
        assert_eq!(merged.database_url().unwrap().expose_secret(), URL);
        store.rotate().await.unwrap();
        bare.store().await.create(with_secrets("a1")).await.unwrap();
    });
    let (sealed, bare) = (sealed.bytes(), bare.bytes());
    for trace in TRACES {
        assert!(holds(&bare, trace), "{trace} is not even found where it is");
        assert!(!holds(&sealed, trace), "{trace}");
    }
    assert!(holds(&sealed, "$sealed$1$k1$") && holds(&sealed, "tenant-a1"));
}

/// Whoever can write to the table moves ciphertexts about.
#[test]
fn rows_that_somebody_has_exchanged_do_not_open() {
    let file = SqliteFile::new();
    block_on(async {
        let store = SealedStore::over(file.store().await, sealing(&[1]));
        for tenant in ["a1", "b1"] {
            store.create(with_secrets(tenant)).await.unwrap();
        }
    });
    let steal = "UPDATE tenancy_tenants SET database_url = \
                 (SELECT database_url FROM tenancy_tenants WHERE id = 'a1') WHERE id = 'b1'";
    assert_eq!(diesel::sql_query(steal).execute(&mut file.connection()).unwrap(), 1);
    block_on(async {
        let store = SealedStore::over(file.store().await, sealing(&[1]));
        let error = store.get(&id("b1")).await.unwrap_err().to_string();
        assert!(
            error.contains("`b1`") && error.contains("`database_url` does not open under key `k1`"),
            "{error}"
        );
        assert_eq!(store.get(&id("a1")).await.unwrap().database_url().unwrap().expose_secret(), URL);
    });
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    block_on(async {
        let path = std::env::temp_dir().join(format!("tenancy-no-{}.db", uuid::Uuid::now_v7()));
        let error = crate::store::SqlStore::<crate::db::Sqlite>::connect(&path).await.unwrap_err();
        assert!(matches!(error, crate::store::StoreError::Unavailable(_)), "{error:?}");
        assert!(!path.exists());
    });
}
