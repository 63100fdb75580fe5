//! The names of schemas, databases and files, out of the tenant's id.
//!
//! An id has at most 48 bytes of `a-z`, `0-9`, `_` and `-`, and is never used twice. A prefix in front of
//! it is an injective function: nothing is replaced, folded or cut, 50 bytes fit PostgreSQL's 63 and MySQL's 64, and no
//! name so made begins with `pg_` or is reserved. All of them are quoted wherever they reach SQL.

use crate::tenant::{Tenant, TenantId};

/// The tenant's PostgreSQL schema: its own name for it, or the one made from its id.
pub(super) fn schema(tenant: &Tenant) -> String {
    tenant.schema_name().map_or_else(|| with_prefix(tenant.id()), str::to_owned)
}

/// Where the tenant's id goes in the name of its database.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) const PLACEHOLDER: &str = "{tenant}";

/// The tenant's database, by a name with `{tenant}` in it.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn database(pattern: &str, id: &TenantId) -> String {
    pattern.replace(PLACEHOLDER, id.as_str())
}

/// The tenant's SQLite file.
#[cfg(feature = "sqlite")]
pub(super) fn file(id: &TenantId) -> String {
    format!("{id}.db")
}

fn with_prefix(id: &TenantId) -> String {
    format!("t_{id}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn the_longest_id_fits_an_identifier_of_postgresql() {
        let id = TenantId::try_from("a".repeat(48)).unwrap();
        assert!(with_prefix(&id).len() <= 63);
    }

    #[test]
    fn ids_that_look_alike_have_names_that_differ() {
        let names = ["a-b", "a_b", "a--b", "ab"].map(|id| with_prefix(&TenantId::try_from(id).unwrap()));
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name}");
        }
    }
}
