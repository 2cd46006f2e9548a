//! Reading certificates, and asking the insurer about them.

use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_store::keys::Scope;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{BOOKINGS, Reply, TestApp};

pub(crate) const CERTIFICATES: &str = "/api/insurance/certificates";

/// The `user.id` of the flat form of these tests: the e-mail, since none is given.
pub(crate) const USER: &str = "perdita@broker.example";

/// Buys cover and gives the number of its certificate.
pub(crate) async fn bought(app: &TestApp) -> String {
    let order = TestApp::order(&app.quoted().await);
    let reply = app.post(BOOKINGS, &order).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()["booking"]["policyNumber"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Cancels at the insurer, past this service.
async fn cancel_elsewhere(app: &TestApp, number: &str) {
    let url = format!(
        "{}{}",
        app.sandbox.base_url(),
        Operation::CancelCertificate.path()
    );
    let body = json!({"userId": USER, "certificateNumber": number, "cancellationReason": "CANNLN"});
    let request = app
        .http
        .post(url)
        .bearer_auth(app.sandbox.api_key().expose_secret());
    assert_eq!(request.json(&body).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_shown_and_listed_in_both_ways() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let shown = app.get(&format!("{CERTIFICATES}/{number}")).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let certificate = shown.json()["certificate"].clone();
    assert_eq!(
        (&certificate["certificateNumber"], &certificate["status"]),
        (&json!(number), &json!("ACTIVE"))
    );
    let list = app
        .get(&format!("{CERTIFICATES}?status=ACTIVE&freightId=FR-77"))
        .await
        .json();
    assert_eq!(list["certificates"], json!([certificate]));
    let older = app
        .get(&format!("{CERTIFICATES}/list?page=1&limit=10"))
        .await
        .json();
    assert_eq!(older["certificates"], json!([certificate]));
    assert_eq!(
        older["pagination"],
        json!({"total": 1, "page": 1, "limit": 10, "pages": 1})
    );
    let none = app.get(&format!("{CERTIFICATES}?status=CANCELLED")).await.json();
    assert_eq!(none["certificates"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_of_a_list_are_all_named() {
    let app = TestApp::start().await;
    let reply = app
        .get(&format!("{CERTIFICATES}?status=active&limit=0&colour=red"))
        .await;
    reply.problem(422, "validation_failed");
    let paths: Vec<String> = reply.errors().into_iter().map(|(path, _)| path).collect();
    assert!(
        ["status", "limit", "colour"]
            .iter()
            .all(|name| paths.iter().any(|path| path == name)),
        "{paths:?}"
    );
}

/// P28: another tenant's certificate does not exist, whatever is asked about it.
#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_certificate_is_not_there() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let tenant = app.store.create_tenant("other").await.unwrap();
    let key = app.new_key(tenant, &Scope::ALL).await;
    let one = format!("{CERTIFICATES}/{number}");
    for (method, path, body) in [
        (Method::GET, one.clone(), None),
        (Method::GET, format!("{one}?refresh=true"), None),
        (Method::GET, format!("{one}/document"), None),
        (
            Method::POST,
            format!("{one}/cancel"),
            Some(json!({"userId": USER, "reason": "CANNLN"})),
        ),
        (
            Method::POST,
            CERTIFICATES.to_owned(),
            Some(json!({"userId": USER, "certificateNumber": number})),
        ),
    ] {
        let mut request = app.anonymous(method, &path).bearer_auth(&key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Reply::of(request).await.problem(404, "certificate_not_found");
    }
    let list = Reply::of(app.anonymous(Method::GET, CERTIFICATES).bearer_auth(&key)).await;
    assert_eq!(list.json()["certificates"], json!([]));
    assert!(app.sandbox.requests(Operation::CancelCertificate).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_the_scope_is_refused() {
    let app = TestApp::start().await;
    let key = app.new_key(app.tenant, &[Scope::Quotes]).await;
    let read = Reply::of(app.anonymous(Method::GET, CERTIFICATES).bearer_auth(&key)).await;
    read.problem(403, "forbidden");
    let key = app.new_key(app.tenant, &[Scope::Read]).await;
    let cancel = app
        .anonymous(Method::POST, &format!("{CERTIFICATES}/c-1/cancel"))
        .bearer_auth(&key);
    Reply::of(cancel).await.problem(403, "forbidden");
}

/// P15: what changed at the insurer is seen when it is asked for, and the booking follows.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_shows_what_the_insurer_knows_now() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    cancel_elsewhere(&app, &number).await;
    let path = format!("{CERTIFICATES}/{number}");
    assert_eq!(app.get(&path).await.json()["certificate"]["status"], "ACTIVE");
    let fresh = app.get(&format!("{path}?refresh=true")).await;
    assert_eq!(fresh.status, 200, "{}", fresh.text);
    assert_eq!(fresh.json()["certificate"]["status"], "CANCELLED");
    let booking = fresh.json()["certificate"]["bookingId"]
        .as_str()
        .unwrap()
        .to_owned();
    let booking = app.get(&format!("{BOOKINGS}/{booking}")).await.json();
    assert_eq!(booking["booking"]["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_is_not_waited_for_answers_what_is_known() {
    let mut app = TestApp::start().await;
    let number = bought(&app).await;
    app.stop_worker().await;
    let path = format!("{CERTIFICATES}/{number}");
    for (path, location) in [
        (format!("{path}?refresh=true"), path.clone()),
        (format!("{path}/document"), format!("{path}/document")),
    ] {
        let request = app.request(Method::GET, &path).header("prefer", "respond-async");
        let reply = Reply::of(request).await;
        assert_eq!(reply.status, 202, "{}", reply.text);
        assert_eq!(reply.header("location"), location);
        assert!(reply.seconds("retry-after") > 0);
        assert_eq!(reply.json()["certificate"]["status"], "ACTIVE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_asked_for_by_true_or_false() {
    let app = TestApp::start().await;
    let reply = app.get(&format!("{CERTIFICATES}/c-1?refresh=yes")).await;
    reply.problem(422, "validation_failed");
    assert_eq!(reply.errors(), [("refresh".to_owned(), "wrong_type".to_owned())]);
    let reply = app.get(&format!("{CERTIFICATES}/c-1?refresh=true")).await;
    reply.problem(404, "certificate_not_found");
}

/// P39: a fault of the insurer is neither the caller's nor a missing certificate.
#[tokio::test(flavor = "multi_thread")]
async fn an_insurer_that_does_not_answer_properly_is_a_502() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let fault = Kind::ServerErrorHtml {
        status: 500,
        commits: false,
    };
    app.sandbox
        .set_faults([Fault::always(Operation::CertificateSummary, fault)]);
    let reply = app.get(&format!("{CERTIFICATES}/{number}?refresh=true")).await;
    reply.problem(502, "insurer_fault");
    let known = app.get(&format!("{CERTIFICATES}/{number}")).await;
    assert_eq!(known.json()["certificate"]["status"], "ACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_the_insurer_does_not_know_is_not_found() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let refusal = Kind::OkWithErrors { success_false: true };
    app.sandbox
        .set_faults([Fault::once(Operation::CertificateUrl, refusal)]);
    let reply = app.get(&format!("{CERTIFICATES}/{number}/document")).await;
    reply.problem(404, "certificate_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_reached_by_a_fresh_link() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let http = Client::builder()
        .redirect(Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let url = format!("{}{CERTIFICATES}/{number}/document", app.url);
    let first = Reply::of(http.get(&url).bearer_auth(&app.key)).await;
    assert_eq!(
        (first.status, first.header("cache-control")),
        (302, "no-store"),
        "{}",
        first.text
    );
    let pdf = http.get(first.header("location")).send().await.unwrap();
    assert_eq!(pdf.status(), 200);
    assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF"));
    let asked = app.sandbox.requests(Operation::CertificateUrl).len();
    assert_eq!(Reply::of(http.get(&url).bearer_auth(&app.key)).await.status, 302);
    assert_eq!(app.sandbox.requests(Operation::CertificateUrl).len(), asked + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_look_up_wants_the_user_of_the_quote() {
    let app = TestApp::start().await;
    let number = bought(&app).await;
    let body = |user: &str| json!({"certificateNumber": number, "userId": user});
    let found = app.post(CERTIFICATES, &body(USER)).await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert_eq!(
        found.json(),
        app.get(&format!("{CERTIFICATES}/{number}")).await.json()
    );
    app.post(CERTIFICATES, &body("someone-else"))
        .await
        .problem(404, "certificate_not_found");
    let wrong = app
        .post(
            CERTIFICATES,
            &json!({"certificateNumber": 7, "number": Value::Null}),
        )
        .await;
    wrong.problem(422, "validation_failed");
    let mut errors = wrong.errors();
    errors.sort();
    let expected = [
        ("certificateNumber", "wrong_type"),
        ("number", "unknown_field"),
        ("userId", "required"),
    ];
    assert_eq!(
        errors,
        expected.map(|(path, code)| (path.to_owned(), code.to_owned()))
    );
}
