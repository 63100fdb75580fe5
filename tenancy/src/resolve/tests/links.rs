//! Links, and that whoever follows one comes to the tenant and the path it is to.

use super::*;
use crate::resolve::{
    ChainResolver, CookieResolver, DomainResolver, HeaderResolver, Link, PathResolver, QueryResolver,
    SubdomainResolver, TrustedProxies, resolve_with,
};
use crate::tenant::Slug;

/// A link to acme's path in an answer to the request; `back` where that is acme's.
fn link(resolver: &dyn TenantResolver, request: &str, path: &str, back: bool) -> String {
    let request = Written::new(request);
    let (head, acme) = (request.head(), Slug::try_from("acme").unwrap());
    let globex = Slug::try_from("globex").unwrap();
    let link = Link::new(&head, &acme, path).from_tenant(if back { &acme } else { &globex });
    resolver.link_to(&link).unwrap_or_else(|| "-".to_owned())
}

#[test]
fn by_what_stands_in_no_link() {
    let header = HeaderResolver::default();
    assert_eq!(link(&header, "X-Tenant-ID: acme", "/x", true), "/x");
    assert_eq!(link(&header, "X-Tenant-ID: globex", "/x", false), "-");
    assert_eq!(link(&header, "", "/x", true), "-");
    let cookie = CookieResolver::new("tenant");
    assert_eq!(link(&cookie, "Cookie: tenant=acme", "/x", true), "/x");
    assert_eq!(link(&cookie, "Cookie: tenant=globex", "/x", false), "-");
    assert_eq!(link(&cookie, "Cookie: a=b", "/x", true), "-");
    let domain = DomainResolver::new().except("app.example.com");
    assert_eq!(link(&domain, "Host: acme.com", "/x", true), "/x");
    assert_eq!(link(&domain, "Host: globex.com", "/x", false), "-");
    assert_eq!(link(&domain, "Host: app.example.com", "/x", true), "-");
    assert_eq!(link(&resolve_with(|_| Resolution::Nothing), "", "/x", true), "-");
}

#[cfg(feature = "jwt")]
#[test]
fn by_a_token() {
    use crate::resolve::{JwtAlgorithm, JwtKey, JwtResolver};

    let jwt = || JwtResolver::new(JwtKey::secret_bytes([JwtAlgorithm::HS256], vec![7; 32]));
    assert_eq!(link(&jwt(), "Authorization: Bearer a.b.c", "/x", true), "/x");
    assert_eq!(link(&jwt(), "Authorization: Bearer a.b.c", "/x", false), "-");
    assert_eq!(link(&jwt(), "Authorization: Basic YTpi", "/x", true), "-");
    assert_eq!(link(&jwt(), "", "/x", true), "-");
    let chain = ChainResolver::new().then(jwt()).then(PathResolver::new("/tenants"));
    assert_eq!(link(&chain, "Authorization: Bearer a.b.c", "/x", true), "/x");
    assert_eq!(link(&chain, "/tenants/acme/y", "/x", true), "/tenants/acme/x");
}

#[test]
fn by_path() {
    let path = PathResolver::new("/tenants");
    assert_eq!(link(&path, "/tenants/globex/y", "/x?a=b#c", false), "/tenants/acme/x?a=b#c");
    assert_eq!(link(&path, "/", "", false), "/tenants/acme/");
    assert_eq!(link(&path, "/", "//evil.example", false), "/tenants/acme/evil.example");
    assert_eq!(link(&PathResolver::new("/"), "/", "/x", false), "/acme/x");
}

/// A path that somebody else has chosen leads to no other tenant.
#[test]
fn by_path_no_step_leads_to_another_tenant() {
    let path = PathResolver::new("/tenants");
    for given in [
        "/../globex/x",
        "/x/../../globex/x",
        "/%2e%2e/globex/x",
        "/..\\globex/x",
        "/.\t./globex/x",
        "/x/..//y",
    ] {
        let made = link(&path, "/tenants/acme/y", given, true);
        let url = url::Url::parse("http://h/").unwrap().join(&made).unwrap();
        assert!(url.path().starts_with("/tenants/acme/"), "{given:?}: {url}");
        assert_eq!(url.host_str(), Some("h"), "{given:?}: {url}");
    }
}

/// A scope's own path is in front of the tenant's; outside of it nobody is named.
#[test]
fn by_path_in_a_scope() {
    let (path, request) = (PathResolver::new("/tenants"), Written::new("/api/x"));
    let acme = Slug::try_from("acme").unwrap();
    let head = request.head().with_scope("/api");
    let link = |to| path.link_to(&Link::new(&head, &acme, to));
    for (to, made) in [
        ("/api/x?a=b", Some("/api/tenants/acme/x?a=b")),
        ("/api", Some("/api/tenants/acme/")),
        ("/api?a", Some("/api/tenants/acme/?a")),
        ("/apix", None),
        ("/x", None),
    ] {
        assert_eq!(link(to).as_deref(), made, "{to}");
    }
}

/// A label that names nobody makes no link, and does not hide the next of a chain.
#[test]
fn by_a_label_that_names_nobody() {
    let reserved = || SubdomainResolver::new("app.example.com").reserved(["acme"]);
    assert_eq!(link(&reserved(), "Host: app.example.com", "/x", false), "-");
    let chain = ChainResolver::new().then(reserved()).then(PathResolver::new("/tenants"));
    assert_eq!(link(&chain, "Host: app.example.com", "/x", false), "/tenants/acme/x");
    let nested = SubdomainResolver::new("example.com").base("acme.example.com");
    assert_eq!(link(&nested, "Host: example.com", "/x", false), "-");
}

#[test]
fn by_query() {
    let query = QueryResolver::new("tenant");
    for (path, expected) in [
        ("/x", "/x?tenant=acme"),
        ("/x?", "/x?tenant=acme"),
        ("/x?a=b", "/x?a=b&tenant=acme"),
        ("/x?a=b&&c", "/x?a=b&c&tenant=acme"),
        ("/x?tenant=globex", "/x?tenant=acme"),
        ("/x?a=b&%74enant=globex&c=d&tenant", "/x?a=b&c=d&tenant=acme"),
        ("/x#f", "/x?tenant=acme#f"),
        ("/x?a=%26#f?tenant=y", "/x?a=%26&tenant=acme#f?tenant=y"),
    ] {
        assert_eq!(link(&query, "/?tenant=globex", path, false), expected, "{path}");
    }
}

/// A whole URL, over the scheme and on the port that the client sees.
#[test]
fn by_subdomain() {
    let plain = SubdomainResolver::new("app.example.com").base("eu.app.example.com").base("example.org");
    let x_forwarded = plain.clone().behind(TrustedProxies::x_forwarded(["10.0.0.0/8"]));
    let forwarded = plain.clone().behind(TrustedProxies::forwarded(["10.0.0.0/8"]));
    for (request, expected) in [
        ("Host: globex.app.example.com", "http://acme.app.example.com/x"),
        ("Host: globex.app.example.com\n:tls", "https://acme.app.example.com/x"),
        ("Host: globex.app.example.com:8080", "http://acme.app.example.com:8080/x"),
        ("Host: globex.app.example.com:80", "http://acme.app.example.com/x"),
        ("Host: globex.app.example.com:443\n:tls", "https://acme.app.example.com/x"),
        ("Host: globex.app.example.com:443", "http://acme.app.example.com:443/x"),
        ("Host: globex.app.example.com:80\n:tls", "https://acme.app.example.com:80/x"),
        (":authority GLOBEX.example.org.:8443\n:tls", "https://acme.example.org:8443/x"),
        ("Host: example.org", "http://acme.example.org/x"),
        ("Host: globex.eu.app.example.com", "http://acme.eu.app.example.com/x"),
        ("Host: evilexample.org", "http://acme.app.example.com/x"),
        ("Host: globex.com", "http://acme.app.example.com/x"),
        ("Host: 127.0.0.1:8080", "http://acme.app.example.com:8080/x"),
        ("Host: ÿ", "http://acme.app.example.com/x"),
        ("", "http://acme.app.example.com/x"),
        // Nobody's word counts who is no proxy.
        (
            "Host: a.example.org\nX-Forwarded-Proto: https\nForwarded: proto=https",
            "http://acme.example.org/x",
        ),
    ] {
        for resolver in [&plain, &x_forwarded, &forwarded] {
            assert_eq!(link(resolver, request, "/x", false), expected, "{request}");
        }
    }
    for (request, expected) in [
        ("X-Forwarded-Host: globex.example.org\nX-Forwarded-Proto: https", "https://acme.example.org/x"),
        ("X-Forwarded-Host: a.example.org:444\nX-Forwarded-Proto: HTTPS", "https://acme.example.org:444/x"),
        ("X-Forwarded-Host: a.example.org:8080", "http://acme.example.org:8080/x"),
        ("Host: a.example.org:8080\nX-Forwarded-Proto: https", "https://acme.example.org:8080/x"),
        (":tls\nHost: a.example.org\nX-Forwarded-Proto: http", "http://acme.example.org/x"),
        // What is not clear is as if it were not there.
        ("Host: a.example.org\nX-Forwarded-Proto: https, http", "http://acme.example.org/x"),
        (
            "Host: a.example.org\nX-Forwarded-Proto: https\nX-Forwarded-Proto: https",
            "http://acme.example.org/x",
        ),
        ("Host: a.example.org\nX-Forwarded-Proto: javascript", "http://acme.example.org/x"),
        ("Host: a.example.org\nForwarded: proto=https", "http://acme.example.org/x"),
    ] {
        assert_eq!(
            link(&x_forwarded, &format!(":peer 10.0.0.1\n{request}"), "/x", false),
            expected,
            "{request}"
        );
    }
    for (request, expected) in [
        ("Forwarded: host=globex.example.org;proto=https", "https://acme.example.org/x"),
        ("Forwarded: proto=\"https\";host=\"a.example.org:444\"", "https://acme.example.org:444/x"),
        ("Host: a.example.org\nForwarded: proto=https", "https://acme.example.org/x"),
        // And where the host is not clear either, which no resolver lets through, it is the first base's.
        ("Host: a.example.org\nForwarded: proto=https, proto=https", "http://acme.app.example.com/x"),
        ("Host: a.example.org\nX-Forwarded-Proto: https", "http://acme.example.org/x"),
    ] {
        assert_eq!(
            link(&forwarded, &format!(":peer 10.0.0.1\n{request}"), "/x", false),
            expected,
            "{request}"
        );
    }
}

/// By the resolver that finds the tenant when the link is followed.
#[test]
fn by_a_chain() {
    let header_then_path =
        || ChainResolver::new().then(HeaderResolver::default()).then(PathResolver::new("/tenants"));
    assert_eq!(link(&header_then_path(), "X-Tenant-ID: acme", "/x", true), "/x");
    assert_eq!(link(&header_then_path(), "/tenants/acme/y", "/x", true), "/tenants/acme/x");
    assert_eq!(link(&header_then_path(), "/tenants/globex/y", "/x", false), "/tenants/acme/x");
    assert_eq!(
        link(&header_then_path().consistent(), "X-Tenant-ID: acme", "/x", true),
        "/tenants/acme/x",
        "with the header both say acme"
    );

    let hosts = ChainResolver::new()
        .then(SubdomainResolver::new("app.example.com"))
        .then(DomainResolver::new().except("app.example.com"));
    assert_eq!(link(&hosts, "Host: globex.app.example.com", "/x", false), "http://acme.app.example.com/x");
    let hosts = ChainResolver::new()
        .then(DomainResolver::new().except("app.example.com"))
        .then(SubdomainResolver::new("app.example.com"));
    assert_eq!(link(&hosts, "Host: acme.com", "/x", true), "/x");
    assert_eq!(link(&hosts, "Host: globex.com", "/x", false), "http://acme.app.example.com/x");

    let path_then_host = ChainResolver::new()
        .then(PathResolver::new("/tenants"))
        .then(SubdomainResolver::new("app.example.com"));
    assert_eq!(link(&path_then_host, "Host: globex.app.example.com", "/x", false), "/tenants/acme/x");

    let everywhere = ChainResolver::new()
        .then(SubdomainResolver::new("app.example.com"))
        .then(HeaderResolver::default())
        .then(QueryResolver::new("tenant"))
        .then(PathResolver::new("/tenants"))
        .consistent();
    assert_eq!(
        link(&everywhere, "Host: globex.app.example.com", "/x?a=b", false),
        "http://acme.app.example.com/tenants/acme/x?a=b&tenant=acme"
    );
    let nowhere = ChainResolver::new().then(HeaderResolver::default()).consistent();
    assert_eq!(link(&nowhere, "", "/x", false), "-");
}

/// The link is followed by a browser, which sends nothing but its cookies.
#[test]
fn a_link_leads_to_its_tenant() {
    let resolvers: [(&dyn TenantResolver, &str); 8] = [
        (&PathResolver::new("/tenants"), "acme /x"),
        (&PathResolver::new("/"), "acme /x"),
        (&QueryResolver::new("tenant"), "acme"),
        (&SubdomainResolver::new("app.example.com"), "acme"),
        (
            &ChainResolver::new().then(HeaderResolver::default()).then(PathResolver::new("/tenants")),
            "acme /x",
        ),
        (
            &ChainResolver::new()
                .then(SubdomainResolver::new("app.example.com"))
                .then(PathResolver::new("/tenants")),
            "acme",
        ),
        (
            &ChainResolver::new()
                .then(SubdomainResolver::new("app.example.com"))
                .then(PathResolver::new("/tenants"))
                .then(QueryResolver::new("tenant"))
                .consistent(),
            "acme /x",
        ),
        (
            &ChainResolver::new().then(PathResolver::new("/tenants")).then(CookieResolver::new("tenant")),
            "acme /x",
        ),
    ];
    for (resolver, expected) in resolvers {
        for host in ["app.example.com", "globex.app.example.com", "globex.com"] {
            let link = link(resolver, &format!("Host: {host}\n/tenants/globex/y"), "/x?a=b", false);
            let (host, target) = match link.strip_prefix("http://") {
                Some(rest) => rest.split_at(rest.find('/').unwrap()),
                None => (host, &*link),
            };
            let followed = format!("Host: {host}\nCookie: tenant=globex\n{target}");
            assert_eq!(answer(resolver, &followed), expected, "{resolver:?} {link}");
        }
    }
}
