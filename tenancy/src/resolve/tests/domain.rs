//! The tenant by a host name of its own.

use super::*;
use crate::resolve::{DomainResolver, TrustedProxies};

#[test]
fn by_domain() {
    let longest = format!("{}.{}.{}.{}.com", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(57));
    let longest_host = format!("Host: {longest}");
    let too_long = format!("Host: x{longest}");
    let long_label = format!("Host: {}.com", "a".repeat(64));
    let huge = format!("Host: {}", "acme.".repeat(1 << 16));
    let resolver = DomainResolver::new()
        .except("app.example.com")
        .except("Bücher.example")
        .behind(TrustedProxies::x_forwarded(["10.0.0.0/8"]));
    check(
        &resolver,
        60,
        &[
            (PLAIN, "Host: acme.com", "@acme.com"),
            (PLAIN, "Host: shop.acme.com", "@shop.acme.com"),
            (PLAIN, "Host: a.b.c.d.acme.com", "@a.b.c.d.acme.com"),
            (PLAIN, "Host: xn--mnchen-3ya.de", "@xn--mnchen-3ya.de"),
            (PLAIN, "Host: 1.acme.com", "@1.acme.com"),
            (PLAIN, "Host: www.acme.com", "@www.acme.com"),
            (PLAIN, ":authority acme.com", "@acme.com"),
            (PLAIN, ":authority acme.com:8443\n:tls", "@acme.com"),
            (PLAIN, "Host: example.com", "@example.com"),
            (PLAIN, &longest_host, &format!("@{longest}")),
            (PLAIN, "Host: acme.com\nX-Tenant-ID: globex\n/?tenant=globex", "@acme.com"),
            (SPOOFED, "Host: ACME.com", "@acme.com"),
            (SPOOFED, "Host: acme.com.", "@acme.com"),
            (SPOOFED, "Host: acme.com:8080", "@acme.com"),
            (SPOOFED, "Host: Acme.Com.:443", "@acme.com"),
            (SPOOFED, "Host: XN--MNCHEN-3YA.de", "@xn--mnchen-3ya.de"),
            (SPOOFED, "Host: \tacme.com ", "@acme.com"),
            (SPOOFED, ":authority acme.com\nHost: ACME.com.", "@acme.com"),
            (SPOOFED, ":authority acme.com\nHost: acme.com:80", "@acme.com"),
            (SPOOFED, "Host: acme.com\nX-Forwarded-Host: globex.com", "@acme.com"),
            (SPOOFED, ":peer 11.0.0.1\nHost: acme.com\nX-Forwarded-Host: globex.com", "@acme.com"),
            (SPOOFED, ":peer 10.0.0.1\nHost: acme.com\nX-Forwarded-Host: globex.com", "@globex.com"),
            (SPOOFED, ":peer 10.0.0.1\nHost: acme.com\nX-Forwarded-Host: app.example.com", "-"),
            (SPOOFED, ":peer 10.0.0.1\nHost: app.example.com\nX-Forwarded-Host: acme.com", "@acme.com"),
            (SPOOFED, ":peer 10.0.0.1\nHost: acme.com\nForwarded: host=globex.com", "@acme.com"),
            (SPOOFED, ":peer 10.0.0.1\nHost: acme.com\nX-Forwarded-Host: a.com,b.com", "!forwarded-list"),
            (SPOOFED, "Host: evilapp.example.com", "@evilapp.example.com"),
            (SPOOFED, "Host: app.example.com.acme.com", "@app.example.com.acme.com"),
            (SPOOFED, "Host: app.example.community", "@app.example.community"),
            (PLAIN, "Host: app.example.com", "-"),
            (PLAIN, "Host: APP.example.com.:80", "-"),
            (PLAIN, "Host: acme.app.example.com", "-"),
            (PLAIN, "Host: a.b.app.example.com", "-"),
            (PLAIN, "Host: xn--bcher-kva.example", "-"),
            (PLAIN, "Host: acme.xn--bcher-kva.example", "-"),
            (PLAIN, "Host: localhost", "-"),
            (PLAIN, "Host: localhost:8080", "-"),
            (PLAIN, "Host: com", "-"),
            (PLAIN, "Host: acme_corp.com", "-"),
            (PLAIN, "Host: tenant_api:8080", "-"),
            (PLAIN, "Host: 127.0.0.1", "-"),
            (PLAIN, "Host: 10.0.0.1:8080", "-"),
            (PLAIN, "Host: [::1]:8080", "-"),
            (PLAIN, "Host: [2001:db8::1]", "-"),
            (SPOOFED, "", "!host-missing"),
            (SPOOFED, "X-Forwarded-Host: acme.com", "!host-missing"),
            (SPOOFED, "Host: acme.com\nHost: globex.com", "!host-repeated"),
            (SPOOFED, "Host: acme.com\nHost: acme.com", "!host-repeated"),
            (SPOOFED, ":authority acme.com\nHost: globex.com", "!host-conflict"),
            (SPOOFED, ":authority acme.com:81\nHost: acme.com", "!host-conflict"),
            (SPOOFED, ":authority [::1]\nHost: acme.com", "!host-conflict"),
            (SPOOFED, "Host: user@acme.com", "!host-userinfo"),
            (SPOOFED, "Host: acme.com@globex.com", "!host-userinfo"),
            (SPOOFED, "Host: acme.com:", "!host-port"),
            (SPOOFED, "Host: acme.com:0", "!host-port"),
            (SPOOFED, "Host: acme.com:65536", "!host-port"),
            (SPOOFED, "Host: acme.com:80:evil", "!host-port"),
            (SPOOFED, "Host: ", "!host-malformed"),
            (SPOOFED, "Host: acme.com..", "!host-malformed"),
            (SPOOFED, "Host: .acme.com", "!host-malformed"),
            (SPOOFED, "Host: acme..com", "!host-malformed"),
            (SPOOFED, "Host: -acme.com", "!host-malformed"),
            (SPOOFED, "Host: acme.com-", "!host-malformed"),
            (SPOOFED, "Host: acme.com,globex.com", "!host-malformed"),
            (SPOOFED, "Host: acme.com globex.com", "!host-malformed"),
            (SPOOFED, "Host: acme.com/x", "!host-malformed"),
            (SPOOFED, "Host: acme%2ecom", "!host-malformed"),
            (SPOOFED, "Host: acme.com\0", "!host-malformed"),
            (SPOOFED, "Host: xn--a.com", "!host-malformed"),
            (SPOOFED, "Host: xn--.com", "!host-malformed"),
            (SPOOFED, "Host: 1.2.3", "!host-malformed"),
            (SPOOFED, "Host: acme.0x7f", "!host-malformed"),
            (SPOOFED, "Host: 0x7f000001", "!host-malformed"),
            (SPOOFED, "Host: münchen.de", "!host-not-ascii"),
            (SPOOFED, "Host: acme。com", "!host-not-ascii"),
            (SPOOFED, "Host: acme.comÿ", "!host-not-ascii"),
            (SPOOFED, &long_label, "!host-malformed"),
            (SPOOFED, &too_long, "!host-too-long"),
            (SPOOFED, &huge, "!host-too-long"),
        ],
    );
}

#[test]
fn without_exceptions_every_domain_may_be_a_tenants() {
    assert_eq!(answer(&DomainResolver::new(), "Host: app.example.com"), "@app.example.com");
}
