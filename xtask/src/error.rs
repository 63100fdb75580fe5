//! Why a command ends early.

use std::fmt;

/// The result of everything here.
pub(crate) type Result<T> = std::result::Result<T, Stop>;

/// Why a command ends early. No variant carries a password or a connection URL.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The command line cannot be understood.
    Usage(String),
    /// Something went wrong; the text says what to do.
    Failed(String),
    /// A signal, by its number, asked us to end.
    Signal(i32),
}

impl Stop {
    /// `what` could not be done, because of `cause`.
    pub(crate) fn because(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => write!(f, "{text}; see `cargo xtask help`"),
            Self::Failed(text) => f.write_str(text),
            Self::Signal(signal) => write!(f, "stopped by signal {signal}"),
        }
    }
}

impl std::error::Error for Stop {}
