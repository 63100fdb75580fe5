//! The address of a client behind proxies.

use std::net::{IpAddr, SocketAddr};

/// The address that is written by a proxy: an address alone, or with a port; one of IPv6 also in brackets. `None` for what
/// is none, as `unknown` and the names that RFC 7239 lets proxies make up.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(super::super::head::without_spaces(text)).ok()?;
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok().filter(|ip| ip.is_ipv6() || bare.len() == text.len());
    address.or_else(|| text.parse::<SocketAddr>().map(|socket| socket.ip()).ok()).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_form_that_proxies_write() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1\t", Some("192.0.2.1")),
            ("192.0.2.1:4711", Some("192.0.2.1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("unknown", None),
            ("_hidden", None),
            ("[192.0.2.1]", None),
            ("192.0.2.1, 192.0.2.2", None),
            ("", None),
        ] {
            let expected = expected.and_then(|text| text.parse().ok());
            assert_eq!(address(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(address(&[0xff]), None);
    }
}
