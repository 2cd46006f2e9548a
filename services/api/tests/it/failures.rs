//! What becomes of the insurer's failures over HTTP: one status and one code each (P18, P39).

use loadsure_sandbox::{Fault, Kind, Operation};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::certificates::{CERTIFICATES, USER, bought};
use crate::support::bodies::flat;
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp};

const AWAY: Kind = Kind::Unavailable {
    retry_after_s: Some(0),
};
const SILENT: Kind = Kind::Hang { commits: false };
const NONSENSE: Kind = Kind::Garbage { commits: false };

/// What every attempt meets, and what the caller is told.
const TABLE: [(Kind, u16, &str); 3] = [
    (SILENT, 504, "insurer_timeout"),
    (NONSENSE, 502, "insurer_fault"),
    (AWAY, 502, "insurer_unavailable"),
];

/// A service that gives each call a second, and whose circuits stay closed: held back, no attempt would meet its fault.
async fn start() -> TestApp {
    Setup::default()
        .env("LOADSURE_CONNECT_TIMEOUT_MS", "1000")
        .env("LOADSURE_REQUEST_TIMEOUT_MS", "1000")
        .env("LOADSURE_CIRCUIT_FAILURES", "1000")
        .start()
        .await
}

/// The answer to a request whose retries are all due at once.
async fn hurried(app: &TestApp, request: RequestBuilder) -> Reply {
    let session = app.session().await;
    let hurry = "UPDATE jobs SET due_at = now() WHERE state = 'pending' AND attempt > 1";
    let mut reply = std::pin::pin!(Reply::of(request.header("prefer", "wait=55")));
    loop {
        tokio::select! {
            reply = &mut reply => return reply,
            () = tokio::time::sleep(std::time::Duration::from_millis(50)) => {
                session.execute(hurry, &[]).await.unwrap();
            }
        }
    }
}

/// Sends a request once for each line of the table, while these operations fail.
async fn fails(app: &TestApp, operations: &[Operation], request: impl Fn() -> RequestBuilder) {
    for (kind, status, code) in TABLE {
        let faults: Vec<Fault> = operations
            .iter()
            .map(|&operation| Fault::always(operation, kind))
            .collect();
        app.sandbox.set_faults(faults);
        let reply = hurried(app, request()).await;
        reply.problem(status, code);
        app.sandbox.set_faults([]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_tells_how_the_insurer_failed() {
    let app = start().await;
    let request = || app.request(Method::POST, QUOTES).json(&flat());
    fails(&app, &[Operation::Quote], request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_of_a_certificate_tells_how_the_insurer_failed() {
    let app = start().await;
    let path = format!("{CERTIFICATES}/{}?refresh=true", bought(&app).await);
    let request = || app.request(Method::GET, &path);
    fails(&app, &[Operation::CertificateSummary], request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_tells_how_the_insurer_failed() {
    let app = start().await;
    let path = format!("{CERTIFICATES}/{}/document", bought(&app).await);
    let request = || app.request(Method::GET, &path);
    fails(&app, &[Operation::CertificateUrl], request).await;
}

/// P1: none of them is a success, whatever may have arrived.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_tells_how_the_insurer_failed() {
    let app = start().await;
    let path = format!("{CERTIFICATES}/{}/cancel", bought(&app).await);
    let order = json!({"userId": USER, "reason": "CANNLN"});
    let request = || app.request(Method::POST, &path).json(&order);
    let operations = [Operation::CancelCertificate, Operation::CertificateSummary];
    fails(&app, &operations, request).await;
}

/// P1, P2: what was turned away was not bought; what was sent and not answered is neither bought nor failed.
#[tokio::test(flavor = "multi_thread")]
async fn a_booking_tells_how_the_insurer_failed() {
    let app = start().await;
    for (kind, status, word) in [
        (SILENT, 202, "outcome_unknown"),
        (NONSENSE, 202, "outcome_unknown"),
        (AWAY, 502, "insurer_unavailable"),
    ] {
        let order = TestApp::order(&app.quoted().await);
        app.sandbox
            .set_faults([Fault::always(Operation::PurchaseQuote, kind)]);
        let reply = hurried(&app, app.request(Method::POST, BOOKINGS).json(&order)).await;
        app.sandbox.set_faults([]);
        if status == 202 {
            assert_eq!(reply.status, status, "{}", reply.text);
            assert_eq!(reply.json()["booking"]["status"], word);
        } else {
            reply.problem(status, word);
        }
    }
    assert!(app.sandbox.ledger().certificates.is_empty());
}
