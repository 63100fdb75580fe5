//! The policies of row-level security, as SQL that a person reviews and a migration runs.

use std::fmt::Write as _;

use super::sql_text::{identifier, qualified};
use crate::db::TENANT_SETTING;

/// The name of the policies that are written here.
pub(crate) const POLICY: &str = "tenant";

/// The type of a tenant column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyType {
    /// `text` or `varchar`.
    Text,
    /// `uuid`.
    Uuid,
    /// `bigint`.
    BigInt,
    /// `integer`.
    Integer,
}

impl KeyType {
    /// By the name that PostgreSQL gives a type.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "text" | "character varying" => Self::Text,
            "uuid" => Self::Uuid,
            "bigint" => Self::BigInt,
            "integer" => Self::Integer,
            name if name.starts_with("character varying(") => Self::Text,
            _ => return None,
        })
    }

    fn cast(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Uuid => "::uuid",
            Self::BigInt => "::bigint",
            Self::Integer => "::integer",
        }
    }
}

/// A table that a policy is written for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RlsTable {
    /// The schema, or none for where `search_path` leads.
    pub schema: Option<String>,
    /// The table.
    pub name: String,
    /// The tenant column.
    pub column: String,
    /// Its type.
    pub key_type: KeyType,
}

/// What is true of the tenant's own rows. NULL, so true of none, where no tenant is set: on a fresh
/// connection the setting is NULL, and `''` after the first transaction that had one.
pub(crate) fn predicate(column: &str, key_type: KeyType) -> String {
    let (column, cast) = (identifier(column), key_type.cast());
    format!("{column} = nullif(current_setting('{TENANT_SETTING}', true), ''){cast}")
}

/// A migration that puts tables behind policies, and one that takes them away again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RlsMigration {
    /// `up.sql`.
    pub up: String,
    /// `down.sql`.
    pub down: String,
}

impl RlsMigration {
    /// For these tables. With a `role`, the grants it needs are in `up` too; without one they are a comment.
    ///
    /// `down` takes back the policies and leaves the grants: they may have been there before.
    pub fn new(tables: &[RlsTable], role: Option<&str>) -> Self {
        let mut up = String::from(
            "-- Rows of the tenant that the transaction was told about, and no others. Where it was told about none,\n\
             -- on a fresh connection (NULL) and on a used one (''), there are none.\n",
        );
        let mut down = String::new();
        for RlsTable { schema, name, column, key_type } in tables {
            let table = qualified(schema.as_deref(), name);
            let predicate = predicate(column, *key_type);
            let grantee = role.map_or_else(|| "app".to_owned(), identifier);
            // Writing to a String cannot fail.
            let _ = write!(
                up,
                "\nALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n\
                 ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n\
                 CREATE POLICY {POLICY} ON {table}\n    USING ({predicate})\n    WITH CHECK ({predicate});\n\
                 {comment}GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {grantee};\n",
                comment = if role.is_some() { "" } else { "-- " },
            );
            let _ = write!(
                down,
                "DROP POLICY {POLICY} ON {table};\n\
                 ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;\n\
                 ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n",
            );
        }
        Self { up, down }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_keys_are_cast() {
        let table = RlsTable {
            schema: Some("c\"rm".into()),
            name: "Order Items".into(),
            column: "tenant_id".into(),
            key_type: KeyType::Uuid,
        };
        let migration = RlsMigration::new(&[table], Some("app"));
        let predicate = r#""tenant_id" = nullif(current_setting('tenancy.tenant_id', true), '')::uuid"#;
        for line in [
            r#"ALTER TABLE "c""rm"."Order Items" ENABLE ROW LEVEL SECURITY;"#,
            r#"ALTER TABLE "c""rm"."Order Items" FORCE ROW LEVEL SECURITY;"#,
            &format!("    USING ({predicate})"),
            &format!("    WITH CHECK ({predicate});"),
            r#"GRANT SELECT, INSERT, UPDATE, DELETE ON "c""rm"."Order Items" TO "app";"#,
        ] {
            assert!(migration.up.lines().any(|written| written == line), "{line}\n{}", migration.up);
        }
        assert!(migration.down.starts_with(r#"DROP POLICY tenant ON "c""rm"."Order Items";"#));
    }

    #[test]
    fn grants_to_nobody_are_a_comment() {
        let table = RlsTable { schema: None, name: "t".into(), column: "k".into(), key_type: KeyType::Text };
        assert!(RlsMigration::new(&[table], None).up.contains("\n-- GRANT "));
    }
}
