//! Threat 12: whose word counts for the host.

use super::*;
use crate::resolve::{SubdomainResolver, TrustedProxies};

/// The requests that both headers are about: `{acme}` stands for the header that says acme's host, and the header's name is
/// in `{name}`.
fn check_peers(resolver: &dyn TenantResolver, acme: &str, name: &str) {
    for (request, expected) in [
        (":peer 10.1.2.3\n{acme}", "acme"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme}", "acme"),
        (":peer 10.1.2.3\n:authority globex.app.example.com\n{acme}", "acme"),
        (":peer 10.1.2.3\nHost: internal:8080\n{acme}", "acme"),
        (":peer 10.1.2.3\nHost: a\nHost: b\n{acme}", "acme"),
        (":peer ::ffff:10.1.2.3\nHost: globex.app.example.com\n{acme}", "acme"),
        (":peer fd00::1\nHost: globex.app.example.com\n{acme}", "acme"),
        (":peer 192.0.2.7\nHost: globex.app.example.com\n{acme}", "acme"),
        (":peer 10.1.2.3\nHost: globex.app.example.com", "globex"),
        (":peer 11.0.0.1\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer ::ffff:11.0.0.1\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer 9.255.255.255\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer 192.0.2.8\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer fe80::1\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer ::1\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer 127.0.0.1\nHost: globex.app.example.com\n{acme}", "globex"),
        (":peer ::10.1.2.3\nHost: globex.app.example.com\n{acme}", "globex"),
        ("Host: globex.app.example.com\n{acme}", "globex"),
        ("Host: globex.app.example.com\n{acme}\n{acme}", "globex"),
        ("Host: globex.app.example.com\n{name}: ÿ", "globex"),
        (":peer 11.0.0.1\n{acme}", "!host-missing"),
        ("{acme}", "!host-missing"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme}\n{acme}", "!forwarded-repeated"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme}\n{name}: ", "!forwarded-repeated"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme}, b", "!forwarded-list"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme} ,\t", "!forwarded-list"),
        (":peer 10.1.2.3\nHost: globex.app.example.com\n{acme},", "!forwarded-list"),
        (":peer 10.1.2.3\nX-Tenant-ID: acme", "!host-missing"),
    ] {
        let request = request.replace("{acme}", acme).replace("{name}", name);
        assert_eq!(answer(resolver, &request), expected, "{request}");
    }
}

const NETWORKS: [&str; 3] = ["10.0.0.0/8", "fd00::/8", "192.0.2.7"];

fn x_forwarded() -> SubdomainResolver {
    SubdomainResolver::new("app.example.com").behind(TrustedProxies::x_forwarded(NETWORKS))
}

fn forwarded() -> SubdomainResolver {
    SubdomainResolver::new("app.example.com").behind(TrustedProxies::forwarded(NETWORKS))
}

#[test]
fn x_forwarded_host_counts_from_proxies_alone() {
    check_peers(&x_forwarded(), "X-Forwarded-Host: acme.app.example.com", "X-Forwarded-Host");
}

#[test]
fn forwarded_counts_from_proxies_alone() {
    check_peers(&forwarded(), "Forwarded: host=acme.app.example.com", "Forwarded");
}

#[test]
fn only_the_header_that_was_chosen_counts() {
    let request = ":peer 10.1.2.3\nHost: globex.app.example.com\n";
    let by_x =
        format!("{request}X-Forwarded-Host: acme.app.example.com\nForwarded: host=initech.app.example.com");
    assert_eq!(answer(&x_forwarded(), &by_x), "acme");
    assert_eq!(answer(&forwarded(), &by_x), "initech");
    let other = format!("{request}Forwarded: host=acme.app.example.com");
    assert_eq!(answer(&x_forwarded(), &other), "globex");
    let other = format!("{request}X-Forwarded-Host: acme.app.example.com");
    assert_eq!(answer(&forwarded(), &other), "globex");
}

#[test]
fn any_peer_may_be_a_proxy_where_it_is_said() {
    let nowhere: [&str; 0] = [];
    let proxies = TrustedProxies::x_forwarded(nowhere).or_any_peer();
    let resolver = SubdomainResolver::new("app.example.com").behind(proxies);
    assert_eq!(resolver.problems(), [""; 0]);
    assert_eq!(answer(&resolver, "Host: x\nX-Forwarded-Host: acme.app.example.com"), "acme");
    assert_eq!(answer(&resolver, ":peer 8.8.8.8\nX-Forwarded-Host: acme.app.example.com"), "acme");
}

/// What stands in `X-Forwarded-Host` is a host like any other.
#[test]
fn x_forwarded_host_is_read_strictly() {
    for (value, expected) in [
        ("ACME.app.example.com.:8443", "acme"),
        ("  acme.app.example.com\t", "acme"),
        ("app.example.com", "-"),
        ("evilapp.example.com", "-"),
        ("10.0.0.1", "-"),
        ("", "!host-malformed"),
        ("acme.app.example.com:", "!host-port"),
        ("acme.app.example.com:80:evil", "!host-port"),
        ("user@acme.app.example.com", "!host-userinfo"),
        ("https://acme.app.example.com", "!host-port"),
        ("\"acme.app.example.com\"", "!host-malformed"),
        ("acme.app.example.com acme.app.example.com", "!host-malformed"),
        ("acme.app.example.comÿ", "!host-not-ascii"),
        ("a.b.app.example.com", "!subdomain-too-deep"),
    ] {
        let request = format!(":peer 10.1.2.3\nHost: globex.app.example.com\nX-Forwarded-Host: {value}");
        assert_eq!(answer(&x_forwarded(), &request), expected, "{value:?}");
    }
}

/// RFC 7239, 4.
#[test]
fn the_grammar_of_forwarded_is_held() {
    let too_long = format!("host=acme.app.example.com;for={}", "a".repeat(1024));
    for (value, expected) in [
        ("host=acme.app.example.com", "acme"),
        ("Host=acme.app.example.com", "acme"),
        ("HOST=\"acme.app.example.com\"", "acme"),
        ("host=\"acme.app.example.com:8443\"", "acme"),
        ("host=\"acme.app\\.example\\.com\"", "acme"),
        ("host=\"\\a\\c\\m\\e.app.example.com\"", "acme"),
        ("for=192.0.2.60;proto=http;by=203.0.113.43;host=acme.app.example.com", "acme"),
        ("For=\"[2001:db8:cafe::17]:4711\";host=acme.app.example.com", "acme"),
        ("for=_hidden;by=unknown;host=acme.app.example.com;secret=x", "acme"),
        ("for=\"a,b;host=globex.app.example.com\";host=acme.app.example.com", "acme"),
        ("for=\"\\\";host=x\";host=acme.app.example.com", "acme"),
        (";host=acme.app.example.com;", "acme"),
        ("host=acme.app.example.com;;proto=https", "acme"),
        ("secret=x;secret=y;host=acme.app.example.com", "acme"),
        ("for=192.0.2.60", "globex"),
        ("proto=https", "globex"),
        ("for=192.0.2.60;xhost=acme.app.example.com", "globex"),
        ("for=\"host=acme.app.example.com\"", "globex"),
        ("host=app.example.com", "-"),
        ("host=acme.app.example.com, host=globex.app.example.com", "!forwarded-list"),
        ("host=acme.app.example.com,for=192.0.2.1", "!forwarded-list"),
        ("for=192.0.2.43, for=198.51.100.17;host=acme.app.example.com", "!forwarded-list"),
        ("for=\"[2001:db8::1]\" , host=acme.app.example.com", "!forwarded-list"),
        ("host=acme.app.example.com;host=globex.app.example.com", "!forwarded-malformed"),
        ("host=acme.app.example.com;HOST=acme.app.example.com", "!forwarded-malformed"),
        ("for=a;for=b;host=acme.app.example.com", "!forwarded-malformed"),
        ("", "!forwarded-malformed"),
        (";", "!forwarded-malformed"),
        (",", "!forwarded-malformed"),
        ("host", "!forwarded-malformed"),
        ("host=", "!forwarded-malformed"),
        ("host=\"\"", "!forwarded-malformed"),
        ("=acme.app.example.com", "!forwarded-malformed"),
        ("host =acme.app.example.com", "!forwarded-malformed"),
        ("host= acme.app.example.com", "!forwarded-malformed"),
        ("host=acme.app.example.com ;proto=https", "!forwarded-malformed"),
        ("host=acme.app.example.com; proto=https", "!forwarded-malformed"),
        ("host=acme.app.example.com:8443", "!forwarded-malformed"),
        ("host=acme.app.example.com/x", "!forwarded-malformed"),
        ("host=\"acme.app.example.com", "!forwarded-malformed"),
        ("host=\"acme.app.example.com\\", "!forwarded-malformed"),
        ("host=\"acme.app.example.com\"x", "!forwarded-malformed"),
        ("host=acme\"x\".app.example.com", "!forwarded-malformed"),
        ("host=\"acme\u{1}.app.example.com\"", "!forwarded-malformed"),
        ("host=acme.app.example.comÿ", "!forwarded-malformed"),
        ("acme.app.example.com", "!forwarded-malformed"),
        ("secret=x", "!forwarded-malformed"),
        ("host=\"acme.app.example.comÿ\"", "!host-not-ascii"),
        ("host=\"user@acme.app.example.com\"", "!host-userinfo"),
        ("host=\"acme.app.example.com:\"", "!host-port"),
        ("host=\"acme .app.example.com\"", "!host-malformed"),
        (&too_long, "!forwarded-too-long"),
    ] {
        let request = format!(":peer 10.1.2.3\nHost: globex.app.example.com\nForwarded: {value}");
        assert_eq!(answer(&forwarded(), &request), expected, "{value:?}");
    }
}
