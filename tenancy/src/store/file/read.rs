//! From a file to tenants.
//!
//! By hand and not by serde: its errors repeat what they found, which may be a database URL, and end at the first.

use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::FileStoreError;
use crate::store::MemoryStore;
use crate::tenant::{Domain, Isolation, Slug, TenantId, TenantRecord, TenantStatus};

const KEYS: [&str; 9] =
    ["id", "identifier", "name", "status", "isolation", "database_url", "schema_name", "domains", "metadata"];

pub(super) fn file(path: &Path) -> Result<MemoryStore, FileStoreError> {
    let failed = |problems| FileStoreError { file: path.to_owned(), problems };
    let whole = document(path).map_err(|problem| failed(vec![problem]))?;
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    let written = DateTime::<Utc>::from(modified.unwrap_or(SystemTime::UNIX_EPOCH));
    let (store, mut problems) = (MemoryStore::new(), Vec::new());
    for key in whole.keys().filter(|key| *key != "tenants") {
        problems.push(format!("`{}` is no key of this file: it has `tenants` alone", key.escape_debug()));
    }
    match whole.get("tenants") {
        Some(Value::Array(entries)) => {
            for (n, entry) in entries.iter().enumerate() {
                let mut entry = Entry::new(n, entry, &mut problems);
                entry.register(&store, written);
            }
        }
        Some(_) => problems.push("`tenants` must be a list of tables".to_owned()),
        None => problems.push("it has no `tenants`: write an empty list if there are none".to_owned()),
    }
    if problems.is_empty() { Ok(store) } else { Err(failed(problems)) }
}

/// The whole file, whose syntax is understood and nothing more.
fn document(path: &Path) -> Result<Map<String, Value>, String> {
    let is = |extension: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension));
    let (is_toml, is_json) = (is("toml"), is("json"));
    if !is_toml && !is_json {
        return Err("its name must end in `.toml` or `.json`, which say what it is".to_owned());
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("it cannot be read: {error}"))?;
    if is_json {
        return match serde_json::from_str(&text) {
            Ok(Value::Object(whole)) => Ok(whole),
            Ok(_) => Err("it must be an object with the key `tenants`".to_owned()),
            Err(error) => Err(format!("it is no JSON at line {}, column {}", error.line(), error.column())),
        };
    }
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        // Its own text shows the line.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("it is no TOML at line {}", before.matches('\n').count() + 1)
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

/// A value of TOML as JSON has it; a time is a text there.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is_so) => is_so.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}

/// One tenant of the file.
struct Entry<'a> {
    /// How a problem names it.
    name: String,
    keys: Option<&'a Map<String, Value>>,
    problems: &'a mut Vec<String>,
}

impl<'a> Entry<'a> {
    fn new(n: usize, entry: &'a Value, problems: &'a mut Vec<String>) -> Self {
        let keys = entry.as_object();
        let id = keys.and_then(|keys| keys.get("id")).and_then(Value::as_str);
        let name = match id.and_then(|id| TenantId::try_from(id).ok()) {
            Some(id) => format!("tenant `{id}`"),
            None => format!("tenant {} of the list", n + 1),
        };
        Self { name, keys, problems }
    }

    fn problem(&mut self, problem: impl std::fmt::Display) {
        self.problems.push(format!("{}: {problem}", self.name));
    }

    fn text(&mut self, key: &str) -> Option<&'a str> {
        match self.keys?.get(key)? {
            Value::String(text) => Some(text),
            _ => {
                self.problem(format_args!("`{key}` must be a text"));
                None
            }
        }
    }

    /// A text as what it has to be.
    fn read<T>(&mut self, key: &str) -> Option<T>
    where
        T: TryFrom<&'a str, Error: std::fmt::Display>,
    {
        match T::try_from(self.text(key)?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(format_args!("`{key}`: {error}"));
                None
            }
        }
    }

    fn word<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, key: &str) -> Option<T> {
        match self.text(key)?.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.problem(format_args!("`{key}`: {error}"));
                None
            }
        }
    }

    fn domains(&mut self) -> Vec<Domain> {
        let list = match self.keys.and_then(|keys| keys.get("domains")) {
            None => return Vec::new(),
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.problem("`domains` must be a list of texts");
                return Vec::new();
            }
        };
        let mut domains = Vec::new();
        for entry in list {
            match entry.as_str().map(Domain::try_from) {
                Some(Ok(domain)) => domains.push(domain),
                Some(Err(error)) => self.problem(format_args!("`domains`: {error}")),
                None => self.problem("`domains` must be a list of texts"),
            }
        }
        domains
    }

    /// Registers the tenant, or says everything that keeps it from being one.
    fn register(&mut self, store: &MemoryStore, written: DateTime<Utc>) {
        let Some(keys) = self.keys else { return self.problem("it must be a table") };
        for key in keys.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let key = key.escape_debug();
            self.problem(format_args!("`{key}` is no key of a tenant: it has {}", KEYS.join(", ")));
        }
        for key in ["id", "identifier"].iter().filter(|key| !keys.contains_key(**key)) {
            self.problem(format_args!("it has no `{key}`"));
        }
        let (id, identifier): (_, Option<Slug>) = (self.read("id"), self.read("identifier"));
        let status = self.word("status");
        let isolation: Option<Isolation> = self.word("isolation");
        let (name, schema_name) = (self.text("name"), self.text("schema_name"));
        let database_url = self.text("database_url").map(SecretString::from);
        let metadata = match keys.get("metadata") {
            None => Map::new(),
            Some(Value::Object(metadata)) => metadata.clone(),
            Some(_) => return self.problem("`metadata` must be a table"),
        };
        let domains = self.domains();
        let (Some(id), Some(identifier)) = (id, identifier) else { return };
        let record = TenantRecord {
            id,
            name: name.unwrap_or(identifier.as_str()).to_owned(),
            slug: identifier,
            status: status.unwrap_or(TenantStatus::Active),
            isolation,
            relocation: None,
            metadata,
            database_url,
            schema_name: schema_name.map(str::to_owned),
            created_at: written,
            updated_at: written,
            version: 1,
        };
        let id = record.id.clone();
        let registered = store.insert(record).map(drop);
        let all =
            registered.and_then(|()| domains.iter().try_for_each(|domain| store.insert_domain(&id, domain)));
        if let Err(error) = all {
            self.problem(error);
        }
    }
}
