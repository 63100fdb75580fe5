//! The tenant in the host's first label, and the grammar of hosts.

use super::*;
use crate::resolve::SubdomainResolver;

#[test]
fn by_subdomain() {
    let longest = format!("Host: {}.app.example.com", "z".repeat(63));
    let long_label = format!("Host: {}.app.example.com", "z".repeat(64));
    let longest_host = format!("Host: {}app.example.com.:65535", "a.".repeat((253 - 15) / 2));
    let long_host = format!("Host: {}app.example.com", "a.".repeat(120));
    let huge = format!("Host: {}.app.example.com", "acme".repeat(1 << 16));
    check(
        &SubdomainResolver::new("app.example.com").base("Example.ORG.").base("münchen.example"),
        60,
        &[
            (PLAIN, "Host: acme.app.example.com", "acme"),
            (PLAIN, "host: acme.app.example.com", "acme"),
            (PLAIN, "Host: acme-corp.app.example.com", "acme-corp"),
            (PLAIN, "Host: acme.example.org", "acme"),
            (PLAIN, "Host: acme.xn--mnchen-3ya.example", "acme"),
            (PLAIN, "Host: xn--mnchen-3ya.app.example.com", "xn--mnchen-3ya"),
            (PLAIN, &longest, &"z".repeat(63)),
            (PLAIN, ":authority acme.app.example.com", "acme"),
            (PLAIN, ":authority acme.app.example.com:8080", "acme"),
            (PLAIN, "Host:   acme.app.example.com\t ", "acme"),
            (PLAIN, "Host: acme.app.example.com\n/tenants/globex?tenant=globex", "acme"),
            (PLAIN, "Host: acme.app.example.com\nX-Tenant-ID: globex", "acme"),
            (SPOOFED, "Host: acme.app.example.com:8080", "acme"),
            (SPOOFED, "Host: acme.app.example.com:1", "acme"),
            (SPOOFED, "Host: acme.app.example.com:65535", "acme"),
            (SPOOFED, "Host: acme.app.example.com.", "acme"),
            (SPOOFED, "Host: acme.app.example.com.:8080", "acme"),
            (SPOOFED, "Host: ACME.APP.EXAMPLE.COM", "acme"),
            (SPOOFED, "Host: Acme.App.Example.Com.:8080", "acme"),
            (SPOOFED, "Host: ACME.XN--MNCHEN-3YA.example", "acme"),
            (SPOOFED, ":authority acme.app.example.com\nHost: acme.app.example.com", "acme"),
            (SPOOFED, ":authority ACME.app.example.com.\nHost: acme.app.example.com", "acme"),
            (SPOOFED, ":authority acme.app.example.com:80\nHost: acme.app.example.com", "acme"),
            (SPOOFED, ":tls\n:authority acme.app.example.com\nHost: acme.app.example.com:443", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nX-Forwarded-Host: globex.app.example.com", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nForwarded: host=globex.app.example.com", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nX-Host: globex.app.example.com", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nX-Original-Host: globex.app.example.com", "acme"),
            (PLAIN, "Host: app.example.com", "-"),
            (PLAIN, "Host: app.example.com:8080", "-"),
            (PLAIN, "Host: APP.example.com.", "-"),
            (PLAIN, "Host: example.org", "-"),
            (PLAIN, "Host: www.app.example.com", "-"),
            (PLAIN, "Host: WWW.app.example.com", "-"),
            (PLAIN, "Host: api.example.org", "-"),
            (PLAIN, "Host: admin.app.example.com", "-"),
            (PLAIN, "Host: 127.0.0.1", "-"),
            (PLAIN, "Host: 127.0.0.1:8080", "-"),
            (PLAIN, "Host: 127.0.0.1.", "-"),
            (PLAIN, "Host: [::1]", "-"),
            (PLAIN, "Host: [::1]:8080", "-"),
            (PLAIN, "Host: [::ffff:10.0.0.1]", "-"),
            (PLAIN, "Host: localhost:8080", "-"),
            (PLAIN, "Host: tenant_api:8080", "-"),
            (SPOOFED, "Host: evilapp.example.com", "-"),
            (SPOOFED, "Host: acme.evilapp.example.com", "-"),
            (SPOOFED, "Host: acme-app.example.com", "-"),
            (SPOOFED, "Host: example.com", "-"),
            (SPOOFED, "Host: com", "-"),
            (SPOOFED, "Host: acme.app.example.com.evil.example", "-"),
            (SPOOFED, "Host: acme.app.example.comm", "-"),
            (SPOOFED, "Host: acme.app.example.co", "-"),
            (SPOOFED, "Host: acme.app-example.com", "-"),
            (SPOOFED, "Host: app.example.com.acme.example.net", "-"),
            (SPOOFED, "Host: evilexample.org", "-"),
            (SPOOFED, "Host: acme.evil.app.example.com", "!subdomain-too-deep"),
            (SPOOFED, "Host: www.acme.app.example.com", "!subdomain-too-deep"),
            (SPOOFED, "Host: acme.www.app.example.com", "!subdomain-too-deep"),
            (SPOOFED, &longest_host, "!subdomain-too-deep"),
            (SPOOFED, "Host: ab.app.example.com", "!subdomain-malformed"),
            (SPOOFED, "Host: 1acme.app.example.com", "!subdomain-malformed"),
            (SPOOFED, "Host: acme_corp.app.example.com", "!subdomain-malformed"),
            (SPOOFED, "Host: xn--a.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: xn--.app.example.com", "!host-malformed"),
            (SPOOFED, "", "!host-missing"),
            (SPOOFED, "X-Forwarded-Host: acme.app.example.com", "!host-missing"),
            (SPOOFED, "Host: acme.app.example.com\nHost: globex.app.example.com", "!host-repeated"),
            (SPOOFED, "Host: acme.app.example.com\nHost: acme.app.example.com", "!host-repeated"),
            (SPOOFED, "Host: acme.app.example.com\nhost: ", "!host-repeated"),
            (
                SPOOFED,
                ":authority acme.app.example.com\nHost: acme.app.example.com\nHost: globex.app.example.com",
                "!host-repeated",
            ),
            (SPOOFED, ":authority acme.app.example.com\nHost: globex.app.example.com", "!host-conflict"),
            (SPOOFED, ":authority acme.app.example.com\nHost: 127.0.0.1", "!host-conflict"),
            (SPOOFED, ":authority acme.app.example.com:80\nHost: acme.app.example.com:81", "!host-conflict"),
            (SPOOFED, ":authority acme.app.example.com:8080\nHost: acme.app.example.com", "!host-conflict"),
            (
                SPOOFED,
                ":tls\n:authority acme.app.example.com:80\nHost: acme.app.example.com",
                "!host-conflict",
            ),
            (SPOOFED, ":authority acme.app.example.com\nHost: ", "!host-malformed"),
            (SPOOFED, ":authority user@acme.app.example.com", "!host-userinfo"),
            (SPOOFED, "Host: user@acme.app.example.com", "!host-userinfo"),
            (SPOOFED, "Host: user:password@acme.app.example.com", "!host-userinfo"),
            (SPOOFED, "Host: acme.app.example.com@evil.example", "!host-userinfo"),
            (SPOOFED, "Host: @acme.app.example.com", "!host-userinfo"),
            (SPOOFED, "Host: acme.app.example.com:", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:0", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:080", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:65536", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:+80", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:-1", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:http", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:80:evil", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:80:80", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:80 ", "acme"),
            (SPOOFED, "Host: acme.app.example.com: 80", "!host-port"),
            (SPOOFED, "Host: acme.app.example.com:99999999999999999999", "!host-port"),
            (SPOOFED, "Host: ::1", "!host-port"),
            (SPOOFED, "Host: [::1]:", "!host-port"),
            (SPOOFED, "Host: [::1]80", "!host-malformed"),
            (SPOOFED, "Host: [::1", "!host-malformed"),
            (SPOOFED, "Host: []", "!host-malformed"),
            (SPOOFED, "Host: [acme.app.example.com]", "!host-malformed"),
            (SPOOFED, "Host: [fe80::1%25eth0]", "!host-malformed"),
            (SPOOFED, "Host: [v1.x]", "!host-malformed"),
            (SPOOFED, "Host: ", "!host-malformed"),
            (SPOOFED, "Host: .", "!host-malformed"),
            (SPOOFED, "Host: :80", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com..", "!host-malformed"),
            (SPOOFED, "Host: .app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme..app.example.com", "!host-malformed"),
            (SPOOFED, "Host: -acme.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme-.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com,globex.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com globex.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com/x", "!host-malformed"),
            (SPOOFED, "Host: evil.example/acme.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: evil.example#.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: evil.example?.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: evil.example\\.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: %61cme.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme%2eapp.example.com", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com\0", "!host-malformed"),
            (SPOOFED, "Host: acme\0.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: *.app.example.com", "!host-malformed"),
            (SPOOFED, "Host: http://acme.app.example.com", "!host-port"),
            (SPOOFED, "Host: 1.2.3", "!host-malformed"),
            (SPOOFED, "Host: 0x7f.1", "!host-malformed"),
            (SPOOFED, "Host: 2130706433", "!host-malformed"),
            (SPOOFED, "Host: acme.app.example.com.1", "!host-malformed"),
            (SPOOFED, "Host: münchen.app.example.com", "!host-not-ascii"),
            (SPOOFED, "Host: acme.münchen.example", "!host-not-ascii"),
            (SPOOFED, "Host: acme。app.example.com", "!host-not-ascii"),
            (SPOOFED, "Host: ａcme.app.example.com", "!host-not-ascii"),
            (SPOOFED, "Host: acme.app.example.com\u{200b}", "!host-not-ascii"),
            (SPOOFED, "Host: ÿ.app.example.com", "!host-not-ascii"),
            (SPOOFED, &long_label, "!host-malformed"),
            (SPOOFED, &long_host, "!host-too-long"),
            (SPOOFED, &huge, "!host-too-long"),
        ],
    );
}

#[test]
fn labels_are_reserved_by_the_application() {
    let labels = SubdomainResolver::RESERVED.into_iter().chain(["shop"]);
    let resolver = SubdomainResolver::new("app.example.com").reserved(labels);
    assert_eq!(answer(&resolver, "Host: shop.app.example.com"), "-");
    assert_eq!(answer(&resolver, "Host: www.app.example.com"), "-");
    let resolver = SubdomainResolver::new("app.example.com").reserved(["shop"]);
    assert_eq!(answer(&resolver, "Host: www.app.example.com"), "www");
    assert_eq!(answer(&resolver, "Host: shop.app.example.com"), "-");
}

/// Of two bases of which one is under the other.
#[test]
fn bases_may_be_nested() {
    for resolver in [
        SubdomainResolver::new("example.com").base("eu.example.com"),
        SubdomainResolver::new("eu.example.com").base("example.com"),
    ] {
        assert_eq!(answer(&resolver, "Host: acme.example.com"), "acme");
        assert_eq!(answer(&resolver, "Host: acme.eu.example.com"), "acme");
        assert_eq!(answer(&resolver, "Host: eu.example.com"), "-");
        assert_eq!(answer(&resolver, "Host: acme.us.example.com"), "!subdomain-too-deep");
    }
}

#[test]
fn localhost_is_a_base_for_development() {
    let resolver = SubdomainResolver::new("localhost");
    assert_eq!(resolver.problems(), [""; 0]);
    assert_eq!(answer(&resolver, "Host: acme.localhost:8080"), "acme");
    assert_eq!(answer(&resolver, "Host: localhost:8080"), "-");
    assert_eq!(answer(&resolver, "Host: acmelocalhost"), "-");
}
