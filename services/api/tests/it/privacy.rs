//! What must not be in a log, whatever its level.

use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_store::keys::Scope;
use loadsure_telemetry::capture::Capture;
use loadsure_telemetry::{Settings, init_with_writer};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::bodies::{PERSONAL, flat, full, with};
use crate::support::{BOOKINGS, QUOTES, Setup, TestApp};

/// Every kind of thing that is logged about: success, refusal, faults of the insurer, of callers and of ours.
async fn exercise(app: &TestApp) {
    let quote = app.quoted().await;
    assert_eq!(app.post(QUOTES, &full()).await.status, 201);
    let keyed = ("idempotency-key", "secret-looking-key");
    app.post_with(BOOKINGS, &TestApp::order(&quote), keyed).await;
    app.post_with(BOOKINGS, &TestApp::order(&quote), keyed).await;
    app.post(QUOTES, &with(flat(), "/value", json!(5_000_000)))
        .await
        .problem(422, "quote_declined");
    app.post(QUOTES, &with(flat(), "/userEmail", json!("perdita@broker")))
        .await
        .problem(422, "validation_failed");
    let html = Kind::ServerErrorHtml {
        status: 500,
        commits: true,
    };
    app.sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, html)]);
    let unknown = app.post(BOOKINGS, &TestApp::order(&app.quoted().await)).await;
    assert_eq!(unknown.json()["booking"]["status"], "outcome_unknown");
    let stolen = app.anonymous(
        reqwest::Method::GET,
        "/api/insurance/quotes?freightId=perdita@broker.example",
    );
    stolen.bearer_auth("lsk_stolen").send().await.unwrap();
}

/// P29, P30: no name, address, purchase token or key is in any line, at the finest level.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_shows_personal_data_a_token_or_a_key() {
    let lines = Capture::new();
    let _telemetry = init_with_writer(&Settings::for_tests(), lines.clone()).unwrap();
    let app = TestApp::start().await;
    exercise(&app).await;
    let text = lines.text();
    let ledger = app.sandbox.ledger();
    let tokens = ledger.tokens.keys().map(String::as_str);
    let keys = [
        app.key.as_str(),
        app.sandbox.api_key().expose_secret(),
        "lsk_stolen",
        "secret-looking-key",
    ];
    for secret in PERSONAL.into_iter().chain(tokens).chain(keys) {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    let answered = |line: &&Value| line["message"] == "request answered";
    let json = lines.json();
    let line = json.iter().find(answered).unwrap_or_else(|| panic!("{text}"));
    let line = line.to_string();
    for field in [
        "request.id",
        "http.route",
        "/api/insurance/quotes",
        "tenant.id",
        "api_key.id",
    ] {
        assert!(line.contains(field), "{field}: {line}");
    }
}

/// P30: the server's own words about a violated rule quote the whole row; they do not reach our logs.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_database_does_not_quote_rows() {
    let app = Setup::default().without_worker().start().await;
    let fault = app
        .store
        .create_key(app.tenant, "", &[Scope::Read], "test")
        .await
        .unwrap_err();
    let mut text = format!("{fault:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&fault);
    while let Some(error) = cause {
        text.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(text.contains("SQLSTATE 23514"), "a check is violated: {text}");
    assert!(!text.contains("lsk_") && !text.contains("Failing row"), "{text}");
}
