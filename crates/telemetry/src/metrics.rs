//! Metrics: one owner, every instrument made once, named by the OpenTelemetry semantic conventions where those have
//! a name.

mod active;
mod back_pressure;
mod http;
mod insurer;
mod jobs;
mod queue;
mod rate_limiter;
mod scaling;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use prometheus::{Registry, TextEncoder};

pub use active::Active;
pub use back_pressure::BackPressure;
pub use http::Http;
pub use insurer::Insurer;
pub use jobs::Jobs;
pub use queue::{Queue, Sample};
pub use rate_limiter::RateLimiter;
pub use scaling::{Scaling, Workers};

use crate::{Error, Settings, otlp};

/// Bounds of durations in seconds: those that the semantic conventions advise for HTTP, and beyond, since a request
/// may wait up to 55 s for its job.
const SECONDS: [f64; 17] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 300.0,
];

/// All metrics of a service. Clones share everything.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    provider: SdkMeterProvider,
    registry: Registry,
    http: Http,
    jobs: Jobs,
    insurer: Insurer,
    queue: Queue,
    rate_limiter: RateLimiter,
    back_pressure: BackPressure,
    scaling: Scaling,
}

impl Metrics {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let registry = Registry::new();
        let prometheus = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .scope_info_enabled(false)
            .build()
            .map_err(Error::Registry)?;
        let builder = SdkMeterProvider::builder()
            .with_resource(otlp::resource(settings))
            .with_reader(prometheus);
        let provider = match otlp::metric_exporter(settings)? {
            Some(exporter) => builder
                .with_reader(PeriodicReader::builder(exporter).build())
                .build(),
            None => builder.build(),
        };
        let meter = provider.meter("loadsure");
        Ok(Self(Arc::new(Inner {
            registry,
            http: Http::new(&meter),
            jobs: Jobs::new(&meter),
            insurer: Insurer::new(&meter),
            queue: Queue::new(&meter),
            rate_limiter: RateLimiter::new(&meter),
            back_pressure: BackPressure::new(&meter),
            scaling: Scaling::new(&meter),
            provider,
        })))
    }

    /// Metrics that nobody collects unless asked to render them: for tests that start no telemetry.
    ///
    /// # Errors
    /// When the registry cannot be made.
    pub fn detached() -> Result<Self, Error> {
        Self::new(&Settings::for_tests())
    }

    /// HTTP requests that were served.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.0.http
    }

    /// Jobs of a worker.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Calls to the insurer.
    #[must_use]
    pub fn insurer(&self) -> &Insurer {
        &self.0.insurer
    }

    /// State of the queues.
    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.0.queue
    }

    /// The rate limiter.
    #[must_use]
    pub fn rate_limiter(&self) -> &RateLimiter {
        &self.0.rate_limiter
    }

    /// New work that is refused because too much is waiting.
    #[must_use]
    pub fn back_pressure(&self) -> &BackPressure {
        &self.0.back_pressure
    }

    /// How many workers there are and should be.
    #[must_use]
    pub fn scaling(&self) -> &Scaling {
        &self.0.scaling
    }

    /// All metrics in the text format of Prometheus. Empty after the shutdown of telemetry.
    #[must_use]
    pub fn render(&self) -> String {
        // Encoding fails only for families without a name or a metric, which the exporter does not make.
        TextEncoder::new()
            .encode_to_string(&self.0.registry.gather())
            .unwrap_or_default()
    }

    pub(crate) fn shutdown(&self, timeout: Duration) -> OTelSdkResult {
        self.0.provider.shutdown_with_timeout(timeout)
    }
}
