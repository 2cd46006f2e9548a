//! Requests that are wrong: each gets one problem that lists everything, and touches neither queue nor insurer.

use loadsure_config::BODY_LIMIT;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::bodies::{day, flat, full, with};
use crate::support::{BOOKINGS, QUOTES, Reply, Setup, TestApp};

async fn app() -> TestApp {
    Setup::default().without_worker().start().await
}

async fn raw(app: &TestApp, content_type: &str, body: impl Into<String>) -> Reply {
    let request = app.request(Method::POST, QUOTES).body(body.into());
    Reply::of(request.header("content-type", content_type)).await
}

/// P32: no stack trace, no HTML, no text of a parser.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_json_is_malformed() {
    let app = app().await;
    for body in [
        "",
        "{",
        "NaN",
        "{\"value\": NaN}",
        "{\"a\":1,}",
        "\u{feff}{}",
        "<quote/>",
    ] {
        raw(&app, "application/json", body)
            .await
            .problem(400, "malformed_json");
    }
    let nested = "[".repeat(100_000);
    raw(&app, "application/json", nested)
        .await
        .problem(400, "malformed_json");
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_type_is_not_taken() {
    let app = app().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
    ] {
        let reply = raw(&app, content_type, flat().to_string()).await;
        reply.problem(415, "unsupported_media_type");
    }
    let packed = app.request(Method::POST, QUOTES).json(&flat());
    let reply = Reply::of(packed.header("content-encoding", "gzip")).await;
    reply.problem(415, "unsupported_media_type");
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_with_a_charset_is_json_all_the_same() {
    let app = TestApp::start().await;
    let reply = raw(&app, "Application/JSON; charset=utf-8", flat().to_string()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
}

/// Posts a body whose length is not told beforehand, and gives the whole answer.
async fn sent_in_chunks(app: &TestApp, body: &str) -> String {
    let mut stream = TcpStream::connect(app.api.address()).await.unwrap();
    let head = format!(
        "POST {QUOTES} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        app.key,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The answer may come, and the connection end, before all of it is taken.
    let _sent = stream.write_all(format!("{body}\r\n0\r\n\r\n").as_bytes()).await;
    let mut answer = Vec::new();
    let _read = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_too_large() {
    let app = app().await;
    let body = with(flat(), "/description", json!("x".repeat(BODY_LIMIT))).to_string();
    raw(&app, "application/json", body.as_str())
        .await
        .problem(413, "body_too_large");
    let answer = sent_in_chunks(&app, &body).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"code\":\"body_too_large\""), "{answer}");
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_missing_is_listed_at_once() {
    let app = app().await;
    let reply = app.post(QUOTES, &json!({})).await;
    reply.problem(422, "validation_failed");
    let errors = reply.errors();
    for field in [
        "description",
        "value",
        "pickupDate",
        "deliveryDate",
        "originAddress1",
        "userName",
    ] {
        let missing = |(path, code): &(String, String)| path.starts_with(field) && code == "required";
        assert!(errors.iter().any(missing), "{field}: {errors:?}");
    }
    let reply = app.post(QUOTES, &json!({"shipment": {}})).await;
    reply.problem(422, "validation_failed");
    let errors = reply.errors();
    for field in [
        "user",
        "assured",
        "shipment.cargo",
        "shipment.stops",
        "shipment.pickupDate",
    ] {
        assert!(
            errors.contains(&(field.to_owned(), "required".to_owned())),
            "{field}: {errors:?}"
        );
    }
    app.assert_untouched().await;
}

/// P35, P36, P37: zero, negative and mistyped values are told apart, and never reach a worker.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_values_are_named_by_path_and_code() {
    let app = app().await;
    let cases: [(Value, &str, Value, &str); 10] = [
        (flat(), "/value", json!(0), "not_positive"),
        (flat(), "/value", json!(-1), "out_of_range"),
        (flat(), "/value", json!("50000"), "wrong_type"),
        (flat(), "/value", json!(true), "wrong_type"),
        (flat(), "/description", json!(7), "wrong_type"),
        (flat(), "/currency", json!("EURO"), "not_a_currency"),
        (flat(), "/originCountry", json!("US"), "not_a_country"),
        (flat(), "/pickupDate", json!("2025-02-30"), "not_a_date"),
        (flat(), "/carrierMode", json!("TELEPORT"), "not_one_of"),
        (flat(), "/userEmail", json!("nobody"), "not_an_email"),
    ];
    for (body, pointer, value, code) in cases {
        let reply = app.post(QUOTES, &with(body, pointer, value.clone())).await;
        reply.problem(422, "validation_failed");
        let expected = (pointer.trim_start_matches('/').to_owned(), code.to_owned());
        assert!(reply.errors().contains(&expected), "{value}: {}", reply.text);
    }
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_out_of_order_or_too_far_ahead_are_refused() {
    let app = app().await;
    let late = with(flat(), "/pickupDate", json!(day(9)));
    let far = with(
        with(flat(), "/pickupDate", json!(day(32))),
        "/deliveryDate",
        json!(day(40)),
    );
    for (body, code) in [(late, "date_order"), (far, "too_far_ahead")] {
        let reply = app.post(QUOTES, &body).await;
        reply.problem(422, "validation_failed");
        assert!(
            reply.errors().iter().any(|(_, found)| found == code),
            "{}",
            reply.text
        );
    }
    app.assert_untouched().await;
}

/// P40: a typo in an application is not dropped in silence.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_not_known_is_refused_with_its_path() {
    let app = app().await;
    let cases = [
        (with(flat(), "/carierName", json!("x")), "carierName"),
        (
            with(full(), "/shipment/cargo/wieght", json!(1)),
            "shipment.cargo.wieght",
        ),
        (
            with(full(), "/assured/address/zip", json!("1")),
            "assured.address.zip",
        ),
    ];
    for (body, path) in cases {
        let reply = app.post(QUOTES, &body).await;
        reply.problem(422, "validation_failed");
        assert_eq!(reply.errors(), [(path.to_owned(), "unknown_field".to_owned())]);
    }
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_order_lists_everything_that_is_wrong() {
    let app = app().await;
    let body = json!({
        "quoteId": 7, "sendEmailsTo": ["EVERYONE"], "callbackUrl": "http://example.com", "emailAll": true
    });
    let reply = app.post(BOOKINGS, &body).await;
    reply.problem(422, "validation_failed");
    let expected = [
        ("quoteId", "wrong_type"),
        ("sendEmailsTo[0]", "not_one_of"),
        ("callbackUrl", "not_a_url"),
        ("emailAll", "unknown_field"),
    ];
    assert_eq!(
        reply.errors(),
        expected.map(|(path, code)| (path.to_owned(), code.to_owned()))
    );
    for (body, code) in [
        (json!({}), "required"),
        (json!({"quoteId": "nonsense"}), "not_an_id"),
        (json!([]), "wrong_type"),
        (json!("x"), "wrong_type"),
    ] {
        let reply = app.post(BOOKINGS, &body).await;
        reply.problem(422, "validation_failed");
        assert_eq!(reply.errors()[0].1, code, "{}", reply.text);
    }
    app.assert_untouched().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_routes_and_methods_are_problems_too() {
    let app = app().await;
    for path in [
        "/api",
        "/api/nothing",
        "/api/insurance/quotes/x/y",
        "/nothing",
        "/",
    ] {
        app.get(path).await.problem(404, "not_found");
    }
    let reply = Reply::of(app.request(Method::DELETE, QUOTES)).await;
    reply.problem(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), "GET, HEAD, POST");
    let reply = Reply::of(app.anonymous(Method::POST, "/health")).await;
    reply.problem(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), "GET, HEAD");
}
