//! What can go wrong with telemetry.

use std::time::Duration;

use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::error::OTelSdkError;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::TryInitError;

/// What can go wrong with telemetry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This process already writes its logs somewhere.
    #[error("logging was already started in this process")]
    AlreadyStarted(#[source] TryInitError),
    /// The directives of the log level cannot be read.
    #[error("the log level cannot be read")]
    LogLevel(#[source] ParseError),
    /// The OTLP exporter cannot be made, for instance because of the collector's address.
    #[error("the OTLP exporter cannot be made")]
    Exporter(#[source] ExporterBuildError),
    /// The registry of metrics cannot be made.
    #[error("the registry of metrics cannot be made")]
    Registry(#[source] OTelSdkError),
    /// The last traces or metrics could not be sent.
    #[error("the last traces or metrics could not be sent")]
    Flush(#[source] OTelSdkError),
    /// Sending the last traces and metrics took too long.
    #[error("the last traces and metrics were not sent within {} ms", .0.as_millis())]
    FlushTimedOut(Duration),
    /// The thread that sends the last traces and metrics could not be started, or ended early.
    #[error("the last traces and metrics could not be handed to a thread")]
    FlushThread,
}
