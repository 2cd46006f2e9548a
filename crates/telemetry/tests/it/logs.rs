//! What a log line holds.

use std::io;

use loadsure_config::LogFormat;
use loadsure_telemetry::capture::Capture;
use loadsure_telemetry::{Settings, fields, scoped};
use serde_json::Value;

fn lines(log_level: &str, work: impl FnOnce()) -> Vec<Value> {
    let capture = Capture::new();
    let settings = Settings {
        log_level: log_level.to_owned(),
        ..Settings::for_tests()
    };
    let _scope = scoped(&settings, capture.clone()).unwrap();
    work();
    capture.json()
}

#[test]
fn a_line_carries_its_own_fields_and_those_of_its_spans() {
    let lines = lines("info", || {
        let request = tracing::info_span!(
            "request",
            { fields::REQUEST_ID } = "r-1",
            { fields::QUOTE_ID } = "outer"
        );
        let _request = request.enter();
        let _quote = tracing::info_span!("quote", { fields::QUOTE_ID } = "q-1").entered();
        tracing::info!({ fields::JOB_ATTEMPT } = 2, retried = true, "quote priced");
    });
    let line = &lines[0];
    assert_eq!(line["message"], "quote priced");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "it::logs");
    assert_eq!(line["request.id"], "r-1");
    assert_eq!(line["quote.id"], "q-1", "the inner span wins");
    assert_eq!(line["job.attempt"], 2);
    assert_eq!(line["retried"], true);
    assert_eq!(line["service.name"], "test");
    assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
}

fn speak() {
    tracing::info!("too quiet");
    speak_up();
}

fn speak_up() {
    tracing::debug!(target: "it::logs::loud", "asked for");
    tracing::warn!("loud enough");
}

fn show_what_is_carried() {
    tracing::debug!(target: "tokio_postgres::query", "with parameters");
    show_through_the_other_crate();
}

fn show_through_the_other_crate() {
    tracing::debug!(target: "log", "with parameters");
    tracing::info!(target: "tokio_postgres::connection", "a notice");
}

/// P29, P30: a driver's fine lines hold parameters of statements, and with them tokens and names.
#[test]
fn what_a_library_carries_is_not_written_at_any_level() {
    let lines = lines("trace,tokio_postgres=trace", show_what_is_carried);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["message"], "a notice");
}

/// P52: the level is honoured.
#[test]
fn only_events_of_the_level_are_written() {
    let messages = |log_level| -> Vec<_> {
        lines(log_level, speak)
            .into_iter()
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(messages("warn"), ["loud enough"]);
    assert_eq!(
        messages("warn,it::logs::loud=debug"),
        ["asked for", "loud enough"]
    );
    assert_eq!(messages("off"), [""; 0]);
}

#[test]
fn a_warning_names_its_request_even_when_the_level_is_warn() {
    let lines = lines("warn", || {
        let _span = tracing::info_span!("request", { fields::REQUEST_ID } = "r-2").entered();
        tracing::warn!("slow");
    });
    assert_eq!(lines[0]["request.id"], "r-2");
}

#[test]
fn a_field_that_is_recorded_later_is_on_the_line() {
    let lines = lines("info", || {
        let span = tracing::info_span!("request", { fields::TENANT_ID } = tracing::field::Empty);
        let _entered = span.enter();
        span.record(fields::TENANT_ID, "t-1");
        tracing::info!("authenticated");
    });
    assert_eq!(lines[0]["tenant.id"], "t-1");
}

#[derive(Debug, thiserror::Error)]
#[error("the quote could not be stored")]
struct NotStored(#[source] io::Error);

#[test]
fn an_error_is_written_with_its_causes() {
    let lines = lines("error", || {
        let error = NotStored(io::Error::other("connection reset"));
        tracing::error!({ fields::ERROR } = fields::causes(&error), "job failed");
    });
    assert_eq!(
        lines[0]["error"],
        "the quote could not be stored: connection reset"
    );
}

#[test]
fn text_for_people_has_the_same_facts() {
    let capture = Capture::new();
    let settings = Settings {
        log_format: LogFormat::Pretty,
        ..Settings::for_tests()
    };
    let _scope = scoped(&settings, capture.clone()).unwrap();
    let _span = tracing::info_span!("request", { fields::REQUEST_ID } = "r-3").entered();
    tracing::info!("quote priced");
    let text = capture.text();
    assert!(text.contains("quote priced") && text.contains("r-3"), "{text}");
}
