//! How often one caller may call.

use loadsure_store::keys::Scope;
use reqwest::Method;

use crate::support::{QUOTES, Reply, Setup, TestApp, eventually};

async fn limited(requests: &str) -> TestApp {
    Setup::default()
        .without_worker()
        .env("API_RATE_LIMIT_MAX_REQUESTS", requests)
        .env("API_RATE_LIMIT_WINDOW_MS", "600000")
        .env("TRUSTED_PROXIES", "1")
        .start()
        .await
}

async fn without_key(app: &TestApp, forwarded: &str) -> Reply {
    Reply::of(
        app.anonymous(Method::GET, QUOTES)
            .header("x-forwarded-for", forwarded),
    )
    .await
}

/// P31: the reset is in seconds, and each key has its own limit.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_spend_its_limit_and_is_told_how_much_is_left() {
    let app = limited("3").await;
    for left in ["2", "1", "0"] {
        let reply = app.get(QUOTES).await;
        assert_eq!(reply.status, 200);
        let told = (
            reply.header("ratelimit-limit"),
            reply.header("ratelimit-remaining"),
        );
        assert_eq!(told, ("3", left));
        assert!((1..=600).contains(&reply.seconds("ratelimit-reset")));
    }
    let reply = app.get(QUOTES).await;
    reply.problem(429, "rate_limited");
    assert!(
        (1..=200).contains(&reply.seconds("retry-after")),
        "{}",
        reply.header("retry-after")
    );
    let other = app.new_key(app.tenant, &[Scope::Read]).await;
    let reply = Reply::of(app.anonymous(Method::GET, QUOTES).bearer_auth(other)).await;
    assert_eq!(reply.status, 200);
    for path in ["/health", "/health/live", "/health/ready"] {
        let reply = app.get(path).await;
        assert_eq!(
            (reply.status, reply.header("ratelimit-limit")),
            (200, ""),
            "{path}"
        );
    }
}

/// P31: whoever has no key is counted by the address that the trusted proxy saw, not by the proxy's own, and not by
/// one that the client made up.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_key_is_counted_by_address() {
    let app = limited("2").await;
    for made_up in ["1.1.1.1", "2.2.2.2"] {
        let reply = without_key(&app, &format!("{made_up}, 203.0.113.7")).await;
        reply.problem(401, "unauthorized");
    }
    without_key(&app, "3.3.3.3, 203.0.113.7")
        .await
        .problem(429, "rate_limited");
    without_key(&app, "203.0.113.8")
        .await
        .problem(401, "unauthorized");
}

/// Guesses do not each reach the database.
#[tokio::test(flavor = "multi_thread")]
async fn guessing_keys_is_limited() {
    let app = limited("2").await;
    let guess = async |number: u32| {
        let key = format!("lsk_{number}");
        Reply::of(app.anonymous(Method::GET, QUOTES).bearer_auth(key))
            .await
            .status
    };
    assert_eq!([guess(1).await, guess(2).await, guess(3).await], [401, 401, 429]);
}

/// A key whose memory has run out is counted by itself although anonymous requests have spent its address's limit, and
/// is looked up again: that it was revoked is seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_its_address_does_not_shut_a_key_out() {
    let app = limited("500").await;
    assert_eq!(app.get(QUOTES).await.status, 200);
    let keys = app.store.list_keys(None).await.unwrap();
    assert!(app.store.revoke_key(keys[0].id, "test").await.unwrap());
    let last = eventually(async || {
        while Reply::of(app.anonymous(Method::GET, QUOTES)).await.status != 429 {}
        let reply = app.get(QUOTES).await;
        (reply.status != 200).then_some(reply)
    })
    .await;
    last.problem(401, "unauthorized");
}
