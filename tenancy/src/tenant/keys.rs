//! A tenant's id in the SQL types that a tenant column may have.

use std::sync::Arc;

use uuid::Uuid;

use super::TenantId;

/// The length of a UUID as hexadecimal digits without hyphens.
const UUID_DIGITS: usize = 32;

/// A tenant's id in each SQL type that a tenant column may have, computed once for each scope.
///
/// Every key is injective: two ids never share one. An id therefore has a UUID only when it is written as 32
/// lower-case hexadecimal digits (as [`TenantId::generate`] writes it; the hyphenated spelling is another id,
/// and would be the same UUID), and a number only when it is written without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TenantKeys {
    text: Arc<str>,
    uuid: Option<Uuid>,
    bigint: Option<i64>,
    integer: Option<i32>,
}

impl TenantKeys {
    /// The keys of this id.
    pub fn of(id: &TenantId) -> Self {
        let text = id.shared();
        // The grammar of an id has already refused upper case, signs in front and everything outside ASCII.
        let uuid = if text.len() == UUID_DIGITS { Uuid::try_parse(&text).ok() } else { None };
        let bigint = if is_canonical_decimal(&text) { text.parse::<i64>().ok() } else { None };
        let integer = bigint.and_then(|number| i32::try_from(number).ok());
        Self { text, uuid, bigint, integer }
    }

    /// The key of a `TEXT` or `VARCHAR` column, which every id has.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The key of a `UUID` column, if the id is 32 lower-case hexadecimal digits.
    pub fn uuid(&self) -> Option<&Uuid> {
        self.uuid.as_ref()
    }

    /// The key of a `BIGINT` column, if the id is a decimal number from 0 to 9223372036854775807.
    pub fn bigint(&self) -> Option<&i64> {
        self.bigint.as_ref()
    }

    /// The key of an `INTEGER` column, if the id is a decimal number from 0 to 2147483647.
    pub fn integer(&self) -> Option<&i32> {
        self.integer.as_ref()
    }
}

fn is_canonical_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn keys(id: &str) -> TenantKeys {
        TenantKeys::of(&TenantId::try_from(id).unwrap())
    }

    #[test]
    fn a_generated_id_has_a_uuid() {
        let id = TenantId::generate();
        let keys = TenantKeys::of(&id);
        assert_eq!(keys.uuid().unwrap().simple().to_string(), id.as_str());
        assert_eq!(&**keys.text(), id.as_str());
        assert_eq!((keys.bigint(), keys.integer()), (None, None));
    }

    #[test]
    fn one_uuid_has_one_spelling() {
        assert!(keys("0190a1b2c3d4e5f60718293a4b5c6d7e").uuid().is_some());
        for other in ["0190a1b2-c3d4-e5f6-0718-293a4b5c6d7e", "0190a1b2c3d4e5f60718293a4b5c6d7", "acme"] {
            assert_eq!(keys(other).uuid(), None, "{other}");
        }
    }

    #[test]
    fn one_number_has_one_spelling() {
        assert_eq!((keys("0").bigint(), keys("0").integer()), (Some(&0), Some(&0)));
        assert_eq!((keys("42").bigint(), keys("42").integer()), (Some(&42), Some(&42)));
        assert_eq!(keys("2147483648").integer(), None);
        assert_eq!(keys("2147483648").bigint(), Some(&2_147_483_648));
        assert_eq!(keys("9223372036854775807").bigint(), Some(&i64::MAX));
        for other in ["9223372036854775808", "007", "00", "4_2", "42-", "1e3", "0x1"] {
            assert_eq!(keys(other).bigint(), None, "{other}");
        }
    }

    #[test]
    fn every_key_reads_back_to_its_id() {
        for id in ["0", "7", "10", "12345678901234567890123456789012", "0190a1b2c3d4e5f60718293a4b5c6d7e"] {
            let keys = keys(id);
            assert!(keys.bigint().is_none_or(|number| number.to_string() == id));
            assert!(keys.integer().is_none_or(|number| number.to_string() == id));
            assert!(keys.uuid().is_none_or(|uuid| uuid.simple().to_string() == id));
        }
    }
}
