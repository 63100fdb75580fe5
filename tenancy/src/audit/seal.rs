//! The hash of an entry, and what exactly is hashed.
//!
//! The input is a domain and then every field in the order of [`of`], each behind a byte that says whether it is there and
//! its length as eight bytes, most significant first. Two different entries therefore never give the same input: no
//! field's text can pass for the end of it and the begin of the next. The number of fields is fixed; a change of any of
//! this is another version.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::digest::CtOutput;
use sha2::{Digest, Sha256};

use super::key::{AuditKey, Keys};
use super::link::Link;

pub(super) type Hash = [u8; 32];

/// What is hashed is no input of anything else that the key may be used for.
const DOMAIN: &[u8] = b"tenancy audit entry";
/// The format described above.
const VERSION: &str = "1";

/// What is stored with an entry: the version, and behind a colon the name of the key, if there is one.
pub(super) fn scheme(keys: &Keys) -> String {
    match &keys.current {
        Some(key) => format!("{VERSION}:{}", key.id()),
        None => VERSION.to_owned(),
    }
}

/// Why an entry's hash cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsealed {
    /// It is of a version that is not known, or its time is none.
    Unreadable,
    /// It was sealed with another key than any of ours, or without one where there should be one.
    OtherKey,
}

/// The hash that the entry ought to have. Where there is a key, an entry without one is not believed: else whoever has no
/// key would write entries without one.
pub(super) fn expected(link: &Link, keys: &Keys) -> Result<Hash, Unsealed> {
    let at = link.at.ok_or(Unsealed::Unreadable)?;
    let key = match link.scheme.split_once(':') {
        None if link.scheme == VERSION && keys.current.is_none() && keys.former.is_empty() => None,
        None if link.scheme == VERSION => return Err(Unsealed::OtherKey),
        Some((VERSION, id)) => Some(keys.find(id).ok_or(Unsealed::OtherKey)?),
        _ => return Err(Unsealed::Unreadable),
    };
    Ok(of(link, key, at))
}

pub(super) fn of(link: &Link, key: Option<&AuditKey>, at: DateTime<Utc>) -> Hash {
    let mut input = match key {
        Some(key) => Input::Keyed(key.mac.clone()),
        None => Input::Plain(Sha256::new()),
    };
    input.field(DOMAIN);
    input.field(link.scheme.as_bytes());
    input.field(link.chain.as_bytes());
    input.field(&link.seq.to_be_bytes());
    input.field(&at.timestamp_micros().to_be_bytes());
    input.field(link.actor_kind.as_bytes());
    input.optional(link.actor_id.as_deref());
    input.optional(link.actor_name.as_deref());
    input.field(link.action.as_bytes());
    input.optional(link.resource_kind.as_deref());
    input.optional(link.resource_id.as_deref());
    input.field(link.details.as_bytes());
    input.optional(link.ip.as_deref());
    input.optional(link.user_agent.as_deref());
    input.optional(link.request_id.as_deref());
    input.field(&link.previous);
    input.hash()
}

/// Whether two hashes are the same, in a time that does not tell how much of them is.
pub(super) fn same(one: &Hash, other: &[u8]) -> bool {
    let Ok(other) = Hash::try_from(other) else { return false };
    CtOutput::<Sha256>::new((*one).into()) == CtOutput::new(other.into())
}

enum Input {
    Plain(Sha256),
    Keyed(Hmac<Sha256>),
}

impl Input {
    fn field(&mut self, bytes: &[u8]) {
        self.add(&[1]);
        self.add(&(bytes.len() as u64).to_be_bytes());
        self.add(bytes);
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.field(text.as_bytes()),
            None => self.add(&[0]),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Plain(hasher) => Digest::update(hasher, bytes),
            Self::Keyed(mac) => Mac::update(mac, bytes),
        }
    }

    fn hash(self) -> Hash {
        match self {
            Self::Plain(hasher) => hasher.finalize().into(),
            Self::Keyed(mac) => mac.finalize().into_bytes().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::HashSet;

    use super::*;
    use crate::audit::hex;

    fn link() -> Link {
        Link {
            chain: "acme".into(),
            seq: 7,
            at: DateTime::from_timestamp_micros(1_795_737_600_000_001),
            actor_kind: "user".into(),
            actor_id: Some("u-7".into()),
            actor_name: None,
            action: "order.deleted".into(),
            resource_kind: Some("order".into()),
            resource_id: Some(String::new()),
            details: "{\"reason\":\"✆\"}".into(),
            ip: Some("192.0.2.1".into()),
            user_agent: None,
            request_id: Some("r-1".into()),
            scheme: VERSION.into(),
            previous: vec![9; 32],
            hash: Vec::new(),
        }
    }

    /// Entries lie in tables while programs are replaced. Both hashes were computed by another program, from what the
    /// design says.
    #[test]
    fn the_format_stays_as_it_is() {
        let plain = expected(&link(), &Keys::default()).unwrap();
        assert_eq!(hex::encode(&plain), "a33437586a120e3d66e95ab79a5bdb00cdee3eb89e64b24abb14773987ebeb65");
        let key = AuditKey::new("k", &[1; 32]).unwrap();
        let keys = Keys { current: Some(key), former: Vec::new() };
        let sealed = expected(&Link { scheme: scheme(&keys), ..link() }, &keys).unwrap();
        assert_eq!(hex::encode(&sealed), "164898626de697e7ecf7aac07b3b34b48ff33a7cf977f00def375c22d0ed7df3");
        assert_eq!(expected(&link(), &keys), Err(Unsealed::OtherKey), "not sealed, though there is a key");
    }

    /// Texts that are one text when they stand behind each other, and a text that is not there beside an empty one.
    #[test]
    fn no_field_passes_for_another() {
        let edits: [fn(&mut Link); 12] = [
            |_| {},
            |link| link.actor_id = None,
            |link| link.actor_id = Some(String::new()),
            |link| (link.actor_id, link.actor_name) = (None, Some("u-7".into())),
            |link| (link.actor_id, link.actor_name) = (Some("u".into()), Some("-7".into())),
            |link| (link.actor_id, link.actor_name) = (Some("u-".into()), Some("7".into())),
            |link| link.resource_id = None,
            |link| (link.resource_kind, link.resource_id) = (None, Some("order".into())),
            |link| (link.actor_kind, link.action) = ("use".into(), "rorder.deleted".into()),
            |link| (link.user_agent, link.request_id) = (Some("r-1".into()), None),
            |link| link.user_agent = Some(String::new()),
            |link| link.previous = vec![9; 31],
        ];
        let hashes: HashSet<Hash> = edits
            .iter()
            .map(|edit| {
                let mut link = link();
                edit(&mut link);
                expected(&link, &Keys::default()).unwrap()
            })
            .collect();
        assert_eq!(hashes.len(), edits.len());
    }
}
