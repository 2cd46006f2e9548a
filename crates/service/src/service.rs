//! What a service is to the program around it.

use std::error::Error;
use std::fmt::Debug;

use loadsure_config::{AppConfig, Env, Errors, TelemetryConfig};
use loadsure_telemetry::Metrics;

/// A service that [`main`](crate::main) can run.
pub trait Service: Sized {
    /// Name of the program, and of the service in traces and metrics.
    const NAME: &'static str;

    /// What it reads from the environment. `Debug` must show no secret: `check-config` prints it.
    type Config: Debug;

    /// Why it cannot start.
    type Error: Error + 'static;

    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    fn config(env: &impl Env) -> Result<Self::Config, Errors>;

    /// The part of the configuration about the program itself.
    fn app(config: &Self::Config) -> &AppConfig;

    /// The part of the configuration about logs, traces and metrics.
    fn telemetry(config: &Self::Config) -> &TelemetryConfig;

    /// Starts the service. It is never given up in the middle, so it must not wait for servers that are away.
    ///
    /// # Errors
    /// When it can never run like this.
    fn start(config: Self::Config, metrics: Metrics) -> impl Future<Output = Result<Self, Self::Error>>;

    /// Ends what is under way in good order, within the grace of the configuration.
    fn stop(self) -> impl Future<Output = ()>;
}
