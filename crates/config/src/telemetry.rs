//! Logs, traces and metrics.

use std::net::SocketAddr;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use crate::{AppEnv, Group, Reader, Service, Var};

const LOG_LEVEL: Var = Var::optional(
    "LOG_LEVEL",
    &Service::ALL,
    "error, warn, info, debug, trace or off, for all or by module, e.g. info,loadsure_queue=debug",
)
.or("info");

const LOG_FORMAT: Var = Var::optional("LOG_FORMAT", &Service::ALL, "json or pretty.")
    .or_derived("pretty in development, else json");

const OTLP_ENDPOINT: Var = Var::optional(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    &Service::ALL,
    "OTLP collector that traces and metrics are sent to over HTTP, e.g. http://localhost:4318. Empty: nothing is sent.",
);

const SAMPLER_ARG: Var = Var::optional(
    "OTEL_TRACES_SAMPLER_ARG",
    &Service::ALL,
    "Share of new traces that are kept, from 0 to 1. A caller's decision in traceparent is followed.",
)
.or("1");

const METRICS_ADDR: Var = Var::optional(
    "METRICS_ADDR",
    &[Service::Api, Service::Worker, Service::QueueMonitor],
    "Internal address for /metrics and /health, as IP:port, or off. Port 0 lets the system choose. \
     Never make it public.",
)
.or("127.0.0.1:0");

pub(crate) const GROUP: Group = Group {
    title: "Logs, traces and metrics",
    vars: &[LOG_LEVEL, LOG_FORMAT, OTLP_ENDPOINT, SAMPLER_ARG, METRICS_ADDR],
};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Pretty,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            _ => Err("must be json or pretty"),
        }
    }
}

/// Logs, traces and metrics.
#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// Directives of a `tracing_subscriber::EnvFilter`, known to be valid.
    pub log_level: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// OTLP collector, without `/v1/traces`. Nothing is sent without one.
    pub otlp_endpoint: Option<Url>,
    /// Share of new traces that are kept, 0 to 1.
    pub sample_ratio: f64,
    /// Internal address for metrics and health. None: not served.
    pub metrics_addr: Option<SocketAddr>,
}

impl TelemetryConfig {
    /// Reads it for a service.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let config = Self::read_for_ctl(reader);
        let metrics_addr = reader.parse_with(&METRICS_ADDR, metrics_addr)?;
        Some(Self {
            metrics_addr,
            ..config?
        })
    }

    /// Reads it for a command line, which serves no metrics.
    pub(crate) fn read_for_ctl(reader: &mut Reader<'_>) -> Option<Self> {
        let log_level = reader.parse_with(&LOG_LEVEL, directives);
        let log_format = reader.optional(|r| r.parse(&LOG_FORMAT));
        let otlp_endpoint = reader.optional(|r| r.http_url(&OTLP_ENDPOINT));
        let sample_ratio = reader.parse_with(&SAMPLER_ARG, ratio);
        let default_format = match reader.app_env() {
            Some(AppEnv::Staging | AppEnv::Production) => LogFormat::Json,
            Some(AppEnv::Development) | None => LogFormat::Pretty,
        };
        Some(Self {
            log_level: log_level?,
            log_format: log_format?.unwrap_or(default_format),
            otlp_endpoint: otlp_endpoint?,
            sample_ratio: sample_ratio?,
            metrics_addr: None,
        })
    }
}

fn directives(text: &str) -> Result<String, &'static str> {
    const SHAPE: &str =
        "must be error, warn, info, debug, trace or off, or such levels by module (module=level)";
    // EnvFilter takes a lone unknown word for the name of a module, so that LOG_LEVEL=verbose would silence
    // everything else without a word (P52).
    let lone = |part: &&str| !part.contains(['=', '[']);
    let known = text
        .split(',')
        .map(str::trim)
        .filter(lone)
        .all(|part| part.parse::<LevelFilter>().is_ok());
    if !known || EnvFilter::builder().parse(text).is_err() {
        return Err(SHAPE);
    }
    Ok(text.to_owned())
}

fn ratio(text: &str) -> Result<f64, &'static str> {
    match text.parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("must be a number from 0 to 1"),
    }
}

fn metrics_addr(text: &str) -> Result<Option<SocketAddr>, &'static str> {
    if text == "off" {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| "must be an IP address with a port such as 127.0.0.1:9464, or off")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<TelemetryConfig, String> {
        let env = [(name, value)];
        let mut reader = Reader::new(&env);
        let config = TelemetryConfig::read(&mut reader);
        reader.finish(config).map_err(|errors| errors.to_string())
    }

    /// P52: a level that would not be honoured is refused.
    #[test]
    fn a_log_level_that_would_not_be_honoured_is_refused() {
        for level in [
            "info",
            "DEBUG",
            "off",
            "info,loadsure_queue=debug",
            "loadsure_api=trace,warn",
        ] {
            assert!(read("LOG_LEVEL", level).is_ok(), "{level}");
        }
        for level in ["verbose", "warning", "info,queue", "info,queue=loud", "=,="] {
            assert!(read("LOG_LEVEL", level).is_err(), "{level}");
        }
    }

    #[test]
    fn logs_are_for_people_only_in_development() {
        assert_eq!(
            read("APP_ENV", "development").unwrap().log_format,
            LogFormat::Pretty
        );
        assert_eq!(read("APP_ENV", "staging").unwrap().log_format, LogFormat::Json);
    }

    #[test]
    fn metrics_can_be_turned_off() {
        assert_eq!(read("METRICS_ADDR", "off").unwrap().metrics_addr, None);
        assert!(read("METRICS_ADDR", "").unwrap().metrics_addr.is_some());
        assert!(read("METRICS_ADDR", "9464").is_err());
    }

    #[test]
    fn a_share_is_between_nothing_and_everything() {
        for wrong in ["-0.1", "1.1", "NaN", "half"] {
            assert!(read("OTEL_TRACES_SAMPLER_ARG", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_sent_unless_told_where() {
        assert!(
            read("OTEL_EXPORTER_OTLP_ENDPOINT", "")
                .unwrap()
                .otlp_endpoint
                .is_none()
        );
    }
}
