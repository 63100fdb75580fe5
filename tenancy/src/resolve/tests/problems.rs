//! What an application does not start with.

use super::*;
use crate::resolve::{
    ChainResolver, CookieResolver, DomainResolver, HeaderResolver, PathResolver, QueryResolver,
    SubdomainResolver, TrustedProxies, resolve_with,
};

#[track_caller]
fn assert_says(resolver: &dyn TenantResolver, part: &str) {
    let problems = resolver.problems();
    assert!(matches!(problems.as_slice(), [problem] if problem.contains(part)), "{part}: {problems:?}");
}

#[test]
fn each_problem_is_named() {
    for name in ["", "X Tenant", "X-Tenant:", "x\n", "ü"] {
        assert_says(&HeaderResolver::new(name), "is no name of a header");
    }
    for name in ["", "a b", "a=b", "a;b", "ü"] {
        assert_says(&CookieResolver::new(name), "is no name of a cookie");
    }
    for name in ["", "a b", "a=b", "a&b", "a%20b", "a+b", "ü"] {
        assert_says(&QueryResolver::new(name), "is no name of a parameter");
    }
    for prefix in ["//", "//tenants", "/a//b", "/a/../b", "/.", "/a b", "/%61", "/ü", "/a?b", "/a\\b", "/a;b"]
    {
        assert_says(&PathResolver::new(prefix), "is no prefix of a path");
    }
    for base in
        ["", ".", "com", "app.example.com:80", "10.0.0.1", "https://example.com", "*.example.com", "a b.c"]
    {
        assert_says(&SubdomainResolver::new(base), "a base for subdomains: ");
        assert_says(&DomainResolver::new().except(base), "a domain of the application's: ");
    }
    for label in ["", "WWW", "a.b", "ü"] {
        assert_says(&SubdomainResolver::new("example.com").reserved([label]), "the reserved label `");
    }
    for (network, part) in [
        ("", "write it like `10.0.0.0/8`"),
        ("10.0.0.0/33", "write it like `10.0.0.0/8`"),
        ("10.0.0/8", "write it like `10.0.0.0/8`"),
        ("proxy.internal", "write it like `10.0.0.0/8`"),
        ("10.0.0.1/8", "write `10.0.0.0/8`"),
        ("fd00::1/8", "write `fd00::/8`"),
        ("0.0.0.0/0", "it is everybody"),
        ("::/0", "it is everybody"),
        ("::ffff:10.0.0.0/104", "write it as one of IPv4"),
    ] {
        for proxies in [TrustedProxies::x_forwarded([network]), TrustedProxies::forwarded([network])] {
            assert_says(&SubdomainResolver::new("example.com").behind(proxies.clone()), part);
            assert_says(&DomainResolver::new().behind(proxies), part);
        }
    }
    let nowhere: [&str; 0] = [];
    let proxies = TrustedProxies::forwarded(nowhere);
    assert_says(&SubdomainResolver::new("example.com").behind(proxies), "there is no network of proxies");
    assert_says(&ChainResolver::new(), "a chain without a resolver");
}

#[test]
fn all_problems_are_told_at_once() {
    let chain = ChainResolver::new()
        .then(HeaderResolver::new("a b"))
        .then(
            SubdomainResolver::new("com")
                .base("net")
                .reserved(["WWW"])
                .behind(TrustedProxies::forwarded(["a", "b"])),
        )
        .then(resolve_with(|_| Resolution::Nothing))
        .then(ChainResolver::new().then(PathResolver::new("/a b")));
    assert_eq!(chain.problems().len(), 7, "{:#?}", chain.problems());
}
