//! Which tables are looked at.

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "postgres")]
use crate::isolation::rls::{KeyType, RlsTable};
#[cfg(feature = "postgres")]
use crate::query::TableInfo;

/// A scoped table by its names in SQL. Parses from `orders`, `crm.orders`, `orders:owner`; a name with a dot or
/// a colon in it, or with double quotes around it, is written in double quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) column: Option<String>,
    /// The type that the application takes the column for.
    pub(super) key_type: Option<&'static str>,
}

/// The text names no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no table: write `table`, `schema.table` or `schema.table:column`")]
pub struct TableNameError {
    text: String,
}

#[cfg(feature = "postgres")]
impl TableName {
    /// The table as `table!` declares it. `None` without a tenant column: nothing tells its rows apart.
    pub(crate) fn of(table: &TableInfo) -> Option<Self> {
        Some(Self {
            schema: table.schema().map(str::to_owned),
            name: table.name().to_owned(),
            column: Some(table.column()?.to_owned()),
            key_type: Some(table.key_type()),
        })
    }
}

#[cfg(feature = "postgres")]
impl TableName {
    /// The table with a key of this type, for policies. `column` is its tenant column if it does not name one.
    pub fn keyed(&self, column: &str, key_type: KeyType) -> RlsTable {
        RlsTable {
            schema: self.schema.clone(),
            name: self.name.clone(),
            column: self.column.clone().unwrap_or_else(|| column.to_owned()),
            key_type,
        }
    }
}

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || TableNameError { text: text.to_owned() };
        let (first, rest) = part(text).ok_or_else(refused)?;
        let (schema, name, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (second, rest) = part(rest).ok_or_else(refused)?;
                (Some(first), second, rest)
            }
            None => (None, first, rest),
        };
        let (column, rest) = match rest.strip_prefix(':') {
            Some(rest) => part(rest).map(|(column, rest)| (Some(column), rest)).ok_or_else(refused)?,
            None => (None, rest),
        };
        if rest.is_empty() { Ok(Self { schema, name, column, key_type: None }) } else { Err(refused()) }
    }
}

/// One name, quoted or not, and what follows it.
fn part(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (name, rest) = text.split_at(text.find(['.', ':']).unwrap_or(text.len()));
        return (!name.is_empty() && !name.contains('"')).then(|| (name.to_owned(), rest));
    };
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (!name.is_empty()).then_some((name, rest)),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(Option<String>, String, Option<String>)> {
        text.parse::<TableName>().ok().map(|table| (table.schema, table.name, table.column))
    }

    #[test]
    fn names_are_parsed() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parsed("orders"), Some((None, "orders".into(), None)));
        assert_eq!(parsed("crm.orders:owner"), Some((some("crm"), "orders".into(), some("owner"))));
        assert_eq!(
            parsed(r#""a.b"."say ""x""":"c:d""#),
            Some((some("a.b"), "say \"x\"".into(), some("c:d")))
        );
        assert_eq!(parsed("Order Items"), Some((None, "Order Items".into(), None)));
        for bad in ["", ".", "a.", ".a", "a:", "a.b.c", "\"a", "\"\"", "a\"b", "\"a\"b", "a:b:c"] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }
}
