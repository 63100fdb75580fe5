//! Base64url and JSON as RFC 7515 wants them, and nothing near it.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Decodes base64url without padding: no white space, no `+` or `/`, no bits left over at the end.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// One JSON object, in which no object has a name twice: parsers disagree on which of the two counts.
pub(super) fn object(json: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice::<EachNameOnce>(json).ok()?;
    serde_json::from_slice(json).ok()
}

/// Any JSON value, of which nothing is kept. Numbers are left to the second pass, which knows how serde_json has them.
struct EachNameOnce;

impl<'de> Deserialize<'de> for EachNameOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = EachNameOnce;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in which each name is there once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EachNameOnce, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<EachNameOnce>()?;
            if !names.insert(name) {
                return Err(de::Error::custom("a name is there twice"));
            }
        }
        Ok(EachNameOnce)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<EachNameOnce, A::Error> {
        while list.next_element::<EachNameOnce>()?.is_some() {}
        Ok(EachNameOnce)
    }

    fn visit_str<E>(self, _: &str) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_i64<E>(self, _: i64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_u64<E>(self, _: u64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_f64<E>(self, _: f64) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_bool<E>(self, _: bool) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }

    fn visit_unit<E>(self) -> Result<EachNameOnce, E> {
        Ok(EachNameOnce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_there_once_at_any_depth() {
        for good in [r#"{}"#, r#"{"a":1,"A":2}"#, r#"{"a":{"a":[{"a":null},{"a":true}]},"b":-1.5e3}"#] {
            assert!(object(good.as_bytes()).is_some(), "{good}");
        }
        for bad in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"b":[{"a":1,"a":2}]}"#,
            r#"{"b":{"a":1,"a":2}}"#,
            r#"{"a":1"#,
            r#"{"a":1}{}"#,
            r#"{"a":1,}"#,
            r#"{"a":1e999}"#,
            "[]",
            "null",
            "\"a\"",
            "",
            "\u{feff}{}",
        ] {
            assert!(object(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_none());
        assert!(
            object("{\"a\":".repeat(4_000).as_bytes()).is_none(),
            "deep nesting is an error and no overflow"
        );
    }

    #[test]
    fn base64url_has_one_form() {
        assert_eq!(decode(b"_-8"), Some(vec![0xff, 0xef]));
        for bad in ["_-8=", "_-9", "/+8", "_-8 ", "_-8\n", "_", "_\u{fe0f}"] {
            assert!(decode(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }
}
