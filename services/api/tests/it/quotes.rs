//! Asking for a quote, and reading it.

use loadsure_sandbox::{Fault, Kind, Operation};
use serde_json::{Value, json};

use crate::support::bodies::{flat, full, with};
use crate::support::{QUOTES, Setup, TestApp};

fn cents(value: &Value) -> i64 {
    let text = value.to_string();
    let (whole, part) = text
        .split_once('.')
        .unwrap_or_else(|| panic!("no decimals: {text}"));
    assert_eq!(part.len(), 2, "{text}");
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flat_form_is_priced() {
    let app = TestApp::start().await;
    let reply = app.post(QUOTES, &flat()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let body = reply.json();
    assert_eq!(body["status"], "success");
    let quote = &body["quote"];
    assert_eq!(quote["status"], "active");
    assert_eq!(
        (&quote["freightId"], &quote["poNumber"]),
        (&json!("FR-77"), &json!("PO-77"))
    );
    let id = quote["quoteId"].as_str().unwrap();
    assert_eq!(reply.header("location"), format!("{QUOTES}/{id}"));
    let stored = app.get(reply.header("location")).await;
    assert_eq!((stored.status, stored.json()), (200, body.clone()));
}

/// P9, P10, P11: the caller's fee is a fraction of the premium, summed once, exact, and not sent to the insurer.
#[tokio::test(flavor = "multi_thread")]
async fn the_full_form_is_priced_with_the_callers_own_fee() {
    let app = TestApp::start().await;
    let reply = app.post(QUOTES, &full()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let quote = reply.json()["quote"].clone();
    let premium = cents(&quote["premium"]);
    assert_eq!(cents(&quote["integrationFeeAmount"]), (premium + 5) / 10);
    let parts = ["premium", "serviceFee", "tax", "integrationFeeAmount"];
    let sum: i64 = parts.iter().map(|name| cents(&quote[name])).sum();
    assert_eq!(cents(&quote["totalCost"]), sum);
    let sent = app.sandbox.requests(Operation::Quote);
    assert!(
        !sent[0].body.to_string().contains("integrationFee"),
        "{}",
        sent[0].body
    );
}

/// P6: what the caller gave reaches the insurer through either form.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_gave_is_sent() {
    let app = TestApp::start().await;
    for (body, freight_id) in [(flat(), "FR-77"), (full(), "FR-88")] {
        app.sandbox.clear_requests();
        assert_eq!(app.post(QUOTES, &body).await.status, 201);
        let sent = app.sandbox.requests(Operation::Quote)[0].body.clone();
        assert_eq!(sent["shipment"]["freightId"], freight_id);
        assert_eq!(sent["user"]["name"], "Perdita Sonal");
        assert_eq!(sent["assured"]["name"], "Verity Assured");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simple_route_takes_the_flat_form_only() {
    let app = TestApp::start().await;
    let path = format!("{QUOTES}/simple");
    assert_eq!(app.post(&path, &flat()).await.status, 201);
    let reply = app.post(&path, &full()).await;
    reply.problem(422, "validation_failed");
    let unknown = ("shipment".to_owned(), "unknown_field".to_owned());
    assert!(reply.errors().contains(&unknown), "{}", reply.text);
}

/// P29: the purchase token is the insurer's secret, and ours.
#[tokio::test(flavor = "multi_thread")]
async fn the_purchase_token_is_never_shown() {
    let app = TestApp::start().await;
    let id = app.quoted().await;
    let shown = [
        app.get(&format!("{QUOTES}/{id}")).await.text,
        app.get(QUOTES).await.text,
        app.post("/api/insurance/bookings", &TestApp::order(&id))
            .await
            .text,
    ];
    let ledger = app.sandbox.ledger();
    let token = ledger.tokens.keys().next().unwrap();
    assert!(
        shown
            .iter()
            .all(|text| !text.contains(token) && !text.contains("oken\""))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_insurer_is_told_with_its_reasons() {
    let app = TestApp::start().await;
    let reply = app.post(QUOTES, &with(flat(), "/value", json!(5_000_000))).await;
    let problem = reply.problem(422, "quote_declined");
    assert_eq!(problem["errors"][0]["code"], "UNDERWRITING_DECLINED", "{problem}");
    let stored = app.get(reply.header("location")).await.json();
    assert_eq!(stored["quote"]["status"], "declined");
    assert_eq!(stored["quote"]["reasons"], problem["errors"]);
}

/// P39: a fault of the insurer is a 502, not the caller's.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_insurer_refuses_is_our_fault_and_not_the_callers() {
    let app = TestApp::start().await;
    app.sandbox
        .set_faults([Fault::always(Operation::Quote, Kind::Unauthorized)]);
    let reply = app.post(QUOTES, &flat()).await;
    reply.problem(502, "insurer_unavailable");
    let stored = app.get(reply.header("location")).await.json();
    assert_eq!(
        (&stored["quote"]["status"], &stored["quote"]["errorCode"]),
        (&json!("failed"), &json!("insurer_unavailable"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_quote_is_not_found() {
    let app = Setup::default().without_worker().start().await;
    for id in ["nonsense", "0", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        app.get(&format!("{QUOTES}/{id}"))
            .await
            .problem(404, "quote_not_found");
    }
}
