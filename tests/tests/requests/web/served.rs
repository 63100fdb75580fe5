//! Which requests the middleware lets through, and with what.

use actix_web::dev::{ServiceRequest, Transform, fn_service};
use actix_web::http::StatusCode;
use actix_web::middleware::NormalizePath;
use actix_web::test::{TestRequest, call_service, init_service, read_body, read_body_json};
use actix_web::{App, HttpRequest, HttpResponse, web};
use serde::Deserialize;
use tenancy::resolve::{DomainResolver, HeaderResolver, PathResolver};
use tenancy::sqlite::TenantDb;
use tenancy::tenant::{Domain, TenantSettings, TenantStatus};
use tenancy::web::{CurrentTenant, CustomSettings, require_feature, require_status, tenant_url};
use tenancy::{Isolation, NewTenant, RequestContext, TenancyError};
use tenancy_tests::world::sqlite::World;

use super::{get, perhaps, who};

async fn database(db: TenantDb) -> String {
    db.tenant().unwrap().identifier().to_string()
}

/// What is public needs no tenant and has none, whatever the request says; it is no way into a tenant's routes.
#[actix_web::test]
async fn public_paths_pass_without_a_tenant() {
    let world = World::new(Isolation::Column).await;
    let middleware =
        world.tenancy.middleware().public("/health").public_prefix("/open").public_pattern("/docs/{p}");
    let app = init_service(
        App::new()
            .wrap(middleware)
            .route("/health", web::get().to(perhaps))
            .route("/healthcare", web::get().to(perhaps))
            .route("/docs/{page}", web::get().to(perhaps))
            .route("/open/db", web::get().to(database))
            .route("/open/{tail:.*}", web::get().to(perhaps)),
    )
    .await;
    for path in ["/health", "/docs/start", "/open/a/b"] {
        for tenant in ["acme", "ACME", ""] {
            let response = call_service(&app, get(path, tenant).to_request()).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(read_body(response).await, "nobody");
        }
    }
    for path in ["/healthcare", "/docs/", "/open/../x", "/open/%2e%2e/x"] {
        assert_eq!(
            call_service(&app, get(path, "none").to_request()).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(read_body(call_service(&app, get("/healthcare", "acme").to_request()).await).await, "acme");
    // No tenant, no SQL: a handler that wants a database there fails.
    let response = call_service(&app, get("/open/db", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// A middleware within another finds its own tenants; where it lets a request through without one, there is none, whoever
/// has been found further out.
#[actix_web::test]
async fn no_outer_tenant_takes_the_place_of_an_inner_one() {
    let world = World::new(Isolation::Column).await;
    let partners = HeaderResolver::new("X-Partner");
    let inner = world.tenancy.middleware().resolver(partners).optional().public("/login");
    let scope = web::scope("/partners").wrap(inner);
    let scope = scope.route("/who", web::get().to(perhaps)).route("/login", web::get().to(perhaps));
    let app = init_service(App::new().wrap(world.tenancy.middleware()).service(scope)).await;
    for path in ["/partners/who", "/partners/login"] {
        let answer = call_service(&app, get(path, "acme").to_request()).await;
        assert_eq!(read_body(answer).await, "nobody", "{path}");
    }
    let both = get("/partners/who", "acme").insert_header(("X-Partner", "globex")).to_request();
    assert_eq!(read_body(call_service(&app, both).await).await, "globex");
}

/// Threat 13: actix routes by the decoded path, so a scope may be written in other ways. What is public in it is not then.
#[actix_web::test]
async fn a_disguised_scope_frees_nothing() {
    let world = World::new(Isolation::Column).await;
    let ours = world.tenancy.middleware().public_pattern("/{page}/raw").public("/free");
    let scope = web::scope("/api").wrap(ours);
    let scope = scope.route("/raw", web::get().to(perhaps)).route("/free", web::get().to(perhaps));
    let app = init_service(App::new().service(scope)).await;
    let ask = async |path| call_service(&app, TestRequest::get().uri(path).to_request()).await.status();
    assert_eq!(ask("/api/free").await, StatusCode::OK);
    for path in ["/api/raw", "/%61pi/raw", "/%61pi/free"] {
        assert_eq!(ask(path).await, StatusCode::NOT_FOUND, "{path}");
    }
}

/// A scope has a resolver of its own, or none.
#[actix_web::test]
async fn a_scope_finds_tenants_in_its_own_way() {
    let world = World::new(Isolation::Column).await;
    let (outer, inner) = (world.tenancy.middleware(), world.tenancy.middleware());
    let app = init_service(
        App::new().wrap(outer.public_prefix("/partners")).route("/who", web::get().to(who)).service(
            web::scope("/partners")
                .wrap(inner.resolver(HeaderResolver::new("X-Partner")).public("/login"))
                .route("/who", web::get().to(who))
                .route("/login", web::get().to(perhaps)),
        ),
    )
    .await;
    assert_eq!(read_body(call_service(&app, get("/who", "acme").to_request()).await).await, "acme");
    let request = get("/partners/who", "acme").insert_header(("X-Partner", "globex"));
    assert_eq!(read_body(call_service(&app, request.to_request()).await).await, "globex");
    let response = call_service(&app, get("/partners/who", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND, "the outer way counts for nothing there");
    assert_eq!(
        read_body(call_service(&app, get("/partners/login", "acme").to_request()).await).await,
        "nobody"
    );
    // Where both are around a route, the inner tenant is the route's, and the outer has to be one too.
    let app = init_service(
        App::new().wrap(world.tenancy.middleware()).service(
            web::scope("/partners")
                .wrap(world.tenancy.middleware().resolver(HeaderResolver::new("X-Partner")))
                .route("/who", web::get().to(who)),
        ),
    )
    .await;
    let request = || get("/partners/who", "acme").insert_header(("X-Partner", "globex"));
    assert_eq!(read_body(call_service(&app, request().to_request()).await).await, "globex");
    let request = request().insert_header(("X-Tenant-ID", "unknown"));
    assert_eq!(call_service(&app, request.to_request()).await.status(), StatusCode::NOT_FOUND);
}

/// Only what names nobody passes: a mistake is still refused.
#[actix_web::test]
async fn an_optional_tenant_may_be_missing_and_not_wrong() {
    let world = World::new(Isolation::Column).await;
    let app = init_service(
        App::new().wrap(world.tenancy.middleware().optional()).route("/", web::get().to(perhaps)),
    )
    .await;
    let nobody = actix_web::test::TestRequest::get().uri("/").to_request();
    assert_eq!(read_body(call_service(&app, nobody).await).await, "nobody");
    assert_eq!(read_body(call_service(&app, get("/", "acme").to_request()).await).await, "acme");
    for wrong in ["", "ACME", "unknown", "acme,acme"] {
        assert_eq!(
            call_service(&app, get("/", wrong).to_request()).await.status(),
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
}

/// A suspended tenant reaches what is for suspended ones and nothing else.
#[actix_web::test]
async fn routes_are_for_tenants_of_a_status_or_with_a_feature() {
    let world = World::new(Isolation::Column).await;
    let features =
        serde_json::json!({ "features_enabled": ["exports"], "custom_settings": { "colour": "red" } });
    let rich = NewTenant::new("rich-one").unwrap().metadata(features);
    world.tenancy.register_tenant(rich).await.unwrap();
    let broken = NewTenant::new("broken").unwrap().metadata(serde_json::json!({ "max_users": 3 }));
    let broken = world.tenancy.register_tenant(broken).await.unwrap();
    world.tenancy.suspend_tenant(world.globex.id()).await.unwrap();
    let app = init_service(
        App::new()
            .wrap(world.tenancy.middleware().admit(TenantStatus::Suspended))
            .route("/bill", web::get().to(who))
            .route("/exports", web::get().guard(require_feature("exports")).to(who))
            .service(
                web::scope("").guard(require_status(TenantStatus::Active)).route("/work", web::get().to(who)),
            ),
    )
    .await;
    let status =
        async |path: &str, tenant: &str| call_service(&app, get(path, tenant).to_request()).await.status();
    for (path, tenant, expected) in [
        ("/bill", "acme", StatusCode::OK),
        ("/bill", "globex", StatusCode::OK),
        ("/work", "acme", StatusCode::OK),
        ("/work", "globex", StatusCode::NOT_FOUND),
        ("/exports", "rich-one", StatusCode::OK),
        ("/exports", "acme", StatusCode::NOT_FOUND),
        ("/exports", "broken", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(status(path, tenant).await, expected, "{path} of {tenant}");
    }
    world.tenancy.delete_tenant(broken.id()).await.unwrap();
    assert_eq!(status("/bill", "broken").await, StatusCode::NOT_FOUND, "deleted is not suspended");
}

#[derive(Debug, Deserialize)]
struct Look {
    #[serde(default)]
    colour: String,
}

async fn colour(settings: TenantSettings, look: CustomSettings<Look>) -> web::Json<(Option<u64>, String)> {
    web::Json((settings.max_users, look.0.colour))
}

#[actix_web::test]
async fn a_handler_takes_settings() {
    let world = World::new(Isolation::Column).await;
    for (slug, metadata) in [
        ("red-one", serde_json::json!({ "max_users": 3, "custom_settings": { "colour": "red" } })),
        ("plain-one", serde_json::json!({})),
        ("bad-one", serde_json::json!({ "custom_settings": { "colour": 7 } })),
    ] {
        world.tenancy.register_tenant(NewTenant::new(slug).unwrap().metadata(metadata)).await.unwrap();
    }
    let app =
        init_service(App::new().wrap(world.tenancy.middleware()).route("/", web::get().to(colour))).await;
    let response = call_service(&app, get("/", "red-one").to_request()).await;
    assert_eq!(read_body_json::<(Option<u64>, String), _>(response).await, (Some(3), "red".to_owned()));
    let response = call_service(&app, get("/", "plain-one").to_request()).await;
    assert_eq!(read_body_json::<(Option<u64>, String), _>(response).await, (None, String::new()));
    let response = call_service(&app, get("/", "bad-one").to_request()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

/// Where the path names no tenant, a link is the path.
#[actix_web::test]
async fn a_link_needs_the_middleware() {
    async fn link(request: HttpRequest) -> Result<String, TenancyError> {
        tenant_url(&request, "/orders/1?page=2")
    }
    let world = World::new(Isolation::Column).await;
    let app = init_service(
        App::new()
            .route("/outside", web::get().to(link))
            .service(web::scope("/in").wrap(world.tenancy.middleware()).route("", web::get().to(link))),
    )
    .await;
    assert_eq!(
        read_body(call_service(&app, get("/in", "acme").to_request()).await).await,
        "/orders/1?page=2"
    );
    let response = call_service(&app, get("/outside", "acme").to_request()).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// What one part of a request leaves for another, and nothing of the request before.
#[actix_web::test]
async fn a_request_has_values_of_its_own() {
    async fn count(values: RequestContext) -> String {
        let before = values.get::<u32>().unwrap_or_default();
        RequestContext::current().unwrap().set(before + 1);
        format!("{before} {}", values.get::<u32>().unwrap())
    }
    let world = World::new(Isolation::Column).await;
    let app =
        init_service(App::new().wrap(world.tenancy.middleware()).route("/", web::get().to(count))).await;
    for tenant in ["acme", "acme", "globex"] {
        assert_eq!(read_body(call_service(&app, get("/", tenant).to_request()).await).await, "0 1");
    }
}

/// The application sees what is left of the path, around an application and around a scope, and links lead back.
#[actix_web::test]
async fn a_path_that_names_a_tenant_is_rewritten() {
    async fn order(
        request: HttpRequest,
        id: web::Path<String>,
        tenant: CurrentTenant,
    ) -> Result<String, TenancyError> {
        let scope = if request.path().starts_with("/api/") { "/api" } else { "" };
        let link = tenant_url(&request, &format!("{scope}/orders/2"))?;
        Ok(format!("{} {id} {} {link}", tenant.identifier(), request.uri()))
    }
    let world = World::new(Isolation::Column).await;
    let ours = || world.tenancy.middleware().resolver(PathResolver::new("/tenants"));
    let app = init_service(
        App::new()
            .wrap(NormalizePath::trim())
            .wrap(ours().public_prefix("/api"))
            .route("/orders/{id}", web::get().to(order))
            .service(web::scope("/api").wrap(ours()).route("/orders/{id}", web::get().to(order))),
    )
    .await;
    let path = |path: &str| TestRequest::get().uri(path).to_request();
    for (asked, answer) in [
        ("/tenants/acme/orders/1", "acme 1 /orders/1 /tenants/acme/orders/2"),
        (
            "/tenants/globex/orders/a%2Fb?x=1&y=%2F",
            "globex a/b /orders/a%2Fb?x=1&y=%2F /tenants/globex/orders/2",
        ),
        ("/api/tenants/acme/orders/1?x", "acme 1 /api/orders/1?x /api/tenants/acme/orders/2"),
    ] {
        assert_eq!(read_body(call_service(&app, path(asked)).await).await, answer, "{asked}");
    }
    let followed = call_service(&app, path("/api/tenants/acme/orders/2")).await;
    assert_eq!(followed.status(), StatusCode::OK);
    // Threat 13.
    for asked in [
        "/orders/1",
        "/api/orders/1",
        "/tenants/acme",
        "/tenants/ACME/orders/1",
        "/tenants/acme%2Forders/1",
        "/tenants/acme/../globex/orders/1",
        "/tenants/acme/%2e%2e/globex/orders/1",
        "/tenants//orders/1",
        "/%74enants/acme/orders/1",
        "/%61pi/tenants/acme/orders/1",
        "/tenants/acme%00/orders/1",
    ] {
        let answer = call_service(&app, path(asked)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{asked}");
    }
}

/// What is wrong with a scope's own resolver keeps the application from starting.
#[actix_web::test]
async fn a_scopes_resolver_with_a_problem_does_not_start() {
    let world = World::new(Isolation::Column).await;
    let answers = || {
        fn_service(async |request: ServiceRequest| {
            Ok::<_, actix_web::Error>(request.into_response(HttpResponse::Ok().finish()))
        })
    };
    for (prefix, starts) in [("/a/../b", false), ("/a", true)] {
        let middleware = world.tenancy.middleware().resolver(PathResolver::new(prefix));
        assert_eq!(middleware.new_transform(answers()).await.is_ok(), starts, "{prefix}");
    }
}

/// actix's own patterns have regular expressions; ours would free what they leave out.
#[actix_web::test]
async fn a_public_pattern_with_a_regular_expression_does_not_start() {
    let world = World::new(Isolation::Column).await;
    let answers = || {
        fn_service(async |request: ServiceRequest| {
            Ok::<_, actix_web::Error>(request.into_response(HttpResponse::Ok().finish()))
        })
    };
    for (pattern, starts) in [("/docs/{page}/raw", true), (r"/items/{id:\d+}", false), ("/a{b}", false)] {
        let middleware = world.tenancy.middleware().public_pattern(pattern);
        assert_eq!(middleware.new_transform(answers()).await.is_ok(), starts, "{pattern}");
    }
}

/// A host name of a tenant's own leads to it, until it is taken away.
#[actix_web::test]
async fn a_tenant_has_a_host_of_its_own() {
    let world = World::new(Isolation::Column).await;
    let shop = Domain::from_unicode("Shop.Acme.example").unwrap();
    world.tenancy.store().add_domain(world.acme.id(), &shop).await.unwrap();
    let ours = world.tenancy.middleware().resolver(DomainResolver::new());
    let app = init_service(App::new().wrap(ours).route("/", web::get().to(who))).await;
    let at = |host: &str| TestRequest::get().uri("/").insert_header(("Host", host)).to_request();
    assert_eq!(read_body(call_service(&app, at("SHOP.acme.example.:8080")).await).await, "acme");
    for host in ["acme.example", "x.shop.acme.example", "shop.acme.example.evil.example", "127.0.0.1"] {
        assert_eq!(call_service(&app, at(host)).await.status(), StatusCode::NOT_FOUND, "{host}");
    }
    world.tenancy.store().remove_domain(world.acme.id(), &shop).await.unwrap();
    assert_eq!(call_service(&app, at("shop.acme.example")).await.status(), StatusCode::NOT_FOUND);
}
