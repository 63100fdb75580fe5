//! Resolvers at work in an application.

use tenancy::resolve::{
    ChainResolver, DomainResolver, HeaderResolver, Link, PathResolver, RequestHead, Resolution, ResolveError,
    SubdomainResolver, TrustedProxies, resolve_with,
};
use tenancy::sqlite::Tenancy;
use tenancy::tenant::{Domain, Slug};
use tenancy::{Isolation, TenancyError};
use tenancy_tests::world::sqlite::{World, builder};

/// A world whose tenants are named like this.
async fn world(resolver: impl tenancy::resolve::TenantResolver) -> World {
    let mut world = World::new(Isolation::Database).await;
    world.tenancy = builder(&world.directory, Isolation::Database).resolver(resolver).build().await.unwrap();
    world
}

async fn code(tenancy: &Tenancy, head: &RequestHead<'_>) -> &'static str {
    match tenancy.resolve(head).await {
        Err(TenancyError::Resolve(error)) => error.code(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_chain_leads_to_a_tenant() {
    let chain = ChainResolver::new()
        .then(PathResolver::new("/tenants"))
        .then(SubdomainResolver::new("app.example.com"))
        .consistent();
    let World { tenancy, acme, directory: _directory, .. } = world(chain).await;
    let at = |host| vec![("Host", host)];
    let (own, acmes) = (at("app.example.com"), at("acme.app.example.com"));

    let resolved = tenancy.resolve(&RequestHead::new(&acmes, "/tenants/acme/orders")).await.unwrap();
    assert_eq!(resolved.tenant.id(), acme.id());
    assert_eq!(resolved.remainder.as_deref(), Some("/orders"));
    assert_eq!(resolved.source, "path+subdomain");
    let resolved = tenancy.resolve(&RequestHead::new(&acmes, "/orders")).await.unwrap();
    assert_eq!((resolved.tenant.id(), resolved.remainder), (acme.id(), None));

    assert_eq!(code(&tenancy, &RequestHead::new(&acmes, "/tenants/globex/orders")).await, "conflict");
    assert_eq!(code(&tenancy, &RequestHead::new(&own, "/tenants/initech/orders")).await, "unknown");
    assert_eq!(code(&tenancy, &RequestHead::new(&own, "/orders")).await, "no-tenant");
    assert_eq!(code(&tenancy, &RequestHead::new(&own, "/tenants/acme/../x")).await, "path-dot-segment");

    let head = RequestHead::new(&own, "/tenants/globex/orders");
    let link = Link::new(&head, acme.identifier(), "/orders?page=2");
    assert_eq!(tenancy.link_to(&link), "http://acme.app.example.com/tenants/acme/orders?page=2");
}

/// The call as an application writes it.
#[tokio::test]
async fn a_closure_leads_to_a_tenant() {
    let resolver = resolve_with(|request| match request.path().split('/').nth(1) {
        Some("status") | None => Resolution::Nothing,
        Some(name) => Slug::try_from(name)
            .map_or_else(|_| Resolution::refused("the path holds no identifier"), Resolution::identifier),
    });
    let World { tenancy, globex, directory: _directory, .. } = world(resolver).await;
    let headers: Vec<(&str, &str)> = Vec::new();
    let resolved = tenancy.resolve(&RequestHead::new(&headers, "/globex/x")).await.unwrap();
    assert_eq!((resolved.tenant.id(), &*resolved.source), (globex.id(), "own"));
    assert_eq!(code(&tenancy, &RequestHead::new(&headers, "/status")).await, "no-tenant");
    assert_eq!(code(&tenancy, &RequestHead::new(&headers, "/GLOBEX")).await, "own");
    // Nothing in a link names a tenant: it is the path.
    let head = RequestHead::new(&headers, "/globex/x");
    assert_eq!(tenancy.link_to(&Link::new(&head, globex.identifier(), "/y")), "/y");
}

/// Identifiers are compared by the chain, and an identifier beside a domain when the registry has said whose that is.
#[tokio::test]
async fn a_domain_has_to_be_the_same_tenants() {
    let chain = ChainResolver::new().then(HeaderResolver::default()).then(DomainResolver::new()).consistent();
    let World { tenancy, acme, directory: _directory, .. } = world(chain).await;
    let domain = Domain::from_unicode("Shop.Bücher.example").unwrap();
    tenancy.store().add_domain(acme.id(), &domain).await.unwrap();
    let own = "SHOP.xn--bcher-kva.example.:8080";

    let headers = vec![("Host", own)];
    let resolved = tenancy.resolve(&RequestHead::new(&headers, "/")).await.unwrap();
    assert_eq!((resolved.tenant.id(), &*resolved.source), (acme.id(), "domain"));
    let headers = vec![("X-Tenant-ID", "acme"), ("Host", own)];
    let resolved = tenancy.resolve(&RequestHead::new(&headers, "/")).await.unwrap();
    assert_eq!((resolved.tenant.id(), &*resolved.source), (acme.id(), "header+domain"));

    let headers = vec![("X-Tenant-ID", "globex"), ("Host", own)];
    let error = tenancy.resolve(&RequestHead::new(&headers, "/")).await.unwrap_err();
    let TenancyError::Resolve(ResolveError::Conflict { source_names }) = error else { panic!("{error}") };
    assert_eq!(source_names, "header+domain");
    let headers = vec![("X-Tenant-ID", "acme"), ("Host", "shop.acme.example")];
    assert_eq!(code(&tenancy, &RequestHead::new(&headers, "/")).await, "unknown", "nobody has this domain");
}

#[tokio::test]
async fn no_application_starts_with_a_resolver_that_cannot_work() {
    let chain = ChainResolver::new()
        .then(HeaderResolver::new("X Tenant"))
        .then(PathResolver::new("/ten ants"))
        .then(SubdomainResolver::new("com").behind(TrustedProxies::x_forwarded(["10.0.0.0/33"])));
    let error = Tenancy::builder(":memory:").pool_size(0).resolver(chain).build().await.unwrap_err();
    let TenancyError::Config(error) = error else { panic!("{error}") };
    let text = error.to_string();
    assert_eq!(
        error.problems().iter().filter(|problem| problem.starts_with("`resolver`: ")).count(),
        4,
        "{text}"
    );
    assert!(error.problems().len() > 4, "with all the others: {text}");
    for part in ["`X Tenant`", "`/ten ants`", "`com`", "`10.0.0.0/33`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
