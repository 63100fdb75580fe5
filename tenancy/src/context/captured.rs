//! A tenant on its way to another process.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::context::TenantContext;
use crate::error::TenancyError;
use crate::tenant::TenantId;

/// A tenant for later, in another process or after a restart: what a job in a queue takes along.
///
/// It is the tenant's id, and nothing else of it: no address, no setting, no status. Whoever takes the job up asks the
/// registry for the rest, with [`Tenancy::restore`](crate::Tenancy::restore).
///
/// With serde it is `{"version":1,"tenant":"0190a1b2"}`, in whatever format. A later version of that, and anything that is
/// no tenant's id, is refused when it is read.
///
/// It proves nothing. Who can write to the queue chooses the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapturedTenant {
    version: Version,
    tenant: TenantId,
}

impl CapturedTenant {
    /// The tenant's id.
    pub fn id(&self) -> &TenantId {
        &self.tenant
    }
}

impl TenantContext {
    /// The tenant of the running task, for a job that somebody else will do.
    ///
    /// # Errors
    ///
    /// As [`current`](Self::current): a job that is meant for all tenants has none to take along.
    pub fn capture() -> Result<CapturedTenant, TenancyError> {
        Ok(Self::current()?.tenant().id().clone().into())
    }
}

/// For a tenant that is not in context, as when one schedules work for each.
impl From<TenantId> for CapturedTenant {
    fn from(tenant: TenantId) -> Self {
        Self { version: Version, tenant }
    }
}

/// The one version there is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Version;

impl Version {
    const NUMBER: u16 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!(
                "a captured tenant of version {other}, and only version {} is known here: a newer program has written it",
                Self::NUMBER
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<CapturedTenant, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Jobs lie in queues while programs are replaced: this text must be read for ever.
    #[test]
    fn its_form_is_fixed() {
        let captured = CapturedTenant::from(TenantId::try_from("acme").unwrap());
        let text = r#"{"version":1,"tenant":"acme"}"#;
        assert_eq!(serde_json::to_string(&captured).unwrap(), text);
        assert_eq!(read(text).unwrap(), captured);
        assert_eq!(read(r#"{"tenant":"acme","version":1}"#).unwrap(), captured);
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "null",
            "1",
            r#""acme""#,
            "{}",
            r#"{"version":1}"#,
            r#"{"tenant":"acme"}"#,
            r#"{"version":1,"tenant":null}"#,
            r#"{"version":1,"tenant":7}"#,
            r#"{"version":1,"tenant":""}"#,
            r#"{"version":1,"tenant":"Acme"}"#,
            r#"{"version":1,"tenant":"../acme"}"#,
            r#"{"version":1,"tenant":"acme\u0000"}"#,
            r#"{"version":"1","tenant":"acme"}"#,
            r#"{"version":1.0,"tenant":"acme"}"#,
            r#"{"version":-1,"tenant":"acme"}"#,
            r#"{"version":99999999,"tenant":"acme"}"#,
            r#"{"version":1,"tenant":"acme","tenant":"globex"}"#,
            r#"{"version":1,"tenant":"acme","isolation":"column"}"#,
        ] {
            assert!(read(bad).is_err(), "{bad} was accepted");
        }
        let newer = read(r#"{"version":2,"tenant":"acme"}"#).unwrap_err();
        assert!(newer.contains("version 2"), "{newer}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(captured) = serde_json::from_slice::<CapturedTenant>(&bytes) {
                prop_assert!(TenantId::try_from(captured.id().as_str()).is_ok());
            }
        }

        #[test]
        fn whatever_is_read_is_an_id(text in "\\PC{0,60}") {
            let json = serde_json::json!({ "version": 1, "tenant": text }).to_string();
            let read = serde_json::from_str::<CapturedTenant>(&json).ok();
            prop_assert_eq!(read, TenantId::try_from(&*text).ok().map(CapturedTenant::from));
        }
    }
}
