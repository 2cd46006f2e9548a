//! Carries a trace over HTTP and through messages, by W3C Trace Context (`traceparent`).

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use reqwest::header::{HeaderMap, HeaderValue};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Name of the HTTP header and of the field in a message.
pub const TRACEPARENT: &str = "traceparent";

/// The current span's `traceparent`, to be put into a message. None outside of any span.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    traceparent(&Span::current().context())
}

/// Makes `span` go on with the trace that `traceparent` names. Without one, or when it is malformed, the span keeps
/// its own parent. Call it before the span is entered.
pub fn set_parent(span: &Span, traceparent: Option<&str>) {
    if let Some(parent) = traceparent.and_then(extract) {
        // It fails for a span that is not recorded or was entered already: then the trace is cut in two,
        // which is no reason to fail the work.
        let _ = span.set_parent(parent);
    }
}

/// The context that a `traceparent` names. None when it is malformed.
#[must_use]
pub fn extract(traceparent: &str) -> Option<Context> {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    let is_valid = context.span().span_context().is_valid();
    is_valid.then_some(context)
}

/// Puts the current span's `traceparent` into the headers of a request.
pub fn inject(headers: &mut HeaderMap) {
    if let Some(value) = current_traceparent().and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(TRACEPARENT, value);
    }
}

fn traceparent(context: &Context) -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(context, &mut carrier);
    carrier.remove(TRACEPARENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_malformed_traceparent_is_no_parent() {
        for text in [
            "",
            "x",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            &GIVEN[..52],
        ] {
            assert!(extract(text).is_none(), "{text:?}");
        }
        assert_eq!(traceparent(&extract(GIVEN).unwrap()).as_deref(), Some(GIVEN));
    }

    #[test]
    fn there_is_no_traceparent_outside_of_spans() {
        assert_eq!(current_traceparent(), None);
        let mut headers = HeaderMap::new();
        inject(&mut headers);
        assert!(headers.is_empty());
    }
}
