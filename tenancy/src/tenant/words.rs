//! The closed sets of words: a tenant's status, and how its rows are kept apart.

use super::error::{TenantError, excerpt};

/// An enum whose variants are written as one lower-case word each, in text, in JSON and in the registry.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident, $list:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word it is written as.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.as_str()
            }
        }

        impl std::str::FromStr for $name {
            type Err = TenantError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    other => Err(words!(@error $name other, $list)),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = TenantError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = TenantError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
    (@error TenantStatus $text:ident, $list:literal) => {
        TenantError::Status { value: excerpt($text), expected: $list }
    };
    (@error Isolation $text:ident, $list:literal) => {
        TenantError::Isolation { value: excerpt($text), expected: $list }
    };
}

words! {
    /// Where a tenant is in its life. Only an active one is served.
    TenantStatus, "provisioning, active, suspended, deleted" {
        /// Registered; its schema, database or file is being made.
        Provisioning = "provisioning",
        /// Served.
        Active = "active",
        /// Kept, and not served until it is activated again.
        Suspended = "suspended",
        /// Not served again. Its id and its identifier stay taken.
        Deleted = "deleted",
    }
}

impl TenantStatus {
    /// Whether requests of such a tenant are served.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }
}

words! {
    /// How one tenant's rows are kept apart from the others'.
    ///
    /// A mixed application gives each tenant one of these, so the mix itself is no value here.
    Isolation, "column, rls, schema, database" {
        /// A filter on the tenant column of a shared table.
        Column = "column",
        /// The same, with PostgreSQL's row-level security under it.
        Rls = "rls",
        /// A schema for each tenant.
        Schema = "schema",
        /// A database, or a SQLite file, for each tenant.
        Database = "database",
    }
}

impl Isolation {
    /// Whether the tenant's rows are in tables that hold other tenants' too.
    pub(crate) fn shares_tables(self) -> bool {
        matches!(self, Self::Column | Self::Rls)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn every_word_reads_back() {
        for status in TenantStatus::ALL {
            assert_eq!(status.as_str().parse::<TenantStatus>().unwrap(), *status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(serde_json::from_value::<TenantStatus>(status.as_str().into()).unwrap(), *status);
        }
        for isolation in Isolation::ALL {
            assert_eq!(isolation.as_str().parse::<Isolation>().unwrap(), *isolation);
            assert_eq!(serde_json::to_value(isolation).unwrap(), isolation.as_str());
        }
    }

    #[test]
    fn other_words_are_refused_and_the_words_are_listed() {
        for bad in ["", "Active", "active\n", " active", "hybrid"] {
            assert!(bad.parse::<TenantStatus>().is_err(), "{bad:?} was accepted");
            assert!(bad.parse::<Isolation>().is_err(), "{bad:?} was accepted");
        }
        assert_eq!(
            "hybrid".parse::<Isolation>().unwrap_err().to_string(),
            "`hybrid` is no isolation: write one of column, rls, schema, database"
        );
    }
}
