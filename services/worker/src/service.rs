//! The worker as a program.

use loadsure_config::{AppConfig, Env, Errors, TelemetryConfig, WorkerServiceConfig};
use loadsure_service::Service;
use loadsure_telemetry::Metrics;
use tracing::info;

use crate::settings::SERVICE;
use crate::{StartError, Worker};

impl Service for Worker {
    const NAME: &'static str = SERVICE;
    type Config = WorkerServiceConfig;
    type Error = StartError;

    fn config(env: &impl Env) -> Result<Self::Config, Errors> {
        WorkerServiceConfig::from_env(env)
    }

    fn app(config: &Self::Config) -> &AppConfig {
        &config.app
    }

    fn telemetry(config: &Self::Config) -> &TelemetryConfig {
        &config.telemetry
    }

    async fn start(config: Self::Config, metrics: Metrics) -> Result<Self, Self::Error> {
        let worker = Self::start(config, metrics).await?;
        info!("the worker runs");
        Ok(worker)
    }

    async fn stop(self) {
        self.stop().await;
    }
}
