//! The queue monitor as a program.

use loadsure_config::{AppConfig, Env, Errors, MonitorServiceConfig, TelemetryConfig};
use loadsure_service::Service;
use loadsure_telemetry::Metrics;

use crate::{Monitor, StartError};

impl Service for Monitor {
    const NAME: &'static str = "loadsure-queue-monitor";
    type Config = MonitorServiceConfig;
    type Error = StartError;

    fn config(env: &impl Env) -> Result<Self::Config, Errors> {
        MonitorServiceConfig::from_env(env)
    }

    fn app(config: &Self::Config) -> &AppConfig {
        &config.app
    }

    fn telemetry(config: &Self::Config) -> &TelemetryConfig {
        &config.telemetry
    }

    async fn start(config: Self::Config, metrics: Metrics) -> Result<Self, Self::Error> {
        Self::start(config, metrics).await
    }

    async fn stop(self) {
        self.stop().await;
    }
}
