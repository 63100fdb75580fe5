//! Every way of naming a tenant, by a client that knows nothing of actix, in HTTP/1.1 and in HTTP/2.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::{App, web};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Client, RequestBuilder, StatusCode, Version};
use serde_json::json;
use tenancy::Isolation;
use tenancy::resolve::{
    ChainResolver, HeaderResolver, JwtAlgorithm, JwtKey, JwtResolver, PathResolver, SubdomainResolver,
};
use tenancy_tests::world;

use super::who;

const SECRET: &str = "what nobody guesses in all the time there is";

fn token(tenant: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(60);
    let claims = json!({ "iss": "id", "aud": "orders", "exp": now.as_secs(), "tenant": tenant });
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

async fn answer(request: RequestBuilder) -> (StatusCode, String) {
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

async fn every_source_names_its_tenant(version: Version) {
    let directory = tempfile::tempdir().unwrap();
    let token_resolver = JwtResolver::new(JwtKey::secret([JwtAlgorithm::HS256], SECRET));
    let chain = ChainResolver::new()
        .then(HeaderResolver::default())
        .then(SubdomainResolver::new("app.example.com"))
        .then(PathResolver::new("/tenants"))
        .then(token_resolver.issuer("id").audience("orders"));
    let builder = world::sqlite::builder(&directory, Isolation::Column).resolver(chain.consistent());
    let tenancy = builder.build().await.unwrap();
    for slug in ["acme", "globex"] {
        world::register(&tenancy, slug).await;
    }
    let config =
        if version == Version::HTTP_2 { actix_test::config().h2() } else { actix_test::config().h1() };
    let server = actix_test::start_with(config, move || {
        App::new().wrap(tenancy.middleware()).route("/who", web::get().to(who))
    });

    let address = server.addr();
    let mut client = Client::builder();
    for host in ["acme.app.example.com", "globex.app.example.com", "app.example.com"] {
        client = client.resolve(host, address);
    }
    if version == Version::HTTP_2 {
        client = client.http2_prior_knowledge();
    }
    let client = client.build().unwrap();
    let at = |host: &str, path: &str| client.get(format!("http://{host}:{}{path}", address.port()));
    let base = "app.example.com";

    let spoken = at(base, "/who").header("X-Tenant-ID", "acme").send().await.unwrap().version();
    assert_eq!(spoken, version);
    for tenant in ["acme", "globex"] {
        for named in [
            at(base, "/who").header("X-Tenant-ID", tenant),
            at(&format!("{tenant}.{base}"), "/who"),
            at(base, &format!("/tenants/{tenant}/who")),
            at(base, "/who").bearer_auth(token(tenant)),
            // All of them at once, since they agree.
            at(&format!("{tenant}.{base}"), &format!("/tenants/{tenant}/who"))
                .header("X-Tenant-ID", tenant)
                .bearer_auth(token(tenant)),
        ] {
            assert_eq!(answer(named).await, (StatusCode::OK, tenant.to_owned()));
        }
    }
    for refused in [
        at(base, "/who"),
        at("acme.app.example.com", "/who").header("X-Tenant-ID", "globex"),
        at("acme.app.example.com", "/tenants/globex/who"),
        at("acme.app.example.com", "/who").bearer_auth(token("globex")),
        at(base, "/who").header("X-Tenant-ID", "acme").header("X-Tenant-ID", "acme"),
        at(base, "/who").bearer_auth(format!("{}x", token("acme"))),
        at(base, "/tenants/acme/tenants/globex/who"),
    ] {
        assert_eq!(answer(refused).await.0, StatusCode::NOT_FOUND);
    }
    // In HTTP/2 the host is in the target; a Host beside it that says otherwise is refused.
    let other = at("acme.app.example.com", "/who").header("Host", "globex.app.example.com");
    let (status, named) = answer(other).await;
    match version {
        Version::HTTP_2 => assert_eq!(status, StatusCode::NOT_FOUND, "{named}"),
        _ => assert_eq!((status, &*named), (StatusCode::OK, "globex")),
    }
}

/// Threats 12 to 14.
#[actix_web::test]
async fn in_http_1_every_source_names_its_tenant() {
    every_source_names_its_tenant(Version::HTTP_11).await;
}

#[actix_web::test]
async fn in_http_2_every_source_names_its_tenant() {
    every_source_names_its_tenant(Version::HTTP_2).await;
}
