//! Servers of the caller's own: all of the variables, or none.

use std::ffi::OsString;

use crate::error::{Result, Stop};

/// What the caller's environment says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Every variable is set: nothing is to be started.
    All,
    /// None is set.
    Nothing,
}

/// Looks the variables up; an empty value counts as not set.
///
/// # Errors
/// When some are set and others are not. A half-used server of the caller's would mix two databases.
pub(super) fn look_up(names: &[&str], value: impl Fn(&str) -> Option<OsString>) -> Result<Given> {
    let missing: Vec<&str> =
        names.iter().copied().filter(|name| value(name).is_none_or(|value| value.is_empty())).collect();
    if missing.is_empty() {
        Ok(Given::All)
    } else if missing.len() == names.len() {
        Ok(Given::Nothing)
    } else {
        Err(Stop::Failed(format!(
            "only some of the server variables are set: set {} too, or unset the others to have a private server started",
            missing.join(", ")
        )))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["A", "B", "C"];

    fn with(set: &'static [(&'static str, &'static str)]) -> Result<Given> {
        look_up(&NAMES, |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn all_or_none() {
        assert_eq!(with(&[("A", "1"), ("B", "2"), ("C", "3")]).unwrap(), Given::All);
        assert_eq!(with(&[]).unwrap(), Given::Nothing);
        assert_eq!(with(&[("A", ""), ("B", "")]).unwrap(), Given::Nothing);
    }

    #[test]
    fn some_is_an_error_that_names_the_missing_and_shows_no_value() {
        let text = with(&[("B", "postgres://u:hidden@h/d"), ("C", "")]).unwrap_err().to_string();
        assert!(text.contains("set A, C too"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
