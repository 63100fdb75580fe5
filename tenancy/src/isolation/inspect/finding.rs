//! One gap in a wall.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The wall does not hold, or whoever it has to hold can take it down.
    Error,
    /// It holds, and something makes it tell more, cost more or break more easily than it should.
    Warning,
}

/// One gap, and how to close it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of gap it is, in kebab-case. A code keeps its meaning for ever.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What has the gap: `public.orders`, `policy tenant on public.orders`, `role app`.
    pub object: String,
    /// Why it matters, and what to do where no SQL can.
    pub why: String,
    /// The SQL that mends it, if there is one that needs no knowledge of the data. Read it before it runs.
    pub mend: Option<String>,
}

#[cfg(feature = "postgres")]
impl Finding {
    pub(super) fn error(code: &'static str, object: impl Into<String>, why: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, object: object.into(), why: why.into(), mend: None }
    }

    pub(super) fn warning(code: &'static str, object: impl Into<String>, why: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, object, why) }
    }

    pub(super) fn mend(mut self, sql: impl Into<String>) -> Self {
        self.mend = Some(sql.into());
        self
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl fmt::Display for Finding {
    /// One line, without the SQL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.object, self.code, self.why)
    }
}
