//! Where a tenant's rows are, and where they are going.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::{Isolation, TenantError};

/// A move between isolations that is under way, as the tenant's record says it.
///
/// While the record's isolation is `from`, the rows are copied; from the moment it is `to`, the old place is waiting
/// to be taken away. [`Tenancy::relocate`](crate::Tenancy::relocate) finishes one that was cut short, or takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relocation {
    /// The isolation the tenant leaves.
    pub from: Isolation,
    /// The isolation the tenant is to have.
    pub to: Isolation,
    /// Which attempt owns the move: each that takes it up has one of its own.
    pub attempt: Uuid,
}

impl Relocation {
    /// A new attempt to move a tenant.
    pub fn new(from: Isolation, to: Isolation) -> Self {
        Self { from, to, attempt: Uuid::now_v7() }
    }
}

/// As a registry keeps it: `column schema 0190a1b2…`.
impl fmt::Display for Relocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.from, self.to, self.attempt.simple())
    }
}

impl FromStr for Relocation {
    type Err = TenantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || TenantError::Relocation { value: super::error::excerpt(text) };
        let mut words = text.split(' ');
        let mut next = || words.next().ok_or_else(bad);
        let (from, to, attempt) = (next()?, next()?, next()?);
        let attempt = Uuid::try_parse(attempt).map_err(|_| bad())?;
        let read = Self { from: from.parse()?, to: to.parse()?, attempt };
        if read.to_string() == text { Ok(read) } else { Err(bad()) }
    }
}

/// What a store changes as one: the isolation, and the move that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placement {
    /// The tenant's own isolation; `None` follows the application's.
    pub isolation: Option<Isolation>,
    /// The move that is under way.
    pub relocation: Option<Relocation>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_else_reads() {
        let relocation = Relocation::new(Isolation::Column, Isolation::Schema);
        assert_eq!(relocation.to_string().parse::<Relocation>().unwrap(), relocation);
        let written = relocation.to_string();
        for bad in [
            "",
            "column",
            "column schema",
            "column schema x",
            &format!("{written} "),
            &written.to_uppercase(),
        ] {
            assert!(bad.parse::<Relocation>().is_err(), "{bad:?} was accepted");
        }
    }
}
