//! A host and a port, strictly read.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::refusal::Refusal;
use crate::tenant::ends_in_number;

const TOO_LONG: Refusal = Refusal::new("host-too-long", "the host is longer than a host name can be");
const NOT_ASCII: Refusal = Refusal::new("host-not-ascii", "the host holds bytes that are not ASCII");
const USERINFO: Refusal = Refusal::new("host-userinfo", "the host holds a user");
const PORT: Refusal = Refusal::new("host-port", "the host's port is no number from 1 to 65535");
/// Also for whoever finds that the name cannot be one of a tenant's.
pub(in super::super) const MALFORMED: Refusal = Refusal::new("host-malformed", "the host is no host name");

/// What a host name may be long, without the root's dot (RFC 1035).
const MAX_NAME: usize = 253;
/// With a dot, a colon and a port.
const MAX_LENGTH: usize = MAX_NAME + 1 + 6;
const MAX_LABEL: usize = 63;

/// The host of a request, in one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct RequestHost<'a> {
    pub(in super::super) name: HostName<'a>,
    pub(in super::super) port: Option<u16>,
}

/// A name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum HostName<'a> {
    /// In lower case, without a dot at its end.
    Name(Cow<'a, str>),
    Address(IpAddr),
}

impl<'a> RequestHost<'a> {
    /// What `Host`, a target's authority or a forwarded host says.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_LENGTH {
            return Err(TOO_LONG);
        }
        if !bytes.is_ascii() {
            return Err(NOT_ASCII);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NOT_ASCII)?;
        if text.contains('@') {
            return Err(USERINFO);
        }
        if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']').ok_or(MALFORMED)?;
            let address: Ipv6Addr = address.parse().map_err(|_| MALFORMED)?;
            let port = match rest.strip_prefix(':') {
                Some(port) => Some(parse_port(port)?),
                None if rest.is_empty() => None,
                None => return Err(MALFORMED),
            };
            return Ok(Self { name: HostName::Address(address.into()), port });
        }
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => (name, Some(parse_port(port)?)),
            None => (text, None),
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Ok(Self { name: HostName::Address(address.into()), port });
        }
        Ok(Self { name: HostName::Name(parse_name(name)?), port })
    }

    /// Free of the request.
    pub(super) fn into_owned(self) -> RequestHost<'static> {
        let name = match self.name {
            HostName::Name(name) => HostName::Name(Cow::Owned(name.into_owned())),
            HostName::Address(address) => HostName::Address(address),
        };
        RequestHost { name, port: self.port }
    }
}

fn parse_name(name: &str) -> Result<Cow<'_, str>, Refusal> {
    if name.len() > MAX_NAME {
        return Err(TOO_LONG);
    }
    let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    };
    // The underscore is in no tenant's name, but in those of containers that call each other.
    let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(is_allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !name.split('.').all(is_label) || ends_in_number(&name) {
        return Err(MALFORMED);
    }
    Ok(name)
}

fn parse_port(text: &str) -> Result<u16, Refusal> {
    // `parse` would take a plus sign, and zeros in front.
    if !text.starts_with(|first: char| matches!(first, '1'..='9')) {
        return Err(PORT);
    }
    text.parse().map_err(|_| PORT)
}
