//! The tenant in a header.

use super::*;
use crate::resolve::HeaderResolver;

#[test]
fn by_header() {
    let longest = format!("X-Tenant-ID: {}", "z".repeat(63));
    let too_long = format!("X-Tenant-ID: {}", "z".repeat(64));
    let huge = format!("X-Tenant-ID: {}", "acme".repeat(1 << 16));
    let many = "X-Tenant-ID: acme\n".repeat(1000);
    check(
        &HeaderResolver::default(),
        60,
        &[
            (PLAIN, "X-Tenant-ID: acme", "acme"),
            (PLAIN, "x-tenant-id: acme", "acme"),
            (PLAIN, "X-TENANT-ID: acme", "acme"),
            (PLAIN, "X-Tenant-ID: acme-corp", "acme-corp"),
            (PLAIN, "X-Tenant-ID: a--b", "a--b"),
            (PLAIN, "X-Tenant-ID: a12", "a12"),
            (PLAIN, "X-Tenant-ID: xn--mnchen-3ya", "xn--mnchen-3ya"),
            (PLAIN, &longest, &"z".repeat(63)),
            (PLAIN, "X-Tenant-ID:   acme", "acme"),
            (PLAIN, "X-Tenant-ID: acme   ", "acme"),
            (PLAIN, "X-Tenant-ID: \tacme\t ", "acme"),
            (PLAIN, "X-Tenant-ID: acme\nX-Tenant: globex", "acme"),
            (PLAIN, "X-Tenant-ID: acme\nHost: globex.app.example.com", "acme"),
            (PLAIN, "X-Tenant-ID: acme\n/tenants/globex?tenant=globex", "acme"),
            (PLAIN, "", "-"),
            (PLAIN, "X-Tenant: acme", "-"),
            (PLAIN, "X-Tenant-IDs: acme", "-"),
            (PLAIN, "X-Tenant: id: acme", "-"),
            (PLAIN, "Tenant-ID: acme", "-"),
            (PLAIN, "Cookie: X-Tenant-ID=acme", "-"),
            (PLAIN, "/?X-Tenant-ID=acme", "-"),
            (SPOOFED, "X-Tenant-ID: acme\nX-Tenant-ID: globex", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\nX-Tenant-ID: acme", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\nx-tenant-id: globex", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\nX-Tenant-ID: ", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: \nX-Tenant-ID: ", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\nAccept: a\nX-Tenant-ID: globex", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: ÿ\nX-Tenant-ID: acme", "!header-repeated"),
            (SPOOFED, &many, "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: acme,globex", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme, globex", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme, acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme,", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ,acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme;globex", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme globex", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID:  \t ", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ACME", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: Acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ab", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: 1acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: -acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme-", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme_corp", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme.corp", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme.", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: \"acme\"", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: 'acme'", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\0", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: \0acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\r", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\u{b}", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\u{a0}", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\u{200b}", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: аcme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ａcme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: münchen", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ÿ", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acmeÿ", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ÿÿÿÿ", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: %61cme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme%00", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ../acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme/../globex", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme' OR '1'='1", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: *", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: =?utf-8?q?acme?=", "!header-malformed"),
            (SPOOFED, &too_long, "!header-malformed"),
            (SPOOFED, &huge, "!header-malformed"),
        ],
    );
}

#[test]
fn by_another_header() {
    let resolver = HeaderResolver::new("X-Customer");
    assert_eq!(answer(&resolver, "x-customer: acme"), "acme");
    assert_eq!(answer(&resolver, "X-Tenant-ID: acme"), "-");
}
