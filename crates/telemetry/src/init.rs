//! Starts telemetry: for a process, or for a piece of a test.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::{Error, Guard, Metrics, Settings, log, otlp, panic};

/// The trace exporter's own HTTP client, whose spans would each be exported by another request.
const EXPORTER_TARGETS: [&str; 5] = ["h2", "hyper", "opentelemetry", "reqwest", "rustls"];

/// Libraries that log what they carry at fine levels: parameters of statements, headers and bodies. Their lines below
/// `info` are never written, whatever `LOG_LEVEL` says. `log` stands for all that log through the crate of that name,
/// such as `tokio_postgres`.
const CARRIERS: [&str; 8] = [
    "fred",
    "h2",
    "hyper",
    "log",
    "redis",
    "reqwest",
    "rustls",
    "tokio_postgres",
];

/// Starts logs on standard error, traces and metrics for this process, and lets a panic end the process.
///
/// # Errors
/// [`Error::AlreadyStarted`] when this process did so before; others when the settings cannot be used.
pub fn init(settings: &Settings) -> Result<Guard, Error> {
    let guard = init_with_writer(settings, std::io::stderr)?;
    panic::end_process_on_panic();
    Ok(guard)
}

/// As [`init`], with logs to `writer`, and without a change to what a panic does: for tests of whole services.
///
/// # Errors
/// As [`init`].
pub fn init_with_writer<W>(settings: &Settings, writer: W) -> Result<Guard, Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let traces = otlp::tracer_provider(settings)?;
    let metrics = Metrics::new(settings)?;
    subscriber(settings, &traces, writer)?
        .try_init()
        .map_err(Error::AlreadyStarted)?;
    Ok(Guard::new(traces, metrics))
}

/// As [`init_with_writer`], but only for this thread and only until the second value is dropped: for tests that
/// run beside others in one process.
///
/// # Errors
/// When the settings cannot be used.
pub fn scoped<W>(settings: &Settings, writer: W) -> Result<(Guard, DefaultGuard), Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let traces = otlp::tracer_provider(settings)?;
    let metrics = Metrics::new(settings)?;
    let scope = subscriber(settings, &traces, writer)?.set_default();
    Ok((Guard::new(traces, metrics), scope))
}

fn subscriber<W>(
    settings: &Settings,
    traces: &SdkTracerProvider,
    writer: W,
) -> Result<impl Subscriber + Send + Sync + 'static, Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let events = EnvFilter::builder()
        .parse(&settings.log_level)
        .map_err(Error::LogLevel)?;
    // The level decides about events. Spans are recorded regardless, so that a warning says what it is about.
    let logs = log::layer(settings, writer).with_filter(
        events
            .and(filter_fn(|metadata| !shows_what_it_carries(metadata)))
            .or(filter_fn(is_common_span)),
    );
    let traces = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("loadsure"))
        .with_location(false)
        .with_threads(false)
        .with_filter(LevelFilter::INFO)
        .with_filter(filter_fn(|metadata| !is_of_exporter(metadata)));
    Ok(Registry::default().with(boxed(traces)).with(logs))
}

/// Hides a layer's type, which grows with every filter.
fn boxed<S>(layer: impl Layer<S> + Send + Sync + 'static) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    Box::new(layer)
}

fn is_common_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() <= LevelFilter::INFO && !is_of_exporter(metadata)
}

fn is_of_exporter(metadata: &Metadata<'_>) -> bool {
    is_of_any(metadata, &EXPORTER_TARGETS)
}

fn shows_what_it_carries(metadata: &Metadata<'_>) -> bool {
    *metadata.level() > LevelFilter::INFO && is_of_any(metadata, &CARRIERS)
}

fn is_of_any(metadata: &Metadata<'_>, targets: &[&str]) -> bool {
    let root = metadata.target().split("::").next().unwrap_or_default();
    targets.iter().any(|target| root.starts_with(target))
}
