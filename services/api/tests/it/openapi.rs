//! The description of the API and the API itself (P41).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use loadsure_core::error_code::ErrorCode;
use loadsure_store::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::schema::{document, named, violations};
use crate::support::bodies::{flat, full};
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp};

const SUPPORT_DATA: &str = "/api/support-data";

/// All documented operations.
fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let each = |(path, item): (&String, &Value)| {
        let methods: Vec<String> = item.as_object().unwrap().keys().cloned().collect();
        methods
            .into_iter()
            .map(|method| (path.clone(), method))
            .collect::<Vec<_>>()
    };
    paths.flat_map(each).collect()
}

/// P41: a consumer who follows the description is never told that a route or a method does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn every_documented_route_exists() {
    let app = Setup::default().without_worker().start().await;
    for (path, method) in operations(&document()) {
        let filled = path.replace(['{', '}'], "");
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = app.request(method, &filled).header("prefer", "respond-async");
        let reply = Reply::of(request).await;
        let code = if reply.status < 400 {
            Value::Null
        } else {
            reply.json()["code"].clone()
        };
        assert!(
            reply.status != 405 && code != "not_found",
            "{path}: {} {code}",
            reply.status
        );
    }
}

/// P41: the scope that is documented is the one that is needed, and enough.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_needs_its_documented_scope() {
    let app = Setup::default().without_worker().start().await;
    let document = document();
    for (path, method) in operations(&document) {
        let needed = &document["paths"][&path][&method]["security"][0]["apiKey"][0];
        let Some(needed) = needed.as_str() else {
            assert!(!path.starts_with("/api/"), "{method} {path} names no scope");
            continue;
        };
        let is_needed = |scope: &Scope| scope.as_str() == needed;
        let (enough, rest): (Vec<Scope>, Vec<Scope>) = Scope::ALL.into_iter().partition(is_needed);
        let ask = async |scopes: &[Scope]| {
            let method: Method = method.to_uppercase().parse().unwrap();
            let key = app.new_key(app.tenant, scopes).await;
            let request = app.anonymous(method, &path.replace(['{', '}'], ""));
            let request = request.bearer_auth(key).header("prefer", "respond-async");
            Reply::of(request).await.status
        };
        assert_eq!(ask(&rest).await, 403, "{method} {path} without {needed}");
        assert_ne!(ask(&enough).await, 403, "{method} {path} with {needed}");
    }
}

/// P41: no route is left out of the description. Every route is registered through `Endpoint`.
#[test]
fn every_route_is_documented() {
    let document = document();
    let mut found = 0;
    for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes")) {
        for registration in text.split("Endpoint::at(\"").skip(1) {
            let (path, rest) = registration.split_once('"').unwrap();
            let is_public = path.starts_with("/health") || path.starts_with("/api-docs");
            let path = if is_public {
                path.to_owned()
            } else {
                format!("/api{path}")
            };
            if matches!(path.as_str(), "/api-docs" | "/api-docs/{file:.*}") {
                continue; // The page is for people.
            }
            let (methods, _) = rest.split_once(".register(").unwrap();
            for (mark, method) in [(".get(", "get"), (".public(", "get"), (".post(", "post")] {
                if methods.contains(mark) {
                    assert!(
                        document["paths"][&path][method].is_object(),
                        "{method} {path} is not documented"
                    );
                    found += 1;
                }
            }
        }
    }
    assert_eq!(found, operations(&document).len());
}

fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![fs::read_to_string(path).unwrap()]
            }
        })
        .collect()
}

/// P41: the codes that callers branch on are those of the code.
#[test]
fn every_error_code_is_documented() {
    let document = document();
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        named(&document, "ProblemBody")["properties"]["code"]["enum"],
        json!(codes)
    );
    let about = document["info"]["description"].as_str().unwrap();
    assert!(codes.iter().all(|code| about.contains(&format!("| `{code}` |"))));
}

#[test]
fn the_document_is_sound() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let ids: Vec<&Value> = operations(&document)
        .iter()
        .map(|(path, method)| &document["paths"][path][method]["operationId"])
        .collect();
    let distinct: BTreeSet<String> = ids.iter().map(|id| id.to_string()).collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let (pointer, _) = reference.split_once('"').unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}

/// P41: the checked-in description is the code's. `cargo xtask openapi` writes it.
#[test]
fn the_checked_in_document_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let written = fs::read_to_string(path).unwrap();
    let current = loadsure_api::openapi_json().unwrap();
    assert!(
        written == format!("{}\n", current.trim_end()),
        "run `cargo xtask openapi`"
    );
}

/// Asserts that an answer has a documented status, headers and shape.
#[track_caller]
pub(crate) fn assert_documented(document: &Value, (method, path): (&str, &str), reply: &Reply) {
    let response = &document["paths"][path][method]["responses"][reply.status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path}: {} is not documented: {}",
        reply.status,
        reply.text
    );
    let media_type = reply.header("content-type").split(';').next().unwrap();
    let schema = &response["content"][media_type]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path}: {media_type} is not documented"
    );
    let found = violations(document, schema, &reply.json());
    assert!(found.is_empty(), "{method} {path}: {found:?} in {}", reply.text);
    for header in response["headers"].as_object().unwrap().keys() {
        let is_sometimes = [
            "Retry-After",
            "Preference-Applied",
            "Idempotency-Replayed",
            "Location",
        ];
        let is_there = !reply.header(&header.to_lowercase()).is_empty();
        assert!(
            is_there || is_sometimes.contains(&header.as_str()),
            "{method} {path}: no {header}"
        );
    }
}

/// P41: what is answered has the shape that is documented, from the quote to the cancelled certificate.
#[tokio::test(flavor = "multi_thread")]
async fn answers_have_their_documented_shape() {
    let (app, document) = (TestApp::start().await, document());
    for body in [flat(), full()] {
        let quote = app.post(QUOTES, &body).await;
        assert_eq!(quote.status, 201, "{}", quote.text);
        assert_documented(&document, ("post", QUOTES), &quote);
    }
    let pending = app.post_with(QUOTES, &flat(), ("prefer", "respond-async")).await;
    assert_documented(&document, ("post", QUOTES), &pending);
    let quote = app.quoted().await;
    assert_documented(
        &document,
        ("get", "/api/insurance/quotes/{quoteId}"),
        &app.get(&format!("{QUOTES}/{quote}")).await,
    );
    let booking = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    assert_documented(&document, ("post", BOOKINGS), &booking);
    let number = booking.json()["booking"]["policyNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    for (path, template) in [
        (
            booking.header("location").to_owned(),
            "/api/insurance/bookings/{bookingId}",
        ),
        (
            format!("{CERTIFICATES}/{number}"),
            "/api/insurance/certificates/{number}",
        ),
        (
            format!("{CERTIFICATES}/{number}?refresh=true"),
            "/api/insurance/certificates/{number}",
        ),
        (format!("{QUOTES}?limit=1"), QUOTES),
        (format!("{QUOTES}/list?limit=1"), "/api/insurance/quotes/list"),
        (BOOKINGS.to_owned(), BOOKINGS),
        (CERTIFICATES.to_owned(), CERTIFICATES),
        (
            format!("{CERTIFICATES}/list?page=1"),
            "/api/insurance/certificates/list",
        ),
    ] {
        let reply = app.get(&path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        assert_documented(&document, ("get", template), &reply);
    }
    let order = json!({"userId": "perdita@broker.example", "reason": "CANNLN"});
    let cancelled = app.post(&format!("{CERTIFICATES}/{number}/cancel"), &order).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_documented(
        &document,
        ("post", "/api/insurance/certificates/{number}/cancel"),
        &cancelled,
    );
}

const CERTIFICATES: &str = "/api/insurance/certificates";

/// P41: reference data, health and refusals as well.
#[tokio::test(flavor = "multi_thread")]
async fn reference_data_and_refusals_have_their_documented_shape() {
    let (app, document) = (TestApp::start().await, document());
    let refreshed = app.post(&format!("{SUPPORT_DATA}/refresh"), &json!({})).await;
    assert_documented(&document, ("post", "/api/support-data/refresh"), &refreshed);
    let schedule = json!({"schedule": "15 3 * * *"});
    let scheduled = app.post(&format!("{SUPPORT_DATA}/schedule"), &schedule).await;
    assert_documented(&document, ("post", "/api/support-data/schedule"), &scheduled);
    let names = [
        "commodities",
        "commodity-exclusions",
        "equipment-types",
        "load-types",
        "freight-classes",
        "terms-of-sales",
        "status",
        "health",
    ];
    for name in names {
        let path = format!("{SUPPORT_DATA}/{name}");
        assert_documented(&document, ("get", &path), &app.get(&path).await);
    }
    for path in ["/health", "/health/live", "/health/ready"] {
        assert_documented(&document, ("get", path), &app.get(path).await);
    }
    assert_documented(
        &document,
        ("post", QUOTES),
        &app.post(QUOTES, &json!({"value": 0})).await,
    );
    let anonymous = Reply::of(app.anonymous(Method::GET, QUOTES)).await;
    assert_documented(&document, ("get", QUOTES), &anonymous);
    let unknown = app.get(&format!("{CERTIFICATES}/nothing")).await;
    assert_documented(
        &document,
        ("get", "/api/insurance/certificates/{number}"),
        &unknown,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_served_to_everyone() {
    let app = Setup::default().without_worker().start().await;
    let reply = Reply::of(app.anonymous(Method::GET, "/api-docs.json")).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "application/json")
    );
    assert_eq!(reply.json(), document());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_needs_nothing_from_outside() {
    let app = Setup::default().without_worker().start().await;
    // The client follows the redirect to the page.
    let page = Reply::of(app.anonymous(Method::GET, "/api-docs")).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html"));
    let mut linked = BTreeSet::new();
    for attribute in ["href=\"", "src=\""] {
        let links = page.text.split(attribute).skip(1);
        linked.extend(links.filter_map(|rest| rest.split_once('"').map(|(link, _)| link)));
    }
    assert!(linked.len() >= 5, "{linked:?}");
    for link in linked {
        let path = format!("/api-docs/{}", link.trim_start_matches("./"));
        let asset = app.anonymous(Method::GET, &path).send().await.unwrap();
        assert_eq!(asset.status(), 200, "{link}");
    }
    let start = Reply::of(app.anonymous(Method::GET, "/api-docs/swagger-initializer.js")).await;
    for text in [&page.text, &start.text] {
        assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    }
    assert!(start.text.contains("\"../api-docs.json\"") && start.text.contains("\"validatorUrl\": \"none\""));
    let missing = Reply::of(app.anonymous(Method::GET, "/api-docs/nothing.js")).await;
    missing.problem(404, "not_found");
}
