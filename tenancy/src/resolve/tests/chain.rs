//! Several resolvers as one.

use super::*;
use crate::resolve::{
    ChainResolver, CookieResolver, DomainResolver, HeaderResolver, PathResolver, QueryResolver,
    SubdomainResolver, resolve_with,
};
use crate::tenant::Slug;

/// One of each kind.
fn chain() -> ChainResolver {
    ChainResolver::new()
        .then(HeaderResolver::default())
        .then(SubdomainResolver::new("app.example.com"))
        .then(DomainResolver::new().except("example.com"))
        .then(PathResolver::new("/tenants"))
        .then(QueryResolver::new("tenant"))
        .then(CookieResolver::new("tenant"))
}

/// Every request here came to the application's own host unless it says another.
fn at_own_host<'a>(rows: &[(u8, &'a str, &'a str)]) -> Vec<(u8, String, &'a str)> {
    let request = |request: &str| match request.contains("Host:") {
        true => request.to_owned(),
        false => format!("Host: app.example.com\n{request}"),
    };
    rows.iter().map(|(threat, text, expected)| (*threat, request(text), *expected)).collect()
}

#[track_caller]
fn check_chain(resolver: &ChainResolver, rows: &[(u8, &str, &str)]) {
    let rows = at_own_host(rows);
    let rows: Vec<Row<'_>> =
        rows.iter().map(|(threat, request, expected)| (*threat, &**request, *expected)).collect();
    check(resolver, 60, &rows);
}

#[test]
fn the_first_that_answers_has_answered() {
    check_chain(
        &chain(),
        &[
            (PLAIN, "", "-"),
            (PLAIN, "/orders?a=b\nCookie: a=b", "-"),
            (PLAIN, "Host: www.app.example.com", "-"),
            (PLAIN, "Host: 127.0.0.1:8080", "-"),
            (PLAIN, "Host: localhost", "-"),
            (PLAIN, "X-Tenant-ID: acme", "acme"),
            (PLAIN, "Host: acme.app.example.com", "acme"),
            (PLAIN, "Host: acme.com", "@acme.com"),
            (PLAIN, "/tenants/acme/x", "acme /x"),
            (PLAIN, "/?tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant=acme", "acme"),
            (PLAIN, "Host: www.app.example.com\nX-Tenant-ID: acme", "acme"),
            (PLAIN, "Host: www.app.example.com\n/tenants/acme", "acme /"),
            (PLAIN, "Host: 127.0.0.1\n/tenants/acme", "acme /"),
            (PLAIN, "Host: [::1]:8080\n/?tenant=acme", "acme"),
            (PLAIN, "Host: localhost\nCookie: tenant=acme", "acme"),
            (PLAIN, "Host: example.com\nCookie: tenant=acme", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: globex.app.example.com", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: globex.com", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/globex/x", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=globex", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\nCookie: tenant=globex", "acme"),
            (SPOOFED, "Host: acme.app.example.com\n/tenants/globex/x", "acme"),
            (SPOOFED, "Host: acme.app.example.com\n/?tenant=globex", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nCookie: tenant=globex", "acme"),
            (SPOOFED, "Host: acme.com\n/tenants/globex/x", "@acme.com"),
            (SPOOFED, "Host: acme.com\n/?tenant=globex", "@acme.com"),
            (SPOOFED, "Host: acme.com\nCookie: tenant=globex", "@acme.com"),
            (SPOOFED, "/tenants/acme/x?tenant=globex", "acme /x"),
            (SPOOFED, "/tenants/acme/x\nCookie: tenant=globex", "acme /x"),
            (SPOOFED, "/?tenant=acme\nCookie: tenant=globex", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: ÿ", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/ACME", "acme"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=a&tenant=b", "acme"),
            (SPOOFED, "Host: acme.app.example.com\n/tenants/..", "acme"),
            (SPOOFED, "Host: acme.app.example.com\nCookie: tenant=", "acme"),
            (SPOOFED, "X-Tenant-ID: ACME", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ACME\nHost: acme.app.example.com", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: \nHost: acme.app.example.com", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: ACME\n/tenants/acme/x", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\nX-Tenant-ID: acme\n/tenants/acme/x", "!header-repeated"),
            (SPOOFED, "X-Tenant-ID: a,b\nCookie: tenant=acme", "!header-malformed"),
            (SPOOFED, "Host: a.b.app.example.com\n/tenants/acme/x", "!subdomain-too-deep"),
            (SPOOFED, "Host: ab.app.example.com\n/tenants/acme/x", "!subdomain-malformed"),
            (SPOOFED, "Host: ÿ\n/tenants/acme/x", "!host-not-ascii"),
            (SPOOFED, "Host: a\nHost: b\n/tenants/acme/x", "!host-repeated"),
            (SPOOFED, "Host: x@acme.com\nCookie: tenant=acme", "!host-userinfo"),
            (SPOOFED, "Host: xn--a.com\nCookie: tenant=acme", "!host-malformed"),
            (SPOOFED, "Host: acme.com:80:evil\n/?tenant=acme", "!host-port"),
            (TRICKED, "/tenants/ACME?tenant=acme", "!path-malformed"),
            (TRICKED, "/tenants/acme/../x?tenant=acme", "!path-dot-segment"),
            (TRICKED, "/tenants/acme//x?tenant=acme", "!path-empty-segment"),
            (TRICKED, "/tenants/acme/x\\y\nCookie: tenant=acme", "!path-backslash"),
            (TRICKED, "/tenants/acme/%00\nCookie: tenant=acme", "!path-nul"),
            (TRICKED, "/%74enants/globex?tenant=acme", "!path-disguised"),
            (TRICKED, "//tenants/globex\nCookie: tenant=acme", "!path-disguised"),
            (SPOOFED, "/?tenant=\nCookie: tenant=acme", "!query-malformed"),
            (SPOOFED, "/?tenant=a&tenant=b\nCookie: tenant=acme", "!query-repeated"),
            (SPOOFED, "Cookie: tenant=", "!cookie-malformed"),
            (SPOOFED, "Cookie: tenant=acme; tenant=globex", "!cookie-repeated"),
        ],
    );
}

#[test]
fn all_have_to_agree() {
    check_chain(
        &chain().consistent(),
        &[
            (PLAIN, "", "-"),
            (PLAIN, "Host: www.app.example.com\n/orders", "-"),
            (PLAIN, "Host: [::1]\n/orders?a=b\nCookie: a=b", "-"),
            (PLAIN, "X-Tenant-ID: acme", "acme"),
            (PLAIN, "Host: acme.app.example.com", "acme"),
            (PLAIN, "Host: acme.com", "@acme.com"),
            (PLAIN, "/tenants/acme/x", "acme /x"),
            (PLAIN, "/?tenant=acme", "acme"),
            (PLAIN, "Cookie: tenant=acme", "acme"),
            (PLAIN, "X-Tenant-ID: acme\nHost: acme.app.example.com", "acme"),
            (PLAIN, "X-Tenant-ID: acme\n/tenants/acme/x", "acme /x"),
            (PLAIN, "X-Tenant-ID: acme\n/tenants/acme/x?tenant=acme\nCookie: tenant=acme", "acme /x"),
            (PLAIN, "Host: acme.app.example.com\n/tenants/acme/x?tenant=acme", "acme /x"),
            (PLAIN, "Host: acme.app.example.com\nCookie: tenant=acme", "acme"),
            (PLAIN, "/?tenant=acme\nCookie: tenant=acme", "acme"),
            (PLAIN, "X-Tenant-ID: acme\nHost: acme.com", "acme+@acme.com"),
            (PLAIN, "Host: acme.com\n/tenants/acme/x", "@acme.com+acme /x"),
            (PLAIN, "Host: acme.com\nCookie: tenant=acme", "@acme.com+acme"),
            (PLAIN, "Host: acme.com\n/?tenant=acme\nX-Tenant-ID: acme", "acme+@acme.com"),
            (PLAIN, "Host: acme.com\n/tenants/acme?tenant=acme", "@acme.com+acme+acme /"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: globex.app.example.com", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/globex/x", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=globex", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "Host: acme.app.example.com\nX-Tenant-ID: globex", "!conflict"),
            (SPOOFED, "Host: acme.app.example.com\n/tenants/globex/x", "!conflict"),
            (SPOOFED, "Host: acme.app.example.com\n/?tenant=globex", "!conflict"),
            (SPOOFED, "Host: acme.app.example.com\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "/tenants/acme/x?tenant=globex", "!conflict"),
            (SPOOFED, "/tenants/acme/x\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "/?tenant=acme\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "Host: acme.com\nX-Tenant-ID: acme\n/tenants/globex", "!conflict"),
            (SPOOFED, "Host: acme.com\n/tenants/acme?tenant=globex", "!conflict"),
            (SPOOFED, "Host: acme.com\n/?tenant=acme\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/acme?tenant=acme\nCookie: tenant=globex", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/acme?tenant=globex\nCookie: tenant=acme", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\n/tenants/acme-2", "!conflict"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: ÿ", "!host-not-ascii"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: a\nHost: b", "!host-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: acme.app.example.com:", "!host-port"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: x@acme.com", "!host-userinfo"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: acme..com", "!host-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: a.acme.app.example.com", "!subdomain-too-deep"),
            (SPOOFED, "X-Tenant-ID: acme\nHost: ab.app.example.com", "!subdomain-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=a&tenant=b", "!query-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=acme&tenant=acme", "!query-repeated"),
            (SPOOFED, "X-Tenant-ID: acme\n/?tenant=ACME", "!query-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\nCookie: tenant=", "!cookie-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\nCookie: tenant=acme; tenant=acme", "!cookie-repeated"),
            (SPOOFED, "X-Tenant-ID: ACME\n/tenants/acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: \n/tenants/acme", "!header-malformed"),
            (SPOOFED, "X-Tenant-ID: acme\nX-Tenant-ID: acme\n/tenants/acme", "!header-repeated"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/ACME", "!path-malformed"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/acme/../x", "!path-dot-segment"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/acme//x", "!path-empty-segment"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/acme/%2Fx", "!path-empty-segment"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/acme/%5C", "!path-empty-segment"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants/acme/x%00", "!path-nul"),
            (TRICKED, "X-Tenant-ID: acme\n/%74enants/globex", "!path-disguised"),
            (TRICKED, "X-Tenant-ID: acme\n/tenants%2Fglobex", "!path-disguised"),
        ],
    );
}

#[test]
fn the_source_names_all_that_agree() {
    let source = |chain: ChainResolver, request: &str| {
        let request = Written::new(request);
        match chain.resolve(&request.head()).now_or_never().unwrap() {
            Resolution::Found(found) => found.source().to_owned(),
            other => format!("{other:?}"),
        }
    };
    let request =
        "X-Tenant-ID: acme\nHost: acme.app.example.com\n/tenants/acme?tenant=acme\nCookie: tenant=acme";
    assert_eq!(source(chain(), request), "header");
    assert_eq!(source(chain().consistent(), request), "header+subdomain+path+query+cookie");
    assert_eq!(source(chain().consistent(), "Host: acme.com"), "domain");
}

/// A closure, and a chain inside a chain.
#[test]
fn of_the_applications_own() {
    let by_method = resolve_with(|request| match (request.method(), request.path().strip_prefix("/as/")) {
        ("GET", Some(name)) => match Slug::try_from(name) {
            Ok(identifier) => Resolution::identifier(identifier),
            Err(_) => Resolution::refused("no identifier behind `/as/`"),
        },
        _ => Resolution::Nothing,
    });
    let chain =
        ChainResolver::new().then(ChainResolver::new().then(by_method)).then(HeaderResolver::default());
    assert_eq!(chain.problems(), [""; 0]);
    assert_eq!(answer(&chain, "/as/acme\nX-Tenant-ID: globex"), "acme");
    assert_eq!(answer(&chain, "/as/ACME\nX-Tenant-ID: globex"), "!own");
    assert_eq!(answer(&chain, "/\nX-Tenant-ID: globex"), "globex");
}
