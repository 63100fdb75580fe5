//! The tenant in a cookie.

use super::*;
use crate::resolve::CookieResolver;

#[test]
fn by_cookie() {
    let longest = format!("Cookie: tenant={}", "z".repeat(63));
    let too_long = format!("Cookie: tenant={}", "z".repeat(64));
    let huge = format!("Cookie: tenant={}", "acme".repeat(1 << 16));
    let behind_many = format!("Cookie: {}tenant=acme", "a=b; ".repeat(10_000));
    let many = format!("Cookie: {}", "tenant=acme; ".repeat(1000));
    check(
        &CookieResolver::new("tenant"),
        60,
        &[
            (PLAIN, "Cookie: tenant=acme", "acme"),
            (PLAIN, "cookie: tenant=acme", "acme"),
            (PLAIN, "Cookie: session=x; tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant=acme; session=x", "acme"),
            (PLAIN, "Cookie: a=b; tenant=acme; c=d", "acme"),
            (PLAIN, "Cookie: a=b;tenant=acme;c=d", "acme"),
            (PLAIN, "Cookie: a=b;   tenant=acme   ; c=d", "acme"),
            (PLAIN, "Cookie: a=b;\ttenant=acme\t", "acme"),
            (PLAIN, "Cookie: ;; ;tenant=acme;;", "acme"),
            (PLAIN, "Cookie:    tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant=acme;", "acme"),
            (PLAIN, "Cookie: a=b\nCookie: tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant=acme\nCookie: a=b", "acme"),
            (PLAIN, "Cookie: a\nCookie: b\nCookie: tenant=acme\nCookie: c", "acme"),
            (PLAIN, "Cookie: Tenant=globex; tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant2=globex; tenant=acme", "acme"),
            (PLAIN, "Cookie: xtenant=globex; tenant=acme", "acme"),
            (PLAIN, "Cookie: %74enant=globex; tenant=acme", "acme"),
            (PLAIN, "Cookie: a=ÿ; tenant=acme", "acme"),
            (PLAIN, "Cookie: ÿ=ÿ\nCookie: tenant=acme", "acme"),
            (PLAIN, "Cookie: a==; tenant=acme", "acme"),
            (PLAIN, &longest, &"z".repeat(63)),
            (PLAIN, &behind_many, "acme"),
            (PLAIN, "", "-"),
            (PLAIN, "Cookie: ", "-"),
            (PLAIN, "Cookie: ;", "-"),
            (PLAIN, "Cookie: =", "-"),
            (PLAIN, "Cookie: =acme", "-"),
            (PLAIN, "Cookie: acme", "-"),
            (PLAIN, "Cookie: session=x", "-"),
            (PLAIN, "Cookie: Tenant=acme", "-"),
            (PLAIN, "Cookie: TENANT=acme", "-"),
            (PLAIN, "Cookie: tenants=acme", "-"),
            (PLAIN, "Cookie: my-tenant=acme", "-"),
            (PLAIN, "Cookie: session=tenant=acme", "-"),
            (PLAIN, "Cookie: session=x, tenant=acme", "-"),
            (PLAIN, "Cookie: %74enant=acme", "-"),
            (PLAIN, "Set-Cookie: tenant=acme", "-"),
            (PLAIN, "Cookie2: tenant=acme", "-"),
            (PLAIN, "X-Tenant-ID: acme", "-"),
            (PLAIN, "/?tenant=acme", "-"),
            (SPOOFED, "Cookie: tenant=acme; tenant=globex", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme; tenant=acme", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme; a=b; tenant=globex", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme\nCookie: tenant=globex", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme\nCookie: tenant=acme", "!cookie-repeated"),
            (SPOOFED, "Cookie: a=b; tenant=acme\nCookie: c=d; tenant=globex", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme; tenant=", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme; tenant", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=acme; tenant =globex", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant\t=globex; tenant=acme", "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=ÿ; tenant=acme", "!cookie-repeated"),
            (SPOOFED, &many, "!cookie-repeated"),
            (SPOOFED, "Cookie: tenant=", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant", "!cookie-malformed"),
            (SPOOFED, "Cookie: a=b; tenant; c=d", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant =acme", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant= acme", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=\"acme\"", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme,globex", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme, tenant=globex", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme=globex", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant==acme", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=ACME", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=ab", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme.", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme\0", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme\r", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=%61cme", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme%00", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=ÿ", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=münchen", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme globex", "!cookie-malformed"),
            (SPOOFED, &too_long, "!cookie-malformed"),
            (SPOOFED, &huge, "!cookie-malformed"),
        ],
    );
}

/// A browser takes `__Host-` cookies from the host itself alone.
#[test]
fn by_a_cookie_of_the_host_alone() {
    let resolver = CookieResolver::new("__Host-tenant");
    assert_eq!(answer(&resolver, "Cookie: tenant=globex; __Host-tenant=acme"), "acme");
    assert_eq!(answer(&resolver, "Cookie: __host-tenant=acme"), "-");
}
