//! What every checked text of this room can do, written once.

/// Gives a newtype over `Arc<str>` its conversions. The type itself supplies `fn check(&str) -> Result<(),
/// TenantError>`, and nothing below builds a value without it.
macro_rules! checked_text {
    ($name:ident) => {
        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::TryFrom<&str> for $name {
            type Error = $crate::tenant::TenantError;

            fn try_from(text: &str) -> ::std::result::Result<Self, Self::Error> {
                Self::check(text)?;
                Ok(Self(::std::sync::Arc::from(text)))
            }
        }

        impl ::std::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::tenant::TenantError;

            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, Self::Error> {
                Self::try_from(text.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::tenant::TenantError;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                Self::try_from(text)
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        // Sound because Eq, Ord and Hash are derived from the text alone.
        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(text).map_err(::serde::de::Error::custom)
            }
        }
    };
}

pub(super) use checked_text;
