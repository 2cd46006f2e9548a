//! Jobs that died, as operations see them and deal with them.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::{Kind as Job, Ticket};
use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_store::keys::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::openapi::assert_documented;
use crate::schema::document;
use crate::support::bodies::flat;
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp, eventually};

const LETTERS: &str = "/api/ops/dead-letters";
const REPLAY: &str = "/api/ops/dead-letters/{jobId}/replay";
const DISCARD: &str = "/api/ops/dead-letters/{jobId}/discard";

/// A quote whose every attempt was turned away, and its job.
async fn dead_quote(app: &TestApp) -> (String, String) {
    let away = Kind::Unavailable { retry_after_s: None };
    app.sandbox.set_faults([Fault::always(Operation::Quote, away)]);
    let reply = app.post_with(QUOTES, &flat(), ("prefer", "respond-async")).await;
    let quote = reply.json()["quote"]["quoteId"].as_str().unwrap().to_owned();
    let session = app.session().await;
    let hurry = "UPDATE jobs SET due_at = now() WHERE state = 'pending'";
    let job = eventually(async || {
        session.execute(hurry, &[]).await.unwrap();
        let list = app.get(LETTERS).await.json();
        list["deadLetters"][0]["jobId"].as_str().map(str::to_owned)
    })
    .await;
    app.sandbox.set_faults([]);
    (quote, job)
}

async fn patient() -> TestApp {
    // Held back, the insurer would not be asked again in time.
    let setup = Setup::default().env("LOADSURE_CIRCUIT_FAILURES", "1000");
    setup.start().await
}

/// P19, P27: what died while the insurer was away is done once it is back, by one command.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_quote_is_replayed_and_priced() {
    let (app, document) = (patient().await, document());
    let (quote, job) = dead_quote(&app).await;
    let listed = app.get(&format!("{LETTERS}?kind=quote")).await;
    assert_documented(&document, ("get", LETTERS), &listed);
    let letter = listed.json()["deadLetters"][0].clone();
    assert_eq!(
        (&letter["kind"], &letter["state"], &letter["errorCode"]),
        (&json!("quote"), &json!("dead"), &json!("insurer_fault"))
    );
    assert_eq!(letter["subjectId"], quote);
    assert_eq!(letter["history"].as_array().unwrap().len(), 4, "{letter}");
    let others = app.get(&format!("{LETTERS}?kind=booking")).await.json();
    assert_eq!(others["deadLetters"], json!([]));

    let path = format!("{LETTERS}/{job}/replay");
    let reply = app.post_with(&path, &json!({}), ("idempotency-key", "k")).await;

    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_documented(&document, ("post", REPLAY), &reply);
    let priced = |reply: &Reply| reply.json()["quote"]["status"] == "active";
    app.eventually(&format!("{QUOTES}/{quote}"), priced).await;
    let again = app.post_with(&path, &json!({}), ("idempotency-key", "k")).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, "true")
    );
    assert_eq!(again.json(), reply.json());
    let late = app.post(&path, &json!({})).await;
    late.problem(409, "job_not_dead");
    assert_documented(&document, ("post", REPLAY), &late);
    let shown = app.get(&format!("{LETTERS}/{job}")).await;
    assert_documented(&document, ("get", "/api/ops/dead-letters/{jobId}"), &shown);
    assert_eq!(shown.json()["deadLetter"]["state"], "done");
    assert_eq!(app.queue.dead_letter_count(Job::Quote).await.unwrap(), 0);
    assert_eq!(app.count("audit_log WHERE action = 'job.replay'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_discarded_once() {
    let (app, document) = (patient().await, document());
    let (quote, job) = dead_quote(&app).await;
    let path = format!("{LETTERS}/{job}/discard");
    let reply = app.post(&path, &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_documented(&document, ("post", DISCARD), &reply);
    app.post(&path, &json!({})).await.problem(409, "job_not_dead");
    assert_eq!(app.get(LETTERS).await.json()["deadLetters"], json!([]));
    assert_eq!(app.queue.dead_letter_count(Job::Quote).await.unwrap(), 0);
    let quote = app.get(&format!("{QUOTES}/{quote}")).await.json();
    assert_eq!(quote["quote"]["status"], "failed");
}

/// P2: a purchase that may have been made is settled, not sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_that_may_have_been_made_is_not_replayed() {
    let mut app = TestApp::start().await;
    let quote = app.quoted().await;
    app.stop_worker().await;
    let order = TestApp::order(&quote);
    let reply = app.post_with(BOOKINGS, &order, ("prefer", "respond-async")).await;
    let booking = reply.json()["booking"]["bookingId"].as_str().unwrap().to_owned();
    let sql = "SELECT id FROM jobs WHERE kind = 'booking'";
    let job: uuid::Uuid = app.session().await.query_one(sql, &[]).await.unwrap().get(0);
    let job = JobId::from(job);
    let ticket = Ticket { job, attempt: 1 };
    let started =
        loadsure_core::ports::Bookings::start_purchase(&app.store, ticket, booking.parse().unwrap());
    assert!(started.await.unwrap().is_some());
    let given_up = app.store.abandon(ticket, ErrorCode::Internal, "its workers died");
    given_up.await.unwrap();

    let reply = app.post(&format!("{LETTERS}/{job}/replay"), &json!({})).await;

    reply.problem(409, "purchase_may_be_made");
    let settle = format!("/api/ops/unknown-outcomes/{booking}");
    assert_eq!(reply.header("location"), settle);
    assert_eq!(app.get(&settle).await.status, 200);
    assert!(app.sandbox.requests(Operation::PurchaseQuote).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operations_see_dead_letters() {
    let app = Setup::default().without_worker().start().await;
    let key = app.new_key(app.tenant, &[Scope::Read, Scope::Bookings]).await;
    let request = app.anonymous(Method::GET, LETTERS).bearer_auth(&key);
    Reply::of(request).await.problem(403, "forbidden");
    let nobody = JobId::generate();
    for (method, path) in [
        (Method::GET, format!("{LETTERS}/{nobody}")),
        (Method::POST, format!("{LETTERS}/{nobody}/replay")),
        (Method::POST, format!("{LETTERS}/nonsense/discard")),
    ] {
        let reply = Reply::of(app.request(method, &path)).await;
        reply.problem(404, "job_not_found");
    }
    let wrong = app.get(&format!("{LETTERS}?kind=parcel")).await;
    wrong.problem(422, "validation_failed");
    assert_eq!(wrong.errors(), [("kind".to_owned(), "not_one_of".to_owned())]);
    let empty: Value = app.get(LETTERS).await.json();
    assert_eq!(empty["deadLetters"], json!([]));
}
