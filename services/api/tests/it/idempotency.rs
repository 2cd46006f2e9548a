//! Requests that are sent again.

use futures_util::future::join_all;
use loadsure_sandbox::{Fault, Kind, Operation};
use serde_json::json;

use crate::support::bodies::{flat, with};
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp};

const REFRESH: &str = "/api/support-data/refresh";
const SCHEDULE: &str = "/api/support-data/schedule";
const KEY: (&str, &str) = ("idempotency-key", "order-4711");

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer() {
    let app = TestApp::start().await;
    let first = app.post_with(QUOTES, &flat(), KEY).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (201, ""),
        "{}",
        first.text
    );
    let again = app.post_with(QUOTES, &flat(), KEY).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (201, "true")
    );
    assert_eq!(again.json(), first.json());
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(app.sandbox.requests(Operation::Quote).len(), 1);
}

/// P2: a client that retries its order does not buy twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_order_is_one_purchase() {
    let app = TestApp::start().await;
    let order = TestApp::order(&app.quoted().await);
    let first = app.post_with(BOOKINGS, &order, KEY).await;
    let again = app.post_with(BOOKINGS, &order, KEY).await;
    assert_eq!((first.status, again.status), (201, 201), "{}", again.text);
    assert_eq!(again.json(), first.json());
    assert_eq!(app.sandbox.ledger().certificates.len(), 1);
}

/// P2: whoever repeats an order whose answer was lost is told so, not to come again for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_order_with_an_unknown_outcome_is_told_that_it_is_unknown() {
    let app = TestApp::start().await;
    let order = TestApp::order(&app.quoted().await);
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, Kind::ResetAfter)]);
    let first = app.post_with(BOOKINGS, &order, KEY).await;
    let again = app.post_with(BOOKINGS, &order, KEY).await;
    assert_eq!((first.status, again.status), (202, 202), "{}", again.text);
    assert_eq!(again.json()["booking"]["status"], "outcome_unknown");
    assert_eq!(again.json(), first.json());
    assert_eq!(app.sandbox.requests(Operation::PurchaseQuote).len(), 1);
}

/// P2: concurrent repeats are one job; whoever comes too early is told to come again.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_repeats_are_one_purchase() {
    let app = TestApp::start().await;
    let order = TestApp::order(&app.quoted().await);
    let replies = join_all((0..8).map(|_| app.post_with(BOOKINGS, &order, KEY))).await;
    let first = replies.iter().find(|reply| reply.status == 201).unwrap();
    for reply in &replies {
        if reply.status == 201 {
            assert_eq!(reply.json(), first.json());
        } else {
            reply.problem(409, "idempotency_in_progress");
            assert!(reply.seconds("retry-after") > 0);
            assert_eq!(reply.header("location"), first.header("location"));
        }
    }
    assert_eq!(app.sandbox.ledger().certificates.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_one_request_only() {
    let app = TestApp::start().await;
    assert_eq!(app.post_with(QUOTES, &flat(), KEY).await.status, 201);
    let other = with(flat(), "/freightId", json!("FR-78"));
    let reply = app.post_with(QUOTES, &other, KEY).await;
    reply.problem(422, "idempotency_key_reused");
    let simple = format!("{QUOTES}/simple");
    let reply = app.post_with(&simple, &flat(), KEY).await;
    reply.problem(422, "idempotency_key_reused");
    assert_eq!(app.sandbox.requests(Operation::Quote).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_insurer_is_repeated_too() {
    let app = TestApp::start().await;
    let body = with(flat(), "/value", json!(5_000_000));
    let first = app.post_with(QUOTES, &body, KEY).await;
    let again = app.post_with(QUOTES, &body, KEY).await;
    assert_eq!((again.status, again.json()), (422, first.json()));
    assert_eq!(again.header("content-type"), "application/problem+json");
    assert_eq!(app.sandbox.requests(Operation::Quote).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_body_does_not_use_up_its_key() {
    let app = TestApp::start().await;
    let wrong = with(flat(), "/value", json!(0));
    app.post_with(QUOTES, &wrong, KEY)
        .await
        .problem(422, "validation_failed");
    assert_eq!(app.post_with(QUOTES, &flat(), KEY).await.status, 201);
}

/// P27: whoever was answered 202 gets the result by repeating the request.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_accepted_is_answered_by_how_its_work_stands() {
    let app = Setup::default().without_worker().start().await;
    let request = app.request(reqwest::Method::POST, QUOTES).json(&flat());
    let request = request.header(KEY.0, KEY.1).header("prefer", "respond-async");
    let first = Reply::of(request).await;
    assert_eq!(first.status, 202, "{}", first.text);
    let early = app.post_with(QUOTES, &flat(), KEY).await;
    early.problem(409, "idempotency_in_progress");
    assert_eq!(early.header("location"), first.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_key_is_refused() {
    let app = Setup::default().without_worker().start().await;
    for key in ["", " ", &"k".repeat(256)] {
        let reply = app.post_with(QUOTES, &flat(), ("idempotency-key", key)).await;
        reply.problem(400, "invalid_idempotency_key");
    }
    app.assert_untouched().await;
}

/// P2, for work that buys nothing: a repeated refresh is one job.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_refresh_is_one_job() {
    let app = TestApp::start().await;
    let first = app.post_with(REFRESH, &json!({}), KEY).await;
    let again = app.post_with(REFRESH, &json!({}), KEY).await;
    assert_eq!((first.status, again.status), (200, 200), "{}", first.text);
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        ("", "true")
    );
    assert_eq!(again.json(), first.json());
    assert_eq!(refreshes(&app).await, 1);
    let other = app
        .post_with(REFRESH, &json!({"lists": ["commodities"]}), KEY)
        .await;
    other.problem(422, "validation_failed");
    let bare = app.request(reqwest::Method::POST, REFRESH).header(KEY.0, KEY.1);
    Reply::of(bare).await.problem(422, "idempotency_key_reused");
    assert_eq!(refreshes(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_repeats_of_a_refresh_are_one_job() {
    let app = TestApp::start().await;
    let body = json!({});
    let replies = join_all((0..16).map(|_| app.post_with(REFRESH, &body, KEY))).await;
    let first = replies.iter().find(|reply| reply.status == 200).unwrap();
    for reply in &replies {
        if reply.status == 200 {
            assert_eq!(reply.json(), first.json());
        } else {
            reply.problem(409, "idempotency_in_progress");
            assert_eq!(reply.header("location"), "/api/support-data/status");
        }
    }
    assert_eq!(refreshes(&app).await, 1);
}

/// Refreshes that callers asked for. The one that is due when a service starts waits for nobody.
async fn refreshes(app: &TestApp) -> i64 {
    app.count("jobs WHERE kind = 'support-data' AND reply_to IS NOT NULL")
        .await
}

/// A late repeat does not undo what was scheduled after its first answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_schedule_changes_nothing() {
    let app = TestApp::start().await;
    let (mine, theirs) = (
        json!({"schedule": "15 3 * * *"}),
        json!({"schedule": "0 5 * * *"}),
    );
    let first = app.post_with(SCHEDULE, &mine, KEY).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(app.post(SCHEDULE, &theirs).await.status, 200);
    let again = app.post_with(SCHEDULE, &mine, KEY).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, "true")
    );
    assert_eq!(again.json(), first.json());
    assert_eq!(app.store.schedule().await.unwrap().unwrap().cron, "0 5 * * *");
    let other = app.post_with(SCHEDULE, &theirs, KEY).await;
    other.problem(422, "idempotency_key_reused");
    let changes = app
        .count("audit_log WHERE action = 'support_data.schedule'")
        .await;
    assert_eq!(changes, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_repeats_of_a_schedule_change_it_once() {
    let app = Setup::default().without_worker().start().await;
    let body = json!({"schedule": "15 3 * * *"});
    let replies = join_all((0..16).map(|_| app.post_with(SCHEDULE, &body, KEY))).await;
    for reply in &replies {
        assert_eq!((reply.status, reply.json()), (200, replies[0].json()));
    }
    let first = replies
        .iter()
        .filter(|reply| reply.header("idempotency-replayed").is_empty());
    assert_eq!(first.count(), 1);
    let changes = app
        .count("audit_log WHERE action = 'support_data.schedule'")
        .await;
    assert_eq!(changes, 1);
}
