use loadsure_sandbox::{DuplicatePurchase, Operation};
use serde_json::{Value, json};

use crate::support::{Caller, quote_body};

async fn put(caller: &Caller, path: &str, body: &Value) -> (u16, Value) {
    let response = caller.http.put(caller.url(path)).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn get(caller: &Caller, path: &str) -> Value {
    caller
        .http
        .get(caller.url(path))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

#[tokio::test]
async fn faults_are_switched_on_and_off_over_http() {
    let caller = Caller::start().await;
    let rules = json!({"seed": 5, "rules": [{"operation": "*", "kind": "unavailable", "retry_after_s": 1}]});
    let (status, active) = put(&caller, "/_sandbox/faults", &rules).await;
    assert_eq!(
        (status, &active["seed"], &active["rules"][0]["hits"]),
        (200, &json!(5), &json!(0))
    );
    assert_eq!(
        caller.call(Operation::Commodities, &Value::Null).await.0.as_u16(),
        503
    );
    assert_eq!(get(&caller, "/_sandbox/faults").await["rules"][0]["hits"], 1);
    caller
        .http
        .delete(caller.url("/_sandbox/faults"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        caller.call(Operation::Commodities, &Value::Null).await.0.as_u16(),
        200
    );
}

#[tokio::test]
async fn rules_and_settings_that_make_no_sense_are_refused_and_change_nothing() {
    let caller = Caller::start().await;
    let cases = [
        (
            "/_sandbox/faults",
            json!({"rules": [{"operation": "quote", "kind": "explode"}]}),
        ),
        ("/_sandbox/faults", json!({"rule": []})),
        ("/_sandbox/settings", json!({"expires": 5})),
        ("/_sandbox/settings", json!({"duplicatePurchase": "maybe"})),
    ];
    for (path, body) in cases {
        assert_eq!(put(&caller, path, &body).await.0, 400, "{body}");
    }
    assert!(caller.sandbox.faults().rules.is_empty());
    assert_eq!(caller.sandbox.settings(), loadsure_sandbox::Settings::default());
}

#[tokio::test]
async fn settings_are_changed_one_by_one_over_http() {
    let caller = Caller::start().await;
    put(
        &caller,
        "/_sandbox/settings",
        &json!({"expiresIn": 9, "maxInsuredValue": 50000.25}),
    )
    .await;
    let (_, now) = put(
        &caller,
        "/_sandbox/settings",
        &json!({"duplicatePurchase": "rejected"}),
    )
    .await;
    assert_eq!(
        (&now["expiresIn"], now["maxInsuredValue"].to_string().as_str()),
        (&json!(9), "50000.25")
    );
    assert_eq!(
        caller.sandbox.settings().duplicate_purchase,
        DuplicatePurchase::Rejected
    );
    assert_eq!(caller.ok(Operation::Quote, &quote_body()).await["expiresIn"], 9);
}

#[tokio::test]
async fn the_ledger_over_http_counts_by_token() {
    let caller = Caller::start().await;
    let token = caller.token().await;
    for _ in 0..2 {
        caller
            .ok(Operation::PurchaseQuote, &json!({"quoteToken": token}))
            .await;
    }
    let ledger = get(&caller, "/_sandbox/ledger").await;
    assert_eq!(ledger["tokens"][&token]["committed"], 2);
    assert_eq!(ledger["certificates"][0]["price"]["premium"].to_string(), "60.00");
    assert_eq!(ledger["quotes"]["issued"], 1);
}

/// P11, P30: a test sees exactly what was sent, and never the key.
#[tokio::test]
async fn requests_are_recorded_without_the_key() {
    let caller = Caller::start().await;
    let mut body = quote_body();
    body["shipment"]["integrationFeeType"] = json!("fixed");
    caller.ok(Operation::Quote, &body).await;
    caller.ok(Operation::Commodities, &Value::Null).await;
    let recorded = caller.sandbox.requests(Operation::Quote);
    assert_eq!((recorded.len(), &recorded[0].body), (1, &body));
    assert_eq!(recorded[0].headers["content-type"], "application/json");
    assert!(!recorded[0].headers.contains_key("authorization"));
    let all = get(&caller, "/_sandbox/requests").await;
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    let lists = get(&caller, "/_sandbox/requests?operation=commodities").await;
    assert_eq!(
        (lists.as_array().map(Vec::len), &lists[0]["body"]),
        (Some(1), &Value::Null)
    );
    caller
        .http
        .delete(caller.url("/_sandbox/requests"))
        .send()
        .await
        .unwrap();
    assert!(caller.sandbox.requests(Operation::Quote).is_empty());
}

/// P23: nothing recorded grows without end.
#[tokio::test]
async fn only_the_last_requests_are_kept() {
    let caller = Caller::start().await;
    for n in 0..210 {
        caller.call(Operation::CertificateUrl, &json!({"n": n})).await;
    }
    let recorded = caller.sandbox.requests(Operation::CertificateUrl);
    assert_eq!((recorded.len(), &recorded[0].body["n"]), (200, &json!(10)));
}

#[tokio::test]
async fn health_needs_no_key() {
    let caller = Caller::start().await;
    assert_eq!(get(&caller, "/health").await, json!({"status": "ok"}));
}
