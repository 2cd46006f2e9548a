//! One flat JSON object per event, with the fields of all spans around it.

use std::fmt;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::visit::Fields;
use crate::Settings;

/// Flat, because log search of the platform and of most collectors looks at the top level only.
pub(crate) struct Format {
    service: &'static str,
    version: String,
    instance: String,
}

impl Format {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            service: settings.service_name,
            version: settings.version.clone(),
            instance: settings.instance.clone(),
        }
    }

    /// What every line has. It wins over fields of the same name.
    fn add_common(&self, line: &mut Map<String, Value>, event: &Event<'_>) {
        let mut timestamp = String::new();
        if SystemTime.format_time(&mut Writer::new(&mut timestamp)).is_ok() {
            line.insert("timestamp".to_owned(), timestamp.into());
        }
        let metadata = event.metadata();
        line.insert("level".to_owned(), metadata.level().as_str().into());
        line.insert("target".to_owned(), metadata.target().into());
        line.insert("service.name".to_owned(), self.service.into());
        line.insert("service.version".to_owned(), self.version.as_str().into());
        line.insert("service.instance.id".to_owned(), self.instance.as_str().into());
    }
}

impl<S, N> FormatEvent<S, N> for Format
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'f> FormatFields<'f> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        add_spans(&mut line, context);
        event.record(&mut Fields(&mut line));
        add_trace(&mut line);
        self.add_common(&mut line, event);
        let text = serde_json::to_string(&line).map_err(|_| fmt::Error)?;
        writeln!(writer, "{text}")
    }
}

/// The inner span wins where two have a field of the same name.
fn add_spans<S, N>(line: &mut Map<String, Value>, context: &FmtContext<'_, S, N>)
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'f> FormatFields<'f> + 'static,
{
    for span in context
        .event_scope()
        .into_iter()
        .flat_map(tracing_subscriber::registry::Scope::from_root)
    {
        let extensions = span.extensions();
        let Some(fields) = extensions.get::<FormattedFields<N>>() else {
            continue;
        };
        if let Ok(Value::Object(fields)) = serde_json::from_str(fields) {
            line.extend(fields);
        }
        line.insert("span".to_owned(), span.name().into());
    }
}

/// Entering a span makes its trace the current one of the thread.
fn add_trace(line: &mut Map<String, Value>) {
    Context::map_current(|context| {
        let span = context.span();
        let ids = span.span_context();
        if ids.is_valid() {
            line.insert("trace_id".to_owned(), ids.trace_id().to_string().into());
            line.insert("span_id".to_owned(), ids.span_id().to_string().into());
        }
    });
}
