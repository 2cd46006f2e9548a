//! Buying, once.

use futures_util::future::join_all;
use loadsure_sandbox::{Fault, Kind, Operation};
use serde_json::json;

use crate::support::bodies::flat;
use crate::support::{BOOKINGS, QUOTES, Setup, TestApp, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_bought_and_its_certificate_shown() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    let reply = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let body = reply.json();
    let booking = &body["booking"];
    assert_eq!(
        (&booking["status"], &booking["quoteId"]),
        (&json!("active"), &json!(quote))
    );
    let ledger = app.sandbox.ledger();
    let number = ledger.certificates[0].certificate_number.to_string();
    assert_eq!(booking["policyNumber"], number);
    assert_eq!(booking["certificate"]["certificateNumber"], number);
    assert_eq!(booking["certificate"]["status"], "ACTIVE");
    assert_eq!(app.get(reply.header("location")).await.json(), body);
    let bought = app.get(&format!("{QUOTES}/{quote}")).await;
    assert_eq!(bought.json()["quote"]["status"], "booked");
}

/// P12: nobody is mailed unless asked for.
#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_are_named_are_mailed() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    assert_eq!(app.post(BOOKINGS, &TestApp::order(&quote)).await.status, 201);
    assert!(app.sandbox.ledger().emails.is_empty());
    let quote = app.quoted().await;
    let order = json!({"quoteId": quote, "sendEmailsTo": ["ASSURED"]});
    assert_eq!(app.post(BOOKINGS, &order).await.status, 201);
    assert_eq!(app.sandbox.ledger().emails.len(), 1);
}

/// P2: however many ask at once, cover is bought once.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_concurrent_orders_of_one_quote_are_one_purchase() {
    let app = TestApp::start().await;
    let order = TestApp::order(&app.quoted().await);
    let replies = join_all((0..16).map(|_| app.post(BOOKINGS, &order))).await;
    let bought: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(bought.len(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        reply.problem(409, "quote_already_booked");
        assert_eq!(reply.header("location"), bought[0].header("location"));
    }
    let ledger = app.sandbox.ledger();
    assert_eq!((ledger.attempts.len(), ledger.certificates.len()), (1, 1));
}

/// P8: whether a quote has expired is decided by the clock.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_quote_is_not_bought() {
    let app = TestApp::start().await;
    let mut settings = app.sandbox.settings();
    settings.expires_in = 0;
    app.sandbox.set_settings(settings);
    let quote = app.quoted().await;
    app.post(BOOKINGS, &TestApp::order(&quote))
        .await
        .problem(409, "quote_expired");
    assert!(app.sandbox.requests(Operation::PurchaseQuote).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_without_a_price_is_not_bought() {
    let app = Setup::default().without_worker().start().await;
    let pending = app.post_with(QUOTES, &flat(), ("prefer", "respond-async")).await;
    assert_eq!(pending.status, 202, "{}", pending.text);
    let quote = pending.json()["quote"]["quoteId"].as_str().unwrap().to_owned();
    let reply = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    reply.problem(409, "quote_not_ready");
    assert!(reply.seconds("retry-after") > 0);
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let reply = app.post(BOOKINGS, &TestApp::order(nobody)).await;
    reply.problem(404, "quote_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_quote_is_not_bought() {
    let app = TestApp::start().await;
    let body = crate::support::bodies::with(flat(), "/value", json!(5_000_000));
    let declined = app.post(QUOTES, &body).await;
    let (_, quote) = declined.header("location").rsplit_once('/').unwrap();
    let reply = app.post(BOOKINGS, &TestApp::order(quote)).await;
    reply.problem(409, "quote_not_bookable");
}

/// P1, P13: a refused purchase is never a success, also when the insurer answers 200.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_purchase_is_told_with_the_insurers_reasons() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    let refusal = Kind::OkWithErrors { success_false: false };
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, refusal)]);
    let reply = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    let problem = reply.problem(422, "booking_declined");
    assert!(!problem["errors"].as_array().unwrap().is_empty(), "{problem}");
    let shown = app.get(reply.header("location")).await.json();
    assert_eq!(shown["booking"]["status"], "failed");
    // What certainly bought nothing may be tried again.
    assert_eq!(app.post(BOOKINGS, &TestApp::order(&quote)).await.status, 201);
}

/// P2, P4: an answer that was lost is neither a success nor a failure, and nothing is bought a second time.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_answer_was_lost_is_neither_bought_nor_failed() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, Kind::ResetAfter)]);
    let reply = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let booking = reply.json()["booking"].clone();
    assert_eq!(booking["status"], "outcome_unknown");
    assert!(booking["detail"].as_str().unwrap().contains("Do not buy"));
    assert_eq!(app.get(reply.header("location")).await.json()["booking"], booking);
    let again = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    again.problem(409, "quote_already_booked");
    assert_eq!(app.sandbox.requests(Operation::PurchaseQuote).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_booking_is_not_found() {
    let app = Setup::default().without_worker().start().await;
    for id in ["nonsense", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let reply = app.get(&format!("{BOOKINGS}/{id}")).await;
        reply.problem(404, "booking_not_found");
    }
}

/// P27: a purchase that takes longer than its caller waits is fetched later.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_purchase_is_fetched_later() {
    let app = TestApp::start().await;
    let quote = app.quoted().await;
    let slow = Kind::Slow {
        ms: 1_500,
        commits: false,
    };
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, slow)]);
    let reply = app
        .post_with(BOOKINGS, &TestApp::order(&quote), ("prefer", "wait=1"))
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    assert!(reply.seconds("retry-after") > 0);
    let bought = app
        .eventually(reply.header("location"), |reply| {
            reply.json()["booking"]["status"] == "active"
        })
        .await;
    assert_eq!(bought.status, 200);
    let once = eventually(async || Some(app.sandbox.ledger().certificates.len())).await;
    assert_eq!(once, 1);
}
