//! `tenancy keys generate` and `tenancy keys rotate`.

use std::sync::Arc;

use chrono::Utc;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tenancy::seal::{Key, KeyId, KeyRing, RotationError, RotationReport, SealedStore, Sealing};
use tenancy::store::{SqlStore, StoreError, TenantStore};
use tenancy::{mysql, postgres, sqlite};

use crate::args::{GenerateKey, Rotate};
use crate::{Done, FOUND};

pub(crate) fn generate(args: GenerateKey) -> Done {
    let id = match args.id {
        Some(id) => id,
        None => KeyId::try_from(&*format!("k{}", Utc::now().format("%Y%m%d")))?,
    };
    let key = Key::generate()?.to_text();
    let entry = format!("{id}:{}", key.expose_secret());
    if !args.json {
        return Ok((entry, 0));
    }
    let all = json!({ "id": id.as_str(), "key": key.expose_secret(), "entry": entry });
    Ok((serde_json::to_string_pretty(&all)?, 0))
}

pub(crate) async fn rotate(args: Rotate) -> Done {
    let url = args.url()?;
    let ring = KeyRing::from_env(&args.keys)?;
    let current = ring.current().clone();
    let sealing = args.metadata_key.iter().fold(Sealing::new(ring), |sealing, key| sealing.metadata_key(key));
    let store = registry(url).await.map_err(|error| told(&error))?;
    let store = SealedStore::over(store, sealing.accept_plain(args.accept_plain));
    let report = store.rotate_after(args.after).await.map_err(|error: RotationError| told(&error))?;
    let text = if args.json { as_json(&current, &report)? } else { as_text(&current, &report) };
    Ok((text, if report.is_complete() { 0 } else { FOUND }))
}

/// The registry at an address, of whichever database it is.
async fn registry(url: &str) -> Result<Arc<dyn TenantStore>, StoreError> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("postgres" | "postgresql") => Ok(Arc::new(SqlStore::<postgres::Postgres>::connect(url).await?)),
        Some("mysql") => Ok(Arc::new(SqlStore::<mysql::Mysql>::connect(url).await?)),
        Some(_) => Err(StoreError::unavailable(
            "its address begins with neither postgres:// nor mysql://, and the path of an SQLite file has no scheme",
        )),
        None => Ok(Arc::new(SqlStore::<sqlite::Sqlite>::connect(url).await?)),
    }
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn as_json(current: &KeyId, report: &RotationReport) -> Result<String, serde_json::Error> {
    let mut all = json!({ "current_key": current.as_str() });
    if let (Value::Object(all), Value::Object(counts)) = (&mut all, serde_json::to_value(report)?) {
        all.extend(counts);
    }
    serde_json::to_string_pretty(&all)
}

fn as_text(current: &KeyId, report: &RotationReport) -> String {
    let failures =
        report.failed.iter().map(|failure| format!("failed   {}: {}\n", failure.tenant, failure.reason));
    format!(
        "{}{} sealed under key `{current}`, {} were already, {} failed",
        failures.collect::<String>(),
        report.resealed,
        report.current,
        report.failed.len()
    )
}
