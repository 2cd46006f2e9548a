//! Start and stop.

use std::collections::BTreeMap;
use std::time::Instant;

use loadsure_api::Api;
use loadsure_config::ApiConfig;
use loadsure_core::job::Kind;
use loadsure_telemetry::Metrics;
use loadsure_testkit::servers::free_port;
use reqwest::Method;

use crate::support::bodies::flat;
use crate::support::{QUOTES, Reply, Setup, eventually};

/// P16: a service whose servers are away starts, says so, and refuses with 503.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_starts_while_its_servers_are_away() {
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
    let config = ApiConfig::from_env(&env).unwrap();
    let api = Api::start(config, Metrics::detached().unwrap()).await.unwrap();
    let url = format!("http://{}", api.address());
    let get = async |path: &str| {
        Reply::of(
            reqwest::Client::new()
                .get(format!("{url}{path}"))
                .bearer_auth("k"),
        )
        .await
    };
    let health = get("/health").await;
    assert_eq!(
        (health.status, health.json()["status"].as_str().unwrap()),
        (503, "unavailable")
    );
    assert_eq!(get("/health/live").await.status, 200);
    assert_eq!(get("/health/ready").await.status, 503);
    get(QUOTES).await.problem(503, "database_unavailable");
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
