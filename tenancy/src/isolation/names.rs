//! The names of schemas, databases and files, out of the tenant's id.
//!
//! An id has at most 48 bytes of `a-z`, `0-9`, `_` and `-`, and is never used twice. A prefix in front of
//! it is an injective function: nothing is replaced, folded or cut, 50 bytes fit PostgreSQL's 63 and MySQL's 64, and no
//! name so made begins with `pg_` or is reserved. All of them are quoted wherever they reach SQL.

use serde::Serialize;

use crate::tenant::{Tenant, TenantId};

/// Where the tenant's id goes in the name of its database.
pub(crate) const PLACEHOLDER: &str = "{tenant}";

/// The names of tenants' databases, unless the application says otherwise.
pub(crate) const DATABASES: &str = "t_{tenant}";

/// The names that a tenant's places have, under each isolation that gives it one, unless the application or the tenant
/// brings its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlaceNames {
    /// The PostgreSQL schema.
    pub schema: String,
    /// The database on PostgreSQL and MySQL.
    pub database: String,
    /// The SQLite file, in the directory of tenants' files.
    pub file: String,
}

impl PlaceNames {
    /// Those of the tenant with this id. No two tenants share one.
    pub fn of(id: &TenantId) -> Self {
        Self { schema: with_prefix(id), database: database(DATABASES, id), file: file(id) }
    }
}

/// The tenant's PostgreSQL schema: its own name for it, or the one made from its id.
pub(super) fn schema(tenant: &Tenant) -> String {
    tenant.schema_name().map_or_else(|| with_prefix(tenant.id()), str::to_owned)
}

/// The tenant's database, by a name with `{tenant}` in it.
pub(super) fn database(pattern: &str, id: &TenantId) -> String {
    pattern.replace(PLACEHOLDER, id.as_str())
}

/// The tenant's SQLite file.
pub(super) fn file(id: &TenantId) -> String {
    format!("{id}.db")
}

fn with_prefix(id: &TenantId) -> String {
    format!("t_{id}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    /// Any id, and as often one of few letters, so that pairs look alike.
    fn id() -> impl Strategy<Value = TenantId> {
        prop_oneof![
            "[a-z0-9][a-z0-9_-]{0,47}",
            "[ab][ab_-]{0,5}",
            "(pg|public|t|con|nul)[_-]{0,2}[a-z0-9]{0,2}"
        ]
        .prop_map(|text| TenantId::try_from(text).unwrap())
    }

    proptest! {
        /// Threat 20: also where a database or a file system folds case.
        #[test]
        fn two_ids_share_no_name(one in id(), other in id()) {
            prop_assume!(one != other);
            let (one, other) = (PlaceNames::of(&one), PlaceNames::of(&other));
            prop_assert!(!one.schema.eq_ignore_ascii_case(&other.schema));
            prop_assert!(!one.database.eq_ignore_ascii_case(&other.database));
            prop_assert!(!one.file.eq_ignore_ascii_case(&other.file));
            // Nor is one's file what SQLite keeps beside another's.
            prop_assert!(!one.file.starts_with(&other.file));
        }

        /// Threat 20: the servers keep the names whole and reserve none of them; the file stays in its directory.
        #[test]
        fn every_name_can_be_had(id in id()) {
            let PlaceNames { schema, database, file, .. } = PlaceNames::of(&id);
            for name in [&schema, &database] {
                prop_assert!(name.len() <= 63, "{name}");
                prop_assert!(!name.starts_with("pg_"), "{name}");
                prop_assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte)));
            }
            prop_assert!(!["public", "information_schema", "mysql", "postgres", "template1"].contains(&&*schema));
            let parts: Vec<Component<'_>> = Path::new(&file).components().collect();
            prop_assert!(matches!(*parts, [Component::Normal(part)] if part == &*file), "{file}");
        }

        #[test]
        fn a_pattern_keeps_ids_apart(
            one in id(), other in id(), before in "[a-z][a-z0-9_-]{0,5}", after in "[a-z0-9_-]{0,5}",
        ) {
            prop_assume!(one != other);
            let pattern = format!("{before}{PLACEHOLDER}{after}");
            prop_assert_ne!(database(&pattern, &one), database(&pattern, &other));
        }
    }

    #[test]
    fn ids_that_look_alike_have_names_that_differ() {
        let names = ["a-b", "a_b", "a--b", "ab"].map(|id| with_prefix(&TenantId::try_from(id).unwrap()));
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name}");
        }
    }
}
