//! Health, and what a service does whose servers are away.

use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::Redis;
use serde_json::json;

use crate::support::bodies::flat;
use crate::support::proxied::{host_of, through};
use crate::support::{BOOKINGS, QUOTES, Setup, TestApp, setup};

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_servers_answer_is_healthy() {
    let app = Setup::default().without_worker().start().await;
    let reply = app.get("/health").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!(body["status"], "ok");
    for name in ["database", "queue", "cache"] {
        assert_eq!(body["dependencies"][name]["status"], "up");
        assert!(body["dependencies"][name]["timeMs"].as_u64().unwrap() <= 1_000);
    }
    assert_eq!(app.get("/health/live").await.json(), json!({"status": "live"}));
    assert_eq!(app.get("/health/ready").await.json(), json!({"status": "ready"}));
}

async fn unhealthy(app: &TestApp, dependency: &str) {
    let reply = app.eventually("/health", |reply| reply.status == 503).await;
    assert_eq!(
        reply.json()["dependencies"][dependency]["status"],
        "down",
        "{}",
        reply.text
    );
    assert_eq!(app.get("/health/ready").await.status, 503);
    assert_eq!(app.get("/health/live").await.status, 200);
}

/// P16, P17, P50: without Redis nothing is accepted and health says so; when it is back, work goes on without a
/// restart, what was accepted before included.
#[tokio::test(flavor = "multi_thread")]
async fn redis_away_is_a_503_until_it_is_back() {
    let mut redis = Redis::private(false).await.unwrap();
    let app = Setup::default().redis(redis.url()).start().await;
    let quote = app.quoted().await;
    redis.stop().await.unwrap();
    unhealthy(&app, "queue").await;
    app.post(QUOTES, &flat()).await.problem(503, "queue_unavailable");
    let order = TestApp::order(&quote);
    app.post(BOOKINGS, &order).await.problem(503, "queue_unavailable");
    // Reading needs no Redis, and the limit is not enforced without it.
    let listed = app.get(QUOTES).await;
    assert_eq!((listed.status, listed.header("ratelimit-limit")), (200, ""));
    assert_eq!(
        listed.json()["quotes"].as_array().unwrap().len(),
        1,
        "nothing was accepted meanwhile"
    );
    redis.restart().await.unwrap();
    app.eventually("/health/ready", |reply| reply.status == 200).await;
    let booked = app.post(BOOKINGS, &order).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
}

/// P16, P39, P50: a database that is away is a 503 and never a 404; when it is back, work goes on without a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_away_is_a_503_until_it_is_back() {
    let db = setup::database().await;
    let proxy = Proxy::start(host_of(db.url())).await.unwrap();
    let app = Setup::default().database(through(db.url(), &proxy)).start().await;
    let quote = app.quoted().await;
    proxy.down().await.unwrap();
    unhealthy(&app, "database").await;
    app.get(&format!("{QUOTES}/{quote}"))
        .await
        .problem(503, "database_unavailable");
    app.get(BOOKINGS).await.problem(503, "database_unavailable");
    app.post(QUOTES, &flat())
        .await
        .problem(503, "database_unavailable");
    proxy.pass().await.unwrap();
    app.eventually("/health/ready", |reply| reply.status == 200).await;
    let booked = app.post(BOOKINGS, &TestApp::order(&quote)).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
}

/// P50, P62: a database that answers but lacks its migrations is no database to work with; once it has them, work is
/// accepted without a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_its_migrations_is_a_503_until_it_has_them() {
    let app = Setup::default().without_worker().unmigrated().start().await;
    unhealthy(&app, "database").await;
    loadsure_store::migrate(&app.store).await.unwrap();
    app.eventually("/health/ready", |reply| reply.status == 200).await;
    assert_eq!(app.get("/health").await.json()["status"], "ok");
}
