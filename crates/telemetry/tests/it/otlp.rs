//! What leaves the process, and what does not.

use std::time::Duration;

use loadsure_telemetry::capture::Capture;
use loadsure_telemetry::{Error, Settings, init_with_writer, scoped};

use crate::{child, collector};

const TIMEOUT: Duration = Duration::from_secs(10);

/// On actix's runtime, whose single thread a blocking exporter would stop for ever.
#[actix_web::test]
async fn spans_and_metrics_arrive_at_the_collector_by_shutdown() {
    let (address, exports) = collector::start();
    let settings = Settings {
        otlp_endpoint: Some(address.parse().unwrap()),
        ..Settings::for_tests()
    };
    let (guard, _scope) = scoped(&settings, Capture::new()).unwrap();
    tracing::info_span!("purchase-span").in_scope(|| ());
    guard.metrics().rate_limiter().refused();
    guard.shutdown(TIMEOUT).await.unwrap();
    guard.shutdown(TIMEOUT).await.unwrap();

    let exports: Vec<_> = exports.try_iter().collect();
    let traces = exports.iter().find(|export| export.path == "/v1/traces").unwrap();
    assert_eq!(traces.content_type, "application/x-protobuf");
    assert!(traces.contains("purchase-span") && traces.contains("service.instance.id"));
    let metrics = exports
        .iter()
        .find(|export| export.path == "/v1/metrics")
        .unwrap();
    assert!(metrics.contains("loadsure.rate_limiter.refused"));
}

#[tokio::test]
async fn a_collector_that_does_not_answer_does_not_stop_the_shutdown() {
    // Accepts connections into its backlog and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let settings = Settings {
        otlp_endpoint: Some(address.parse().unwrap()),
        ..Settings::for_tests()
    };
    let (guard, _scope) = scoped(&settings, Capture::new()).unwrap();
    tracing::info_span!("lost").in_scope(|| ());
    let error = guard.shutdown(Duration::from_millis(200)).await.unwrap_err();
    assert!(
        matches!(error, Error::FlushTimedOut(_) | Error::Flush(_)),
        "{error:?}"
    );
}

/// The child's environment names a collector, as the SDK would take it from there by itself.
#[actix_web::test]
async fn nothing_is_sent_without_a_collector() {
    if child::is_child() {
        let guard = init_with_writer(&Settings::for_tests(), Capture::new()).unwrap();
        tracing::info_span!("secret").in_scope(|| ());
        guard.metrics().rate_limiter().refused();
        return guard.shutdown(TIMEOUT).await.unwrap();
    }
    let (address, exports) = collector::start();
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str())];
    let output = child::run("otlp::nothing_is_sent_without_a_collector", &variables);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(exports.try_iter().count(), 0);
}
