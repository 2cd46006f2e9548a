//! Headers of every answer.

use reqwest::Method;

use crate::support::{QUOTES, Reply, Setup, TestApp};

const PAGE: &str = "https://broker.example";

async fn app() -> TestApp {
    let setup = Setup::default().without_worker();
    setup.env("CORS_ALLOWED_ORIGINS", PAGE).start().await
}

async fn identified(app: &TestApp, id: &str) -> String {
    let reply = Reply::of(app.request(Method::GET, QUOTES).header("x-request-id", id)).await;
    reply.header("x-request-id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_over_if_it_is_short_and_printable() {
    let app = app().await;
    assert_eq!(identified(&app, "load-77/a").await, "load-77/a");
    for unusable in ["", "two words", &"x".repeat(65)] {
        let made = identified(&app, unusable).await;
        assert!(made.parse::<uuid::Uuid>().is_ok(), "{made}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_keeps_browsers_from_doing_harm() {
    let app = app().await;
    for path in [QUOTES, "/api/nothing", "/nothing", "/health"] {
        let reply = app.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_allowed_origins_may_read_an_answer() {
    let app = app().await;
    for (origin, allowed) in [(PAGE, PAGE), ("https://evil.example", ""), ("null", "")] {
        let reply = Reply::of(app.request(Method::GET, QUOTES).header("origin", origin)).await;
        assert_eq!(reply.header("access-control-allow-origin"), allowed);
        assert_eq!(reply.header("vary"), "Origin");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browsers_question_beforehand_is_answered_without_a_key() {
    let app = app().await;
    let question = |origin: &str| {
        app.anonymous(Method::OPTIONS, QUOTES)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
    };
    let reply = Reply::of(question(PAGE)).await;
    assert_eq!(
        (reply.status, reply.header("access-control-allow-origin")),
        (204, PAGE)
    );
    assert!(
        reply
            .header("access-control-allow-headers")
            .contains("Idempotency-Key")
    );
    let reply = Reply::of(question("https://evil.example")).await;
    assert_eq!(
        (reply.status, reply.header("access-control-allow-origin")),
        (401, "")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_is_a_get_without_its_body() {
    let app = app().await;
    let reply = Reply::of(app.request(Method::HEAD, QUOTES)).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, ""));
}
