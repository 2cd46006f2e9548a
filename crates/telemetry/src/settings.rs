//! What telemetry needs to know.

use loadsure_config::{AppConfig, AppEnv, LogFormat, TelemetryConfig};
use url::Url;

/// What telemetry needs to know about the process and its configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `service.name`, such as `loadsure-api`.
    pub service_name: &'static str,
    /// `service.version`: the commit or release that was built.
    pub version: String,
    /// `deployment.environment.name`.
    pub environment: AppEnv,
    /// `service.instance.id`.
    pub instance: String,
    /// Directives of an `EnvFilter`: which events are written.
    pub log_level: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// OTLP collector, without `/v1/traces`. Nothing is sent without one.
    pub otlp_endpoint: Option<Url>,
    /// Share of new traces that are kept, 0 to 1.
    pub sample_ratio: f64,
}

impl Settings {
    /// The settings of a program from its configuration.
    #[must_use]
    pub fn new(
        service_name: &'static str,
        version: impl Into<String>,
        app: &AppConfig,
        config: &TelemetryConfig,
    ) -> Self {
        Self {
            service_name,
            version: version.into(),
            environment: app.environment,
            instance: app.instance.clone(),
            log_level: config.log_level.clone(),
            log_format: config.log_format,
            otlp_endpoint: config.otlp_endpoint.clone(),
            sample_ratio: config.sample_ratio,
        }
    }

    /// Settings for a test: JSON, every event, nothing sent.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            service_name: "test",
            version: "test".to_owned(),
            environment: AppEnv::Development,
            instance: "test".to_owned(),
            log_level: "trace".to_owned(),
            log_format: LogFormat::Json,
            otlp_endpoint: None,
            sample_ratio: 1.0,
        }
    }
}
