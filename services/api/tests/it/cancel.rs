//! Cancelling cover.

use loadsure_core::job::Kind as Job;
use loadsure_sandbox::{Fault, Kind, Operation};
use serde_json::{Value, json};

use crate::certificates::{CERTIFICATES, USER, bought};
use crate::support::{BOOKINGS, Reply, TestApp, eventually};

fn order() -> Value {
    json!({"userId": USER, "reason": "CANNLN"})
}

async fn cancel(app: &TestApp, number: &str, order: &Value) -> Reply {
    app.post(&format!("{CERTIFICATES}/{number}/cancel"), order).await
}

async fn status(app: &TestApp, number: &str) -> Value {
    app.get(&format!("{CERTIFICATES}/{number}")).await.json()["certificate"]["status"].clone()
}

/// P12: the assured is not mailed unless that is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn cover_is_cancelled_and_everything_shows_it() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let reply = cancel(
        &app,
        &number,
        &json!({"userId": USER, "reason": "CANOTH", "additionalInfo": "Split"}),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let certificate = reply.json()["certificate"].clone();
    assert_eq!(certificate["status"], "CANCELLED");
    assert_eq!(certificate["cancellationReason"], "CANOTH");
    assert_eq!(certificate["cancellationAdditionalInfo"], "Split");
    assert!(certificate["canceledBy"].is_string() && certificate["canceledDate"].is_string());
    assert_eq!(status(&app, &number).await, "CANCELLED");
    let booking = certificate["bookingId"].as_str().unwrap();
    let booking = app.get(&format!("{BOOKINGS}/{booking}")).await.json()["booking"].clone();
    assert_eq!(
        (&booking["status"], &booking["certificate"]),
        (&json!("cancelled"), &certificate)
    );
    let ledger = app.sandbox.ledger();
    assert_eq!(ledger.cancellations.len(), 1);
    assert!(!ledger.cancellations[0].email_assured && ledger.emails.is_empty());
}

/// P14, P35: only a code is a reason, "other" needs words, and everything that is wrong is told before anything is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_order_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    for (body, expected) in [
        (json!({}), vec![("reason", "required"), ("userId", "required")]),
        (
            json!({"userId": USER, "reason": "no longer needed"}),
            vec![("reason", "not_one_of")],
        ),
        (
            json!({"userId": USER, "reason": "CANOTH"}),
            vec![("additionalInfo", "required")],
        ),
        (
            json!({"userId": USER, "reason": "CANNLN", "additionalInfo": ""}),
            vec![("additionalInfo", "empty")],
        ),
        (
            json!({"userId": 7, "reason": "CANNLN", "emailAssured": "yes", "why": "x"}),
            vec![
                ("emailAssured", "wrong_type"),
                ("userId", "wrong_type"),
                ("why", "unknown_field"),
            ],
        ),
    ] {
        let reply = cancel(&app, &number, &body).await;
        reply.problem(422, "validation_failed");
        let mut errors = reply.errors();
        errors.sort();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(path, code)| (path.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(errors, expected, "{body}");
    }
    assert_eq!(app.published(Job::Cancellation).await, 0);
    assert!(app.sandbox.requests(Operation::CancelCertificate).is_empty());
}

/// P1, P13: a refusal is never answered as success, also when the insurer answers 200, and cover stays in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_cancellation_is_told_with_the_insurers_reasons() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let refusal = Kind::OkWithErrors { success_false: false };
    app.sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, refusal)]);
    let reply = cancel(&app, &number, &order()).await;
    let problem = reply.problem(422, "cancellation_declined");
    assert!(!problem["errors"].as_array().unwrap().is_empty(), "{problem}");
    assert_eq!(status(&app, &number).await, "ACTIVE");
    // A refusal is not for ever.
    assert_eq!(cancel(&app, &number, &order()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_insurer_wants_the_user_of_the_quote() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let reply = cancel(
        &app,
        &number,
        &json!({"userId": "someone-else", "reason": "CANNLN"}),
    )
    .await;
    reply.problem(422, "cancellation_declined");
    assert_eq!(status(&app, &number).await, "ACTIVE");
}

/// P15: what is cancelled is not cancelled again.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_cancelled_once() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    assert_eq!(cancel(&app, &number, &order()).await.status, 200);
    cancel(&app, &number, &order())
        .await
        .problem(409, "certificate_not_active");
    assert_eq!(app.sandbox.requests(Operation::CancelCertificate).len(), 1);
    cancel(&app, "6f2c2a9e-0b0a-4d0e-9b52-0c5f8d1f6a77", &order())
        .await
        .problem(404, "certificate_not_found");
    cancel(&app, "..%2Fquotes", &order())
        .await
        .problem(404, "certificate_not_found");
}

/// P1, P15: an answer that was lost is looked for, not sent again and not guessed.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_whose_answer_was_lost_is_found_done() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    app.sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, Kind::ResetAfter)]);
    let reply = cancel(&app, &number, &order()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["certificate"]["status"], "CANCELLED");
    assert_eq!(app.sandbox.requests(Operation::CancelCertificate).len(), 1);
    assert_eq!(app.sandbox.ledger().cancellations.len(), 1);
}

/// P27: what is not done in time is done later, and its result is there for whoever repeats the request.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_cancellation_is_found_by_its_key() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let slow = Kind::Slow {
        ms: 1_500,
        commits: false,
    };
    app.sandbox
        .set_faults([Fault::once(Operation::CancelCertificate, slow)]);
    let path = format!("{CERTIFICATES}/{number}/cancel");
    let send = async |prefer: &str| {
        let request = app.request(reqwest::Method::POST, &path).json(&order());
        Reply::of(request.header("idempotency-key", "k-1").header("prefer", prefer)).await
    };
    let pending = send("wait=1").await;
    assert_eq!(pending.status, 202, "{}", pending.text);
    assert_eq!(pending.json()["certificate"]["status"], "ACTIVE");
    assert_eq!(pending.header("location"), format!("{CERTIFICATES}/{number}"));
    let other = cancel(&app, &number, &order()).await;
    other.problem(409, "cancellation_in_progress");
    assert!(other.seconds("retry-after") > 0);
    let done = eventually(async || {
        let reply = send("respond-async").await;
        (reply.status != 409).then_some(reply)
    })
    .await;
    assert_eq!(
        (done.status, done.header("idempotency-replayed")),
        (200, "true"),
        "{}",
        done.text
    );
    assert_eq!(done.json()["certificate"]["status"], "CANCELLED");
    assert_eq!(app.sandbox.ledger().cancellations.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_one_order() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let path = format!("{CERTIFICATES}/{number}/cancel");
    let key = ("idempotency-key", "k-2");
    let first = app.post_with(&path, &order(), key).await;
    let again = app.post_with(&path, &order(), key).await;
    assert_eq!(
        (first.status, again.status),
        (200, 200),
        "{} {}",
        first.text,
        again.text
    );
    assert_eq!(
        (again.json(), again.header("idempotency-replayed")),
        (first.json(), "true")
    );
    let other = json!({"userId": USER, "reason": "CANPIE"});
    app.post_with(&path, &other, key)
        .await
        .problem(422, "idempotency_key_reused");
    assert_eq!(app.sandbox.requests(Operation::CancelCertificate).len(), 1);
}
