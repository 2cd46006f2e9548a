//! Log lines.

mod json;
mod visit;

use std::io::IsTerminal as _;

use loadsure_config::LogFormat;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::registry::LookupSpan;

use crate::Settings;

/// The layer that writes log lines.
pub(crate) fn layer<S, W>(settings: &Settings, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    match settings.log_format {
        LogFormat::Json => Box::new(
            layer
                .fmt_fields(JsonFields::new())
                .event_format(json::Format::new(settings)),
        ),
        LogFormat::Pretty => Box::new(layer.compact().with_ansi(std::io::stderr().is_terminal())),
    }
}
