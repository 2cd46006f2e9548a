//! Traces over messages and headers.

use loadsure_telemetry::capture::Capture;
use loadsure_telemetry::propagation::{TRACEPARENT, current_traceparent, inject, set_parent};
use loadsure_telemetry::{Settings, scoped};
use reqwest::header::HeaderMap;

fn trace_of(traceparent: &str) -> &str {
    traceparent.split('-').nth(1).unwrap()
}

#[test]
fn a_trace_goes_on_through_a_message() {
    let capture = Capture::new();
    let _scope = scoped(&Settings::for_tests(), capture.clone()).unwrap();

    let sent = tracing::info_span!("request").in_scope(|| current_traceparent().unwrap());
    let job = tracing::info_span!("job");
    set_parent(&job, Some(&sent));
    let received = job.in_scope(|| {
        tracing::info!("working");
        current_traceparent().unwrap()
    });

    assert_eq!(trace_of(&sent), trace_of(&received));
    assert_ne!(sent, received, "the job is a span of its own");
    assert_eq!(capture.json()[0]["trace_id"], trace_of(&sent));
}

#[test]
fn a_callers_trace_goes_on_in_our_requests() {
    let _scope = scoped(&Settings::for_tests(), Capture::new()).unwrap();
    let span = tracing::info_span!("request");
    set_parent(
        &span,
        Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    );
    let mut headers = HeaderMap::new();
    span.in_scope(|| inject(&mut headers));
    assert_eq!(
        trace_of(headers[TRACEPARENT].to_str().unwrap()),
        "0af7651916cd43dd8448eb211c80319c"
    );
}

#[test]
fn a_broken_traceparent_starts_a_trace_of_its_own() {
    let _scope = scoped(&Settings::for_tests(), Capture::new()).unwrap();
    for broken in [None, Some(""), Some("00-zz-1-01")] {
        let span = tracing::info_span!("request");
        set_parent(&span, broken);
        assert!(span.in_scope(current_traceparent).is_some(), "{broken:?}");
    }
}

/// Propagation does not depend on what is logged.
#[test]
fn a_trace_goes_on_when_little_is_logged() {
    let settings = Settings {
        log_level: "error".to_owned(),
        ..Settings::for_tests()
    };
    let _scope = scoped(&settings, Capture::new()).unwrap();
    assert!(
        tracing::info_span!("request")
            .in_scope(current_traceparent)
            .is_some()
    );
}
