//! Start and stop.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::Instant;

use loadsure_api::Api;
use loadsure_config::ApiConfig;
use loadsure_core::job::Kind;
use loadsure_telemetry::Metrics;
use loadsure_testkit::servers::free_port;
use reqwest::Method;
use tokio::net::TcpStream;

use crate::support::bodies::flat;
use crate::support::{QUOTES, Reply, Setup, eventually};

/// A service whose PostgreSQL and Redis are not there.
async fn alone(metrics: Metrics) -> Api {
    let (database, redis) = (free_port().unwrap(), free_port().unwrap());
    let env: BTreeMap<String, String> = [
        ("PORT", "0".to_owned()),
        ("METRICS_ADDR", "off".to_owned()),
        (
            "DATABASE_URL",
            format!("postgresql://u:p@127.0.0.1:{database}/none"),
        ),
        ("REDIS_URL", format!("redis://127.0.0.1:{redis}")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Api::start(ApiConfig::from_env(&env).unwrap(), metrics)
        .await
        .unwrap()
}

async fn get(api: &Api, path: &str) -> Reply {
    let url = format!("http://{}{path}", api.address());
    Reply::of(reqwest::Client::new().get(url).bearer_auth("k")).await
}

/// P16: a service whose servers are away starts, says so, and refuses with 503.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_starts_while_its_servers_are_away() {
    let api = alone(Metrics::detached().unwrap()).await;
    let health = get(&api, "/health").await;
    assert_eq!(
        (health.status, health.json()["status"].as_str().unwrap()),
        (503, "unavailable")
    );
    assert_eq!(get(&api, "/health/live").await.status, 200);
    assert_eq!(get(&api, "/health/ready").await.status, 503);
    get(&api, QUOTES).await.problem(503, "database_unavailable");
    api.stop().await;
}

/// A path would make a series of its own for every id and every scanner.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_by_route_and_never_by_path() {
    let metrics = Metrics::detached().unwrap();
    let api = alone(metrics.clone()).await;
    get(&api, "/api/insurance/quotes/4711").await;
    get(&api, "/wp-login.php").await;
    let text = metrics.render();
    for route in ["/api/insurance/quotes/{quoteId}", "unmatched"] {
        assert!(text.contains(&format!("\"{route}\"")), "{route}: {text}");
    }
    assert!(!text.contains("4711") && !text.contains("wp-login"), "{text}");
    api.stop().await;
}

/// P25: a stop lets the requests that wait have their answer: 202 with the way to the result.
#[tokio::test(flavor = "multi_thread")]
async fn requests_that_wait_are_answered_before_the_service_stops() {
    let setup = Setup::default().without_worker();
    let app = setup.env("SHUTDOWN_GRACE_MS", "3000").start().await;
    let waiting = tokio::spawn(Reply::of(app.request(Method::POST, QUOTES).json(&flat())));
    eventually(async || (app.published(Kind::Quote).await == 1).then_some(())).await;
    let started = Instant::now();
    app.api.stop().await;
    assert!(started.elapsed().as_secs() < 3, "within the grace");
    let reply = waiting.await.unwrap();
    assert_eq!(
        (reply.status, reply.header("connection")),
        (202, "close"),
        "{}",
        reply.text
    );
    assert!(reply.header("location").starts_with(QUOTES));
    assert!(
        app.http.get(format!("{}/health", app.url)).send().await.is_err(),
        "nobody listens"
    );
}

/// P25: while the last requests are answered, new connections are refused, which a balancer takes to another instance.
/// They are not left to wait and cut off at the end.
#[tokio::test(flavor = "multi_thread")]
async fn connections_are_refused_as_soon_as_the_service_stops() {
    let setup = Setup::default().without_worker();
    let app = setup.env("SHUTDOWN_GRACE_MS", "6000").start().await;
    let waiting = tokio::spawn(Reply::of(app.request(Method::POST, QUOTES).json(&flat())));
    eventually(async || (app.published(Kind::Quote).await == 1).then_some(())).await;
    let address = app.api.address();
    let stopping = tokio::spawn(app.api.stop());
    eventually(async || {
        let refused = TcpStream::connect(address).await.err()?.kind() == ErrorKind::ConnectionRefused;
        refused.then_some(())
    })
    .await;
    assert!(!waiting.is_finished(), "the request still waits");
    assert_eq!(waiting.await.unwrap().status, 202);
    stopping.await.unwrap();
}
