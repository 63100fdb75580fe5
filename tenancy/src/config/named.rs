//! Databases of tenants by their names on the application's server.

use crate::isolation::{DATABASES, Databases, PLACEHOLDER};

/// The longest id of a tenant, in bytes.
const LONGEST_ID: usize = 48;

/// Whether the setting names a database of each tenant's. `limit` is the longest name that `product` keeps
/// whole, in bytes.
pub(super) fn check(setting: Option<&str>, product: &str, limit: usize) -> Result<(), String> {
    let Some(name) = setting else {
        return Ok(());
    };
    if name.matches(PLACEHOLDER).count() != 1 {
        return Err(format!(
            "write the name of a tenant's database, with `{PLACEHOLDER}` in it exactly once"
        ));
    }
    if !name
        .replace(PLACEHOLDER, "")
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
    {
        return Err("besides `{tenant}` it takes `a-z`, `0-9`, `_` and `-`; the server is the application's"
            .to_owned());
    }
    if name.len() - PLACEHOLDER.len() + LONGEST_ID > limit {
        return Err(format!(
            "with a tenant's id of {LONGEST_ID} bytes it is longer than {product}'s {limit}: shorten it"
        ));
    }
    Ok(())
}

/// Where the setting says they are.
pub(super) fn databases(setting: Option<String>) -> Databases {
    Databases::Named(setting.unwrap_or_else(|| DATABASES.to_owned()))
}
