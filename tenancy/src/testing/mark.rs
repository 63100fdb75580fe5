//! A text that is one tenant's and cannot be guessed.

use std::fmt;

use uuid::Uuid;

/// What marks a tenant's data: lower-case letters and digits, which neither JSON, HTML nor an address writes in
/// another way. Its `Display` is the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    pub(super) fn generate() -> Self {
        Self(format!("mark{}", Uuid::now_v7().simple()))
    }

    /// The mark behind a text of the test's, so that a person can read what it is on.
    pub fn on(&self, text: &str) -> String {
        format!("{text} {self}")
    }

    /// The mark alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
