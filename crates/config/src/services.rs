//! What each program reads.

use crate::{
    AppConfig, AuthConfig, DatabaseConfig, DeployConfig, Env, Errors, HttpConfig, InsurerConfig,
    MonitorConfig, RateLimitConfig, Reader, RedisConfig, SupportDataConfig, TelemetryConfig, WorkerConfig,
};

/// Configuration of the REST API.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// What every program knows about itself.
    pub app: AppConfig,
    /// The public HTTP server.
    pub http: HttpConfig,
    /// Who may call.
    pub auth: AuthConfig,
    /// How often.
    pub rate_limit: RateLimitConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// Redis or Valkey.
    pub redis: RedisConfig,
    /// Reference data.
    pub support_data: SupportDataConfig,
    /// Logs, traces and metrics.
    pub telemetry: TelemetryConfig,
}

impl ApiConfig {
    /// Reads everything that the API needs.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_env(env: &impl Env) -> Result<Self, Errors> {
        let mut reader = Reader::new(env);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let app = AppConfig::read(reader);
        let http = HttpConfig::read(reader);
        let auth = AuthConfig::read(reader);
        let rate_limit = RateLimitConfig::read(reader);
        let database = DatabaseConfig::read(reader);
        let redis = RedisConfig::read(reader);
        let support_data = SupportDataConfig::read(reader);
        let telemetry = TelemetryConfig::read(reader);
        Some(Self {
            app: app?,
            http: http?,
            auth: auth?,
            rate_limit: rate_limit?,
            database: database?,
            redis: redis?,
            support_data: support_data?,
            telemetry: telemetry?,
        })
    }
}

/// Configuration of the worker.
#[derive(Debug, Clone)]
pub struct WorkerServiceConfig {
    /// What every program knows about itself.
    pub app: AppConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// Redis or Valkey.
    pub redis: RedisConfig,
    /// The insurer.
    pub insurer: InsurerConfig,
    /// Reference data.
    pub support_data: SupportDataConfig,
    /// Slots and times.
    pub worker: WorkerConfig,
    /// Logs, traces and metrics.
    pub telemetry: TelemetryConfig,
}

impl WorkerServiceConfig {
    /// Reads everything that the worker needs.
    ///
    /// # Errors
    /// All problems at once, also where times do not fit one another.
    pub fn from_env(env: &impl Env) -> Result<Self, Errors> {
        let mut reader = Reader::new(env);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let app = AppConfig::read(reader);
        let database = DatabaseConfig::read(reader);
        let redis = RedisConfig::read(reader);
        let insurer = InsurerConfig::read(reader);
        let support_data = SupportDataConfig::read(reader);
        let worker = WorkerConfig::read(reader);
        let telemetry = TelemetryConfig::read(reader);
        if let Some(worker) = &worker {
            worker.check_against(reader, app.as_ref(), insurer.as_ref());
        }
        Some(Self {
            app: app?,
            database: database?,
            redis: redis?,
            insurer: insurer?,
            support_data: support_data?,
            worker: worker?,
            telemetry: telemetry?,
        })
    }
}

/// Configuration of the queue monitor.
#[derive(Debug, Clone)]
pub struct MonitorServiceConfig {
    /// What every program knows about itself.
    pub app: AppConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// Redis or Valkey.
    pub redis: RedisConfig,
    /// Limits, the rule, and who acts.
    pub monitor: MonitorConfig,
    /// Logs, traces and metrics.
    pub telemetry: TelemetryConfig,
}

impl MonitorServiceConfig {
    /// Reads everything that the queue monitor needs.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_env(env: &impl Env) -> Result<Self, Errors> {
        let mut reader = Reader::new(env);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let app = AppConfig::read(reader);
        let database = DatabaseConfig::read(reader);
        let redis = RedisConfig::read(reader);
        let monitor = MonitorConfig::read(reader);
        let telemetry = TelemetryConfig::read(reader);
        Some(Self {
            app: app?,
            database: database?,
            redis: redis?,
            monitor: monitor?,
            telemetry: telemetry?,
        })
    }
}

/// Configuration of the operator's command line.
#[derive(Debug, Clone)]
pub struct CtlConfig {
    /// What every program knows about itself.
    pub app: AppConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// Redis or Valkey, if given: `migrate` works without.
    pub redis: Option<RedisConfig>,
    /// The platform, and what else `deploy` needs.
    pub deploy: DeployConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
}

impl CtlConfig {
    /// Reads everything that the command line needs.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_env(env: &impl Env) -> Result<Self, Errors> {
        let mut reader = Reader::new(env);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let app = AppConfig::read_for_ctl(reader);
        let database = DatabaseConfig::read(reader);
        let redis = RedisConfig::read_optional(reader);
        let deploy = DeployConfig::read(reader);
        let telemetry = TelemetryConfig::read_for_ctl(reader);
        Some(Self {
            app: app?,
            database: database?,
            redis: redis?,
            deploy: deploy?,
            telemetry: telemetry?,
        })
    }
}
