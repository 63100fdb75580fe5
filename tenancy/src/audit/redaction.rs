//! Details that are never written.

use serde_json::{Map, Value};

/// What stands in a value's place.
pub(super) const REDACTED: &str = "[redacted]";
/// What stands in the place of what is nested deeper than anything that people read.
const TOO_DEEP: &str = "[nested too deep]";
const MAX_DEPTH: usize = 32;

/// In names of details, in lower case and without `_`, `-` and the like. A part of the name is enough: `old_password` and
/// `accessToken` are redacted too.
const DEFAULTS: [&str; 13] = [
    "accesskey",
    "apikey",
    "authorization",
    "cardnumber",
    "cookie",
    "credential",
    "cvv",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "token",
];

/// Whose values are not written.
#[derive(Debug, Clone)]
pub(super) struct Redaction(Vec<String>);

impl Default for Redaction {
    fn default() -> Self {
        Self(DEFAULTS.map(str::to_owned).into())
    }
}

impl Redaction {
    /// One more. A name without a letter or digit would be part of every name, and is left out.
    pub(super) fn add(&mut self, name: &str) {
        let name = normalised(name);
        if !name.is_empty() {
            self.0.push(name);
        }
    }

    fn holds(&self, key: &str) -> bool {
        let key = normalised(key);
        self.0.iter().any(|name| key.contains(name.as_str()))
    }

    pub(super) fn apply(&self, details: &mut Map<String, Value>) {
        self.map(details, 0);
    }

    fn map(&self, details: &mut Map<String, Value>, depth: usize) {
        for (key, value) in details.iter_mut() {
            match self.holds(key) {
                true => *value = Value::from(REDACTED),
                false => self.value(value, depth + 1),
            }
        }
    }

    fn value(&self, value: &mut Value, depth: usize) {
        match value {
            Value::Object(_) | Value::Array(_) if depth > MAX_DEPTH => *value = Value::from(TOO_DEEP),
            Value::Object(map) => self.map(map, depth),
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value, depth + 1)),
            _ => {}
        }
    }
}

fn normalised(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    fn redacted(redaction: &Redaction, mut details: Value) -> Value {
        redaction.apply(details.as_object_mut().unwrap());
        details
    }

    #[test]
    fn values_go_by_the_names_of_their_keys() {
        let mut redaction = Redaction::default();
        redaction.add("IBAN");
        redaction.add("--");
        let details = json!({
            "password": "hunter2", "Old_Password": 7, "accessToken": ["a"], "X-API-Key": {"a": "b"}, "iban_2": "DE",
            "Authorization": null, "reason": "token lost",
            "list": [{"client_secret": "s", "size": 1}, [{"cookie": true}]],
            "nested": {"deeper": {"db-passwd": "p", "name": "n"}},
        });
        let expected = json!({
            "password": REDACTED, "Old_Password": REDACTED, "accessToken": REDACTED, "X-API-Key": REDACTED,
            "iban_2": REDACTED, "Authorization": REDACTED, "reason": "token lost",
            "list": [{"client_secret": REDACTED, "size": 1}, [{"cookie": REDACTED}]],
            "nested": {"deeper": {"db-passwd": REDACTED, "name": "n"}},
        });
        assert_eq!(redacted(&redaction, details), expected);
    }

    #[test]
    fn what_is_nested_without_end_is_cut() {
        let deep = (0..1000).fold(json!({"password": "hunter2"}), |inner, at| match at % 2 {
            0 => json!([inner]),
            _ => json!({ "in": inner }),
        });
        let text = redacted(&Redaction::default(), json!({ "deep": deep })).to_string();
        assert!(text.contains(TOO_DEEP) && !text.contains("hunter2"), "{text}");
    }
}
