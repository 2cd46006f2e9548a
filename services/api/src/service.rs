//! The API as a program.

use loadsure_config::{ApiConfig, AppConfig, Env, Errors, TelemetryConfig};
use loadsure_service::Service;
use loadsure_telemetry::Metrics;

use crate::{Api, StartError};

impl Service for Api {
    const NAME: &'static str = "loadsure-api";
    type Config = ApiConfig;
    type Error = StartError;

    fn config(env: &impl Env) -> Result<Self::Config, Errors> {
        ApiConfig::from_env(env)
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
