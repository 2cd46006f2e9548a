//! Purchases whose outcome is unknown, as operations see and settle them.

use loadsure_queue::{Events, From, Notice};
use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_store::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::openapi::assert_documented;
use crate::schema::document;
use crate::support::bodies::{flat, with};
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp};

const UNKNOWN: &str = "/api/ops/unknown-outcomes";
const SETTLE: &str = "/api/ops/unknown-outcomes/{bookingId}/settle";

/// A booking whose answer was lost, after the insurer sold the cover or before.
async fn lost(app: &TestApp, kind: Kind) -> String {
    let quote = app.quoted().await;
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, kind)]);
    let reply = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    assert_eq!(
        reply.json()["booking"]["status"],
        "outcome_unknown",
        "{}",
        reply.text
    );
    reply.json()["booking"]["bookingId"].as_str().unwrap().to_owned()
}

fn settle(booking: &str) -> String {
    format!("{UNKNOWN}/{booking}/settle")
}

/// The body that names the n-th certificate of the insurer's books.
fn bought(app: &TestApp, index: usize) -> Value {
    let number = app.sandbox.ledger().certificates[index].certificate_number;
    json!({"outcome": "bought", "certificateNumber": number.to_string()})
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_see_what_is_not_settled_of_every_tenant() {
    let (app, document) = (TestApp::start().await, document());
    let booking = lost(&app, Kind::ResetAfter).await;
    let other = app.store.create_tenant("operator").await.unwrap();
    let ops = app.new_key(other, &[Scope::Ops]).await;
    let request = |path: &str| Reply::of(app.anonymous(Method::GET, path).bearer_auth(&ops));

    let list = request(UNKNOWN).await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert_documented(&document, ("get", UNKNOWN), &list);
    let listed = list.json()["unknownOutcomes"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["bookingId"], booking);
    assert_eq!(listed[0]["attempts"], 1);
    assert!(listed[0]["freightId"].is_string());

    let shown = request(&format!("{UNKNOWN}/{booking}")).await;
    assert_documented(
        &document,
        ("get", "/api/ops/unknown-outcomes/{bookingId}"),
        &shown,
    );
    assert_eq!(shown.json()["unknownOutcome"]["status"], "outcome_unknown");
    assert_eq!(shown.json()["journal"][0]["outcome"], "lost_sight");
}

/// A certificate that is not this booking's settles nothing, whether another booking has it or it covers another load.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_load_settles_nothing() {
    let (app, document) = (TestApp::start().await, document());
    let order = TestApp::order(&app.quoted().await);
    assert_eq!(app.post(BOOKINGS, &order).await.status, 201);
    let larger = with(flat(), "/value", json!(60_000));
    let quote = app.post(QUOTES, &larger).await.json()["quote"]["quoteId"].clone();
    let lost_after = Fault::once(Operation::PurchaseQuote, Kind::ResetAfter);
    app.sandbox.set_faults([lost_after]);
    let reply = app.post(BOOKINGS, &json!({"quoteId": quote})).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let booking = lost(&app, Kind::ResetAfter).await;
    let path = settle(&booking);

    let taken = app.post(&path, &bought(&app, 0)).await;
    taken.problem(409, "certificate_taken");
    assert_documented(&document, ("post", SETTLE), &taken);
    let larger = app.post(&path, &bought(&app, 1)).await;
    larger.problem(422, "certificate_contradicts_quote");
    assert_documented(&document, ("post", SETTLE), &larger);

    let own = app.post(&path, &bought(&app, 2)).await;
    assert_eq!(own.status, 200, "{}", own.text);
}

/// P28: whoever may only buy does not see other tenants' purchases.
#[tokio::test(flavor = "multi_thread")]
async fn only_operations_see_and_settle() {
    let app = TestApp::start().await;
    let booking = lost(&app, Kind::ResetAfter).await;
    let scopes = [Scope::Quotes, Scope::Bookings, Scope::Read, Scope::Webhooks];
    let buyer = app.new_key(app.tenant, &scopes).await;
    for path in [UNKNOWN.to_owned(), format!("{UNKNOWN}/{booking}")] {
        let request = app.anonymous(Method::GET, &path).bearer_auth(&buyer);
        Reply::of(request).await.problem(403, "forbidden");
    }
    let request = app.anonymous(Method::POST, &settle(&booking)).bearer_auth(&buyer);
    let reply = Reply::of(request.json(&bought(&app, 0))).await;
    reply.problem(403, "forbidden");
}

/// P1, P4: the certificate that the insurer confirms is the booking's, and nothing is bought for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_certificate_settles_the_booking() {
    let (app, document) = (TestApp::start().await, document());
    let booking = lost(&app, Kind::ResetAfter).await;
    let wrong = json!({"outcome": "bought", "certificateNumber": "C-404"});
    let refused = app.post(&settle(&booking), &wrong).await;
    refused.problem(422, "certificate_not_confirmed");
    assert_documented(&document, ("post", SETTLE), &refused);

    let reply = app.post(&settle(&booking), &bought(&app, 0)).await;

    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_documented(&document, ("post", SETTLE), &reply);
    assert_eq!(reply.json()["unknownOutcome"]["status"], "active");
    let shown = app.get(&format!("{BOOKINGS}/{booking}")).await.json();
    assert_eq!(shown["booking"]["status"], "active");
    assert_eq!(
        shown["booking"]["policyNumber"],
        bought(&app, 0)["certificateNumber"]
    );
    assert_eq!(app.sandbox.ledger().attempts.len(), 1);
    let list = app.get(UNKNOWN).await.json();
    assert_eq!(list["unknownOutcomes"], json!([]));
    let again = app.post(&settle(&booking), &bought(&app, 0)).await;
    again.problem(409, "outcome_not_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_still_be_under_way_is_not_called_not_bought() {
    let (app, document) = (TestApp::start().await, document());
    let booking = lost(&app, Kind::ResetBefore).await;
    let reply = app
        .post(&settle(&booking), &json!({"outcome": "not_bought"}))
        .await;
    reply.problem(409, "settlement_too_early");
    assert_documented(&document, ("post", SETTLE), &reply);
    let seconds = reply.seconds("retry-after");
    assert!((500..=600).contains(&seconds), "{seconds}");
}

/// P2: a purchase that was not made is made once, after a person has said so, and whoever follows the events hears it.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_was_not_made_can_be_booked_again() {
    let app = TestApp::start().await;
    let booking = lost(&app, Kind::ResetBefore).await;
    let url = app._db.as_ref().unwrap().url();
    let (sql, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let older = "UPDATE booking_attempts SET started_at = started_at - interval '11 minutes'";
    sql.execute(older, &[]).await.unwrap();
    let mut events = Events::subscribe(&app.queue, From::Now).await.unwrap();

    let reply = app
        .post(&settle(&booking), &json!({"outcome": "not_bought"}))
        .await;

    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["unknownOutcome"]["status"], "failed");
    let Notice::Event(_, event) = events.next().await else {
        panic!("no event");
    };
    assert_eq!(event.kind, "booking.failed");
    assert_eq!(event.subjects["booking"].to_string(), booking);
    assert_eq!(event.tenant, Some(app.tenant));
    let shown = app.get(&format!("{BOOKINGS}/{booking}")).await.json();
    assert_eq!(shown["booking"]["errorCode"], "purchase_not_made");
    let quote = shown["booking"]["quoteId"].as_str().unwrap();
    let again = app.post(BOOKINGS, &TestApp::order(quote)).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(app.sandbox.ledger().certificates.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let app = Setup::default().without_worker().start().await;
    let nobody = settle("0199a3c2-0000-7000-8000-000000000000");
    let reply = app.post(&nobody, &json!({"outcome": "not_bought"})).await;
    reply.problem(404, "booking_not_found");
    let reply = app
        .post(&settle("nonsense"), &json!({"outcome": "not_bought"}))
        .await;
    reply.problem(404, "booking_not_found");
    let wrong = json!({"outcome": "maybe", "force": true});
    let reply = app.post(&nobody, &wrong).await;
    reply.problem(422, "validation_failed");
    let pair = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    assert_eq!(
        reply.errors(),
        [pair("outcome", "not_one_of"), pair("force", "unknown_field")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_is_repeated_with_its_key_is_answered_alike() {
    let app = TestApp::start().await;
    let booking = lost(&app, Kind::ResetAfter).await;
    let (path, body, key) = (settle(&booking), bought(&app, 0), ("idempotency-key", "settle-1"));
    let first = app.post_with(&path, &body, key).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let second = app.post_with(&path, &body, key).await;
    assert_eq!((second.status, second.json()), (200, first.json()));
    assert_eq!(second.header("idempotency-replayed"), "true");
    let other = app.post_with(&path, &json!({"outcome": "not_bought"}), key).await;
    other.problem(422, "idempotency_key_reused");
}

/// P27: a settlement that is not waited for goes on, and its result can be fetched.
#[tokio::test(flavor = "multi_thread")]
async fn a_settlement_that_is_not_waited_for_can_be_followed() {
    let (app, document) = (TestApp::start().await, document());
    let booking = lost(&app, Kind::ResetAfter).await;
    let request = app
        .request(Method::POST, &settle(&booking))
        .header("prefer", "respond-async");
    let reply = Reply::of(request.json(&bought(&app, 0))).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert_documented(&document, ("post", SETTLE), &reply);
    let location = reply.header("location").to_owned();
    assert_eq!(location, format!("{UNKNOWN}/{booking}"));
    app.eventually(&location, |reply| {
        reply.json()["unknownOutcome"]["status"] == "active"
    })
    .await;
}
