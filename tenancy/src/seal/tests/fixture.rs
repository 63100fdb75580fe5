//! Keys, tenants and stores of the tests.

use std::future::Future;
use std::sync::Arc;

use chrono::Utc;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::seal::{Key, KeyId, KeyRing, SealedStore, Sealing};
use crate::store::{MemoryStore, TenantStore};
use crate::tenant::{NewTenant, TenantId, TenantRecord, TenantStatus};

/// The secrets that must be nowhere.
pub(super) const URL: &str = "postgres://acme:hunter2@db.example/acme";
pub(super) const API_KEY: &str = "sk_live_correct_horse";
pub(super) const NESTED: &str = "battery_staple";
/// A part of each.
pub(super) const TRACES: [&str; 4] = ["hunter2", "db.example", API_KEY, NESTED];

pub(super) fn id(text: &str) -> TenantId {
    text.try_into().unwrap()
}

pub(super) fn key_id(text: &str) -> KeyId {
    text.try_into().unwrap()
}

/// The same key for the same number.
pub(super) fn key(number: u8) -> Key {
    let bytes: Vec<u8> = (0..32).map(|at: u8| at.wrapping_mul(7).wrapping_add(number)).collect();
    Key::from_bytes(&bytes).unwrap()
}

/// A ring of keys `k` and the number, the current one first.
pub(super) fn ring(numbers: &[u8]) -> KeyRing {
    KeyRing::of(numbers.iter().map(|number| (key_id(&format!("k{number}")), key(*number)))).unwrap()
}

/// Seals the database's address and two keys of the metadata.
pub(super) fn sealing(numbers: &[u8]) -> Sealing {
    Sealing::new(ring(numbers)).metadata_key("api_key").metadata_key("smtp")
}

pub(super) fn secrets() -> Value {
    json!({ "api_key": API_KEY, "smtp": { "port": 25, "passwords": [NESTED] }, "plan": "business" })
}

/// A tenant with secrets in every place.
pub(super) fn with_secrets(id_text: &str) -> TenantRecord {
    NewTenant::new(format!("tenant-{id_text}"))
        .unwrap()
        .id(id(id_text))
        .metadata(secrets())
        .database_url(SecretString::from(URL))
        .into_record(Utc::now(), TenantStatus::Active)
        .unwrap()
}

/// A store in memory, and the same with what it keeps sealed.
pub(super) fn stores(sealing: Sealing) -> (Arc<dyn TenantStore>, SealedStore) {
    let store: Arc<dyn TenantStore> = Arc::new(MemoryStore::new());
    (Arc::clone(&store), SealedStore::over(store, sealing))
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Where a secret shows in a text.
pub(super) fn assert_silent(text: &str) {
    for trace in TRACES {
        assert!(!text.contains(trace), "{trace} is in {text}");
    }
}

#[cfg(feature = "sqlite")]
pub(super) use self::file::SqliteFile;

#[cfg(feature = "sqlite")]
mod file {
    use std::path::PathBuf;

    use diesel::{Connection, SqliteConnection};
    use diesel_migrations::MigrationHarness;

    use super::*;
    use crate::db::Sqlite;
    use crate::store::{SqlStore, sqlite_registry_migrations};

    /// A registry in a directory of its own; gone with this value.
    pub(in super::super) struct SqliteFile(PathBuf);

    impl SqliteFile {
        pub(in super::super) fn new() -> Self {
            let directory = std::env::temp_dir().join(format!("tenancy-seal-{}", uuid::Uuid::now_v7()));
            std::fs::create_dir(&directory).unwrap();
            let file = Self(directory);
            file.connection().run_pending_migrations(sqlite_registry_migrations()).unwrap();
            file
        }

        fn path(&self) -> PathBuf {
            self.0.join("registry.db")
        }

        pub(in super::super) fn connection(&self) -> SqliteConnection {
            SqliteConnection::establish(self.path().to_str().unwrap()).unwrap()
        }

        pub(in super::super) async fn store(&self) -> Arc<dyn TenantStore> {
            Arc::new(SqlStore::<Sqlite>::connect(self.path()).await.unwrap())
        }

        /// Every byte that the database has on disk, its journals too.
        pub(in super::super) fn bytes(&self) -> Vec<u8> {
            let files = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
            files.flat_map(|path| std::fs::read(path).unwrap()).collect()
        }
    }

    impl Drop for SqliteFile {
        fn drop(&mut self) {
            // A failing test must fail with its own message, and not with this one's.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
