//! SQL as text: for people to read and run, and for moving a tenant, whose COPY and CREATE TRIGGER take no binds.

/// An identifier, always quoted.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a value, always quoted.
#[cfg(feature = "postgres")]
pub(super) fn literal(text: &str) -> String {
    // A backslash has a meaning in the form with an E alone, whatever the server's settings.
    format!(" E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// A name with its schema.
pub(super) fn qualified(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{}", identifier(schema), identifier(name)),
        None => identifier(name),
    }
}

/// Several identifiers.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(identifier).collect::<Vec<_>>().join(", ")
}
