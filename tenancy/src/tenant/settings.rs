//! A tenant's settings: the typed part of its metadata.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::TenantError;
use super::error::excerpt;

const MAX_USERS: &str = "max_users";
const MAX_STORAGE_GB: &str = "max_storage_gb";
const FEATURES_ENABLED: &str = "features_enabled";
const RATE_LIMIT_PER_MINUTE: &str = "rate_limit_per_minute";
const CUSTOM_SETTINGS: &str = "custom_settings";

/// A tenant's settings, read from the keys of the same names in its metadata.
///
/// A key that is missing, or `null`, is not set. A value of another type, or out of bounds, is an error: a
/// limit that cannot be read must not become no limit.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct TenantSettings {
    /// How many users the tenant may have; at least 1. `None`: no limit of its own.
    pub max_users: Option<u64>,
    /// How much the tenant may store, in gigabytes; at least 1. `None`: no limit of its own.
    pub max_storage_gb: Option<u64>,
    /// The features that are switched on for the tenant, by name.
    pub features_enabled: Vec<String>,
    /// How many requests a minute the tenant may make; at least 1. `None`: the application's limit.
    pub rate_limit_per_minute: Option<u32>,
    custom: Map<String, Value>,
}

impl TenantSettings {
    /// Reads the settings out of metadata.
    ///
    /// # Errors
    /// [`TenantError::Setting`] that names the first key of a wrong type or out of bounds.
    pub fn from_metadata(metadata: &Map<String, Value>) -> Result<Self, TenantError> {
        Ok(Self {
            max_users: limit(metadata, MAX_USERS)?,
            max_storage_gb: limit(metadata, MAX_STORAGE_GB)?,
            features_enabled: features(metadata)?,
            rate_limit_per_minute: rate_limit(metadata)?,
            custom: custom(metadata)?,
        })
    }

    /// How many requests a minute the tenant may make, read alone: what is damaged beside it is another matter.
    #[cfg(feature = "limit")]
    pub(crate) fn rate_limit_in(metadata: &Map<String, Value>) -> Result<Option<u32>, TenantError> {
        rate_limit(metadata)
    }

    /// How many users the tenant may have, read alone.
    #[cfg(feature = "limit")]
    pub(crate) fn max_users_in(metadata: &Map<String, Value>) -> Result<Option<u64>, TenantError> {
        limit(metadata, MAX_USERS)
    }

    /// How many gigabytes the tenant may store, read alone.
    #[cfg(feature = "limit")]
    pub(crate) fn max_storage_gb_in(metadata: &Map<String, Value>) -> Result<Option<u64>, TenantError> {
        limit(metadata, MAX_STORAGE_GB)
    }

    /// Whether a feature is switched on for the tenant.
    pub fn has_feature(&self, feature: &str) -> bool {
        self.features_enabled.iter().any(|enabled| enabled == feature)
    }

    /// The application's own settings: the object under `custom_settings`, as a type of the application's. If
    /// there is none, an empty object is read, so that the type's own defaults hold.
    ///
    /// # Errors
    /// [`TenantError::CustomSettings`] when the object does not fit the type.
    pub fn custom<T: DeserializeOwned>(&self) -> Result<T, TenantError> {
        serde_json::from_value(Value::Object(self.custom.clone()))
            .map_err(|error| TenantError::CustomSettings { problem: without_values(&error) })
    }
}

impl fmt::Debug for TenantSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The application's own settings may hold secrets.
        f.debug_struct("TenantSettings")
            .field(MAX_USERS, &self.max_users)
            .field(MAX_STORAGE_GB, &self.max_storage_gb)
            .field(FEATURES_ENABLED, &self.features_enabled)
            .field(RATE_LIMIT_PER_MINUTE, &self.rate_limit_per_minute)
            .finish_non_exhaustive()
    }
}

fn wrong(setting: &'static str, expected: &'static str, found: &Value) -> TenantError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "another number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    TenantError::Setting { setting, expected, found }
}

/// What stands under a key; `null` is nothing.
fn value<'a>(metadata: &'a Map<String, Value>, setting: &str) -> Option<&'a Value> {
    metadata.get(setting).filter(|value| !value.is_null())
}

fn limit(metadata: &Map<String, Value>, setting: &'static str) -> Result<Option<u64>, TenantError> {
    let Some(value) = value(metadata, setting) else { return Ok(None) };
    match value.as_u64() {
        Some(limit) if limit > 0 => Ok(Some(limit)),
        _ => Err(wrong(setting, "a whole number of 1 or more", value)),
    }
}

fn rate_limit(metadata: &Map<String, Value>) -> Result<Option<u32>, TenantError> {
    let Some(value) = value(metadata, RATE_LIMIT_PER_MINUTE) else { return Ok(None) };
    match value.as_u64().map(u32::try_from) {
        Some(Ok(limit)) if limit > 0 => Ok(Some(limit)),
        _ => Err(wrong(RATE_LIMIT_PER_MINUTE, "a whole number from 1 to 4294967295", value)),
    }
}

fn features(metadata: &Map<String, Value>) -> Result<Vec<String>, TenantError> {
    let Some(value) = value(metadata, FEATURES_ENABLED) else { return Ok(Vec::new()) };
    let refuse = |found| wrong(FEATURES_ENABLED, "a list of strings", found);
    let items = value.as_array().ok_or_else(|| refuse(value))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| refuse(item))).collect()
}

fn custom(metadata: &Map<String, Value>) -> Result<Map<String, Value>, TenantError> {
    match value(metadata, CUSTOM_SETTINGS) {
        None => Ok(Map::new()),
        Some(Value::Object(custom)) => Ok(custom.clone()),
        Some(other) => Err(wrong(CUSTOM_SETTINGS, "an object", other)),
    }
}

/// Serde's message without the value it found, which may be a secret.
fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    for kept in ["missing field `", "duplicate field `", "unknown field `"] {
        if message.starts_with(kept) {
            return excerpt(&message);
        }
    }
    let found_and_expected = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "));
    match found_and_expected {
        Some((found, expected)) => {
            let kind: String = found.chars().take_while(|c| c.is_ascii_alphabetic() || *c == ' ').collect();
            format!("expected {}, found {}", excerpt(expected), kind.trim_end())
        }
        None => "a value does not have the expected form".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    fn settings(metadata: Value) -> Result<TenantSettings, TenantError> {
        TenantSettings::from_metadata(metadata.as_object().unwrap())
    }

    #[test]
    fn empty_metadata_sets_nothing() {
        assert_eq!(settings(json!({})).unwrap(), TenantSettings::default());
        assert_eq!(settings(json!({"max_users": null, "other": 7})).unwrap(), TenantSettings::default());
    }

    #[test]
    fn what_is_set_is_read() {
        let read = settings(json!({
            "max_users": 5,
            "max_storage_gb": 10,
            "features_enabled": ["sso", "export"],
            "rate_limit_per_minute": 600,
        }))
        .unwrap();
        assert_eq!((read.max_users, read.max_storage_gb), (Some(5), Some(10)));
        assert_eq!(read.rate_limit_per_minute, Some(600));
        assert!(read.has_feature("sso") && !read.has_feature("audit"));
    }

    #[test]
    fn a_wrong_type_is_an_error_and_never_a_default() {
        for (key, bad) in [
            ("max_users", json!("5")),
            ("max_users", json!(0)),
            ("max_users", json!(-1)),
            ("max_users", json!(1.5)),
            ("max_storage_gb", json!(true)),
            ("features_enabled", json!("sso")),
            ("features_enabled", json!(["sso", 7])),
            ("rate_limit_per_minute", json!(4_294_967_296_u64)),
            ("rate_limit_per_minute", json!({})),
            ("custom_settings", json!([])),
        ] {
            let error = settings(json!({ key: bad })).unwrap_err();
            assert!(matches!(error, TenantError::Setting { setting, .. } if setting == key), "{error}");
        }
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Custom {
        theme: String,
        #[serde(default)]
        seats: u8,
    }

    #[test]
    fn custom_settings_are_typed() {
        let read = settings(json!({"custom_settings": {"theme": "dark"}})).unwrap();
        assert_eq!(read.custom::<Custom>().unwrap(), Custom { theme: "dark".to_owned(), seats: 0 });
        let missing = settings(json!({})).unwrap().custom::<Custom>().unwrap_err();
        assert!(missing.to_string().ends_with("missing field `theme`"), "{missing}");
    }

    #[test]
    fn custom_settings_errors_hide_the_values() {
        for custom in [
            json!({"theme": "dark", "seats": "hunter2, expected hunter2"}),
            json!({"theme": "dark", "seats": 31_337}),
            json!({"theme": {"hunter2": 1}}),
        ] {
            let read = settings(json!({ "custom_settings": custom })).unwrap();
            let error = read.custom::<Custom>().unwrap_err().to_string();
            assert!(!error.contains("hunter2") && !error.contains("31337"), "{error}");
            assert!(!format!("{read:?}").contains("hunter2"));
        }
    }
}
