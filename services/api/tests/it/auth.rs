//! Who is let in, to what.

use loadsure_core::job::Kind;
use loadsure_store::keys::Scope;
use reqwest::Method;
use serde_json::json;

use crate::support::bodies::flat;
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp, eventually};

async fn app() -> TestApp {
    Setup::default().without_worker().start().await
}

async fn get_as(app: &TestApp, key: &str, path: &str) -> Reply {
    Reply::of(app.anonymous(Method::GET, path).bearer_auth(key)).await
}

/// P28: without a key nothing is shown, not even which routes there are or what they ask for.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_key_every_route_answers_alike() {
    let app = app().await;
    let requests = [
        (Method::GET, QUOTES),
        (Method::POST, QUOTES),
        (Method::DELETE, QUOTES),
        (Method::POST, BOOKINGS),
        (Method::GET, "/api/nothing"),
        (Method::GET, "/%61pi/insurance/quotes"),
    ];
    for (method, path) in requests {
        let keyless = app.anonymous(method.clone(), path).body("{");
        let basic = app
            .anonymous(method.clone(), path)
            .header("authorization", format!("Basic {}", app.key));
        let wrong = app.anonymous(method, path).bearer_auth(format!("{}0", app.key));
        for request in [keyless, basic, wrong] {
            let reply = Reply::of(request).await;
            reply.problem(401, "unauthorized");
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
    }
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_allows_what_its_scopes_say() {
    let app = app().await;
    let reader = app.new_key(app.tenant, &[Scope::Read]).await;
    assert_eq!(get_as(&app, &reader, QUOTES).await.status, 200);
    // Refused before the body is read.
    let quote = app.anonymous(Method::POST, QUOTES).bearer_auth(&reader).body("{");
    Reply::of(quote).await.problem(403, "forbidden");
    let quoter = app.new_key(app.tenant, &[Scope::Quotes]).await;
    let booking = app
        .anonymous(Method::POST, BOOKINGS)
        .bearer_auth(&quoter)
        .json(&json!({}));
    Reply::of(booking).await.problem(403, "forbidden");
    get_as(&app, &quoter, QUOTES).await.problem(403, "forbidden");
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_within_seconds() {
    let app = app().await;
    let tenant = app.tenant;
    let created = app
        .store
        .create_key(tenant, "short", &[Scope::Read], "test")
        .await
        .unwrap();
    let key = secrecy::ExposeSecret::expose_secret(&created.key).to_owned();
    assert_eq!(get_as(&app, &key, QUOTES).await.status, 200);
    assert!(app.store.revoke_key(created.record.id, "test").await.unwrap());
    let refused = eventually(async || {
        let reply = get_as(&app, &key, QUOTES).await;
        (reply.status != 200).then_some(reply)
    })
    .await;
    refused.problem(401, "unauthorized");
}

/// P28: another tenant's records are not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_sees_its_own_records_only() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    let booked = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    let other = app.store.create_tenant("other").await.unwrap();
    let key = app.new_key(other, &Scope::ALL).await;
    get_as(&app, &key, &format!("{QUOTES}/{quote}"))
        .await
        .problem(404, "quote_not_found");
    get_as(&app, &key, booked.header("location"))
        .await
        .problem(404, "booking_not_found");
    assert_eq!(get_as(&app, &key, QUOTES).await.json()["quotes"], json!([]));
    assert_eq!(get_as(&app, &key, BOOKINGS).await.json()["bookings"], json!([]));
    let order = app
        .anonymous(Method::POST, BOOKINGS)
        .bearer_auth(&key)
        .json(&TestApp::order(&quote));
    Reply::of(order).await.problem(404, "quote_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_service_has_one_local_tenant() {
    let setup = Setup::default().without_worker().env("AUTH_MODE", "open");
    let app = setup.start().await;
    let request = app.anonymous(Method::POST, QUOTES).json(&flat());
    let reply = Reply::of(request.header("prefer", "respond-async")).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_eq!(
        Reply::of(app.anonymous(Method::GET, reply.header("location")))
            .await
            .status,
        200
    );
    eventually(async || (app.published(Kind::Quote).await == 1).then_some(())).await;
}
