//! The internal server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use loadsure_telemetry::Metrics;
use loadsure_telemetry::internal::Server;

/// P50: readiness is what the service says now, not a constant.
#[tokio::test]
async fn metrics_and_health_are_served() {
    let metrics = Metrics::detached().unwrap();
    metrics.rate_limiter().refused();
    let is_ready = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_ready);
    let ready = move || std::future::ready(asked.load(Ordering::SeqCst)).boxed();
    let server = Server::start("127.0.0.1:0".parse().unwrap(), metrics, ready).unwrap();
    let base = format!("http://{}", server.address());

    let answer = reqwest::get(format!("{base}/metrics")).await.unwrap();
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("loadsure_rate_limiter_refused_total 1")
    );

    let status = async |path: &str| {
        reqwest::get(format!("{base}{path}"))
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status("/health/live").await, 200);
    assert_eq!(status("/health/ready").await, 503);
    is_ready.store(true, Ordering::SeqCst);
    assert_eq!(status("/health/ready").await, 200);
    assert_eq!(status("/").await, 404);

    server.stop().await;
    assert!(reqwest::get(format!("{base}/health/live")).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let ready = || std::future::ready(true).boxed();
    let first = Server::start(
        "127.0.0.1:0".parse().unwrap(),
        Metrics::detached().unwrap(),
        ready,
    )
    .unwrap();
    assert!(Server::start(first.address(), Metrics::detached().unwrap(), ready).is_err());
    first.stop().await;
}
