//! One tenant's requests, and the other's orders.

use serde_json::{Value, json};

use crate::app::App;
use crate::http::Response;

const ACME: &str = "X-Tenant-ID: acme";
const GLOBEX: &str = "X-Tenant-ID: globex";
const JSON: &str = "Content-Type: application/json";

fn orders(app: &App, tenant: &str) -> Value {
    let response = app.send("GET", "/orders", &[tenant], "");
    assert_eq!(response.status, 200);
    serde_json::from_str(&response.body).unwrap()
}

#[test]
fn one_number_is_an_order_of_each_tenant() {
    let app = App::start();
    let before = orders(&app, GLOBEX);
    let body = r#"{"item":"net","quantity":9}"#;
    let changed = app.send("PUT", "/orders/1", &[ACME, JSON], body);
    assert_eq!(changed.body, r#"{"id":1,"item":"net","quantity":9}"#);
    let gone = app.send("DELETE", "/orders/2", &[ACME], "");
    assert_eq!(gone.status, 200);
    let created = app.send("POST", "/orders", &[ACME, JSON], body);
    assert_eq!(created.body, r#"{"id":4,"item":"net","quantity":9}"#);

    assert_eq!(orders(&app, GLOBEX), before, "the other tenant's orders have changed");
    let numbers: Vec<Value> =
        orders(&app, ACME).as_array().unwrap().iter().map(|o| o["id"].clone()).collect();
    assert_eq!(numbers, [1, 3, 4]);
}

#[test]
fn an_order_that_only_the_other_has_is_not_there() {
    let app = App::start();
    let before = orders(&app, ACME);
    let body = r#"{"item":"mine now","quantity":1}"#;
    for (method, headers, body) in [("PUT", vec![GLOBEX, JSON], body), ("DELETE", vec![GLOBEX], "")] {
        let response = app.send(method, "/orders/3", &headers, body);
        assert_eq!(response.status, 404, "{method}");
        assert_eq!(problem(&response), json!({"type": "about:blank", "title": "not found", "status": 404}));
    }
    assert_eq!(orders(&app, ACME), before);
}

/// The body cannot say whose an order is.
#[test]
fn a_tenant_in_the_body_changes_nothing() {
    let app = App::start();
    let before = orders(&app, ACME);
    let body = r#"{"item":"gift","quantity":1,"tenant_id":"acme"}"#;
    assert_eq!(app.send("POST", "/orders", &[GLOBEX, JSON], body).status, 200);
    assert_eq!(orders(&app, ACME), before);
    assert_eq!(orders(&app, GLOBEX)[2]["item"], "gift");
}

/// Missing, unknown, malformed and doubled: one answer, so that nobody learns which tenants there are.
#[test]
fn without_a_tenant_there_is_one_answer() {
    let app = App::start();
    let missing = app.send("GET", "/orders", &[], "");
    assert_eq!(missing.status, 404);
    assert_eq!(problem(&missing)["title"], "tenant not found");
    for headers in [vec!["X-Tenant-ID: initech"], vec!["X-Tenant-ID: ../acme"], vec![ACME, ACME]] {
        assert_eq!(app.send("GET", "/orders", &headers, ""), missing, "{headers:?}");
        assert_eq!(app.send("DELETE", "/orders/1", &headers, ""), missing, "{headers:?}");
    }
}

#[test]
fn the_page_shows_both_and_escapes_what_they_wrote() {
    let app = App::start();
    let body = r#"{"item":"<script>alert('&')</script>","quantity":1}"#;
    assert_eq!(app.send("POST", "/orders", &[GLOBEX, JSON], body).status, 200);
    let page = app.send("GET", "/", &[], "");
    assert_eq!((page.status, page.content_type.as_str()), (200, "text/html; charset=utf-8"));
    let (acme, globex) = page.body.split_once("Globex Corporation").unwrap();
    assert!(acme.contains("anvil") && !acme.contains("hammock"));
    assert!(globex.contains("hammock") && !globex.contains("anvil"));
    assert!(globex.contains("&lt;script>alert('&amp;')".replace('>', "&gt;").as_str()), "{globex}");
    assert!(!page.body.contains("<script"));
}

fn problem(response: &Response) -> Value {
    assert_eq!(response.content_type, "application/problem+json");
    serde_json::from_str(&response.body).unwrap()
}
