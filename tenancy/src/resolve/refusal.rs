//! Why a request that names a tenant is not followed.

use std::fmt;

/// What is wrong with how a request names its tenant. It holds nothing of the request's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    reason: &'static str,
}

impl Refusal {
    /// `code` is for programs and `tenancy resolve`, in the form `header-repeated`; `reason` is for the log.
    pub const fn new(code: &'static str, reason: &'static str) -> Self {
        Self { code, reason }
    }

    /// The code.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The reason, in words.
    pub const fn reason(self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for Refusal {}
