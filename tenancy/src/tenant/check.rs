//! The checks on the parts of a tenant that have no type of their own.

use serde_json::{Map, Value};

use super::error::{TenantError, excerpt};

/// The longest display name, in characters.
const MAX_NAME_CHARS: usize = 200;
/// The longest name PostgreSQL keeps whole, in bytes. It cuts longer ones, so that two of them become one.
const MAX_SCHEMA_NAME_LEN: usize = 63;
/// How deep metadata may nest. Reading JSON back has a limit of 128, and what was stored must be readable.
const MAX_METADATA_DEPTH: usize = 64;

/// A display name: 1 to 200 characters, not only spaces, no control characters.
pub(super) fn name(name: &str) -> Result<(), TenantError> {
    let refuse = |problem| Err(TenantError::Name { value: excerpt(name), problem });
    if name.trim().is_empty() {
        return refuse("it is empty, leave it out to use the identifier");
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return refuse("it must have at most 200 characters");
    }
    if name.chars().any(char::is_control) {
        return refuse("control characters are not allowed");
    }
    Ok(())
}

/// The name of a schema that a tenant may own.
pub(super) fn schema_name(name: &str) -> Result<(), TenantError> {
    let refuse = |problem| Err(TenantError::SchemaName { value: excerpt(name), problem });
    if name.is_empty() || name.len() > MAX_SCHEMA_NAME_LEN {
        return refuse("it must have 1 to 63 bytes");
    }
    if name.chars().any(char::is_control) {
        return refuse("control characters are not allowed");
    }
    // Folded, because not every backend tells `PUBLIC` from `public`.
    let folded = name.to_lowercase();
    if folded.starts_with("pg_") {
        return refuse("names that begin with `pg_` belong to PostgreSQL");
    }
    if matches!(folded.as_str(), "information_schema" | "public") {
        return refuse("it belongs to the database and to all tenants, give the tenant one of its own");
    }
    Ok(())
}

/// A database URL, of which only the outermost form is checked: SQLite takes plain paths too.
pub(super) fn database_url(url: &str) -> Result<(), TenantError> {
    if url.trim().is_empty() {
        return Err(TenantError::DatabaseUrl { problem: "it is empty, leave it out if there is none" });
    }
    if url.chars().any(char::is_control) {
        return Err(TenantError::DatabaseUrl { problem: "control characters are not allowed" });
    }
    Ok(())
}

/// Metadata that every backend gives back as it was stored.
pub(crate) fn metadata(metadata: &Map<String, Value>) -> Result<(), TenantError> {
    metadata_object(metadata, MAX_METADATA_DEPTH)
}

fn metadata_object(object: &Map<String, Value>, depth_left: usize) -> Result<(), TenantError> {
    object.iter().try_for_each(|(key, value)| {
        metadata_text(key)?;
        metadata_value(value, depth_left)
    })
}

fn metadata_value(value: &Value, depth_left: usize) -> Result<(), TenantError> {
    match value {
        Value::String(text) => metadata_text(text),
        Value::Array(_) | Value::Object(_) if depth_left == 0 => {
            Err(TenantError::Metadata { problem: "it nests deeper than 64 levels" })
        }
        Value::Array(items) => items.iter().try_for_each(|item| metadata_value(item, depth_left - 1)),
        Value::Object(object) => metadata_object(object, depth_left - 1),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn metadata_text(text: &str) -> Result<(), TenantError> {
    // PostgreSQL's jsonb has no NUL.
    if text.contains('\0') {
        return Err(TenantError::Metadata { problem: "it holds a NUL character" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names() {
        for good in ["a", "Acme & Söhne", &"é".repeat(200)] {
            assert_eq!(name(good), Ok(()));
        }
        for bad in ["", "  ", "Acme\n", "a\0b", "a\u{7f}", &"é".repeat(201), &"x".repeat(1 << 20)] {
            assert!(matches!(name(bad), Err(TenantError::Name { .. })));
        }
    }

    #[test]
    fn schema_names() {
        for good in ["t_acme", "Acme", "pgx", "publics", "ä", &"x".repeat(63)] {
            assert_eq!(schema_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "pg_",
            "pg_catalog",
            "PG_toast",
            "public",
            "PUBLIC",
            "information_schema",
            "Information_Schema",
            "t_acme\n",
            "t\0",
            &"x".repeat(64),
            &"ä".repeat(32),
        ] {
            assert!(matches!(schema_name(bad), Err(TenantError::SchemaName { .. })), "{bad:?} was accepted");
        }
    }

    #[test]
    fn database_urls_are_not_repeated() {
        assert_eq!(database_url("postgres://u:p@h/db"), Ok(()));
        assert_eq!(database_url("acme.db"), Ok(()));
        for bad in ["", " ", "postgres://u:hunter2@h/db\n"] {
            let text = database_url(bad).map_err(|error| format!("{error} {error:?}"));
            assert!(text.is_err_and(|text| !text.contains("hunter2")));
        }
    }

    #[test]
    fn metadata_is_bounded_in_depth_and_has_no_nul() {
        let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        let with = |value: Value| Map::from_iter([("k".to_owned(), value)]);
        assert_eq!(metadata(&with(nested(64))), Ok(()));
        assert!(metadata(&with(nested(65))).is_err());
        assert!(metadata(&with(json!({"a": ["b\0"]}))).is_err());
        assert!(metadata(&Map::from_iter([("k\0".to_owned(), json!(1))])).is_err());
    }
}
