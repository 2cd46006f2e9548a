//! What every program knows about itself.

use std::str::FromStr;
use std::time::Duration;

use crate::{Group, Reader, Service, Var};

pub(crate) const APP_ENV: Var = Var::optional(
    "APP_ENV",
    &Service::ALL,
    "Where this runs: development, staging or production. The last two refuse placeholders and AUTH_MODE=open.",
)
.or("development");

const INSTANCE_NAME: Var = Var::optional(
    "INSTANCE_NAME",
    &Service::ALL,
    "Name of this instance in logs, metrics and consumer names; letters, digits, '.', '_' and '-', at most 64. \
     It need not be unique: a boot id is added where uniqueness matters.",
)
.or_derived("the host's name");

const SHUTDOWN_GRACE_MS: Var = Var::optional(
    "SHUTDOWN_GRACE_MS",
    &[Service::Api, Service::Worker, Service::QueueMonitor],
    "Milliseconds between SIGTERM and the moment when the platform kills the process. Must be what the platform \
     is told (termination.grace_period_seconds, 120 s by default on App Platform).",
)
.or("120000");

pub(crate) const GROUP: Group = Group {
    title: "Every program",
    vars: &[APP_ENV, INSTANCE_NAME, SHUTDOWN_GRACE_MS],
};

/// The environment that a program runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    /// A developer's machine, or a test.
    Development,
    /// Deployed, for trying out.
    Staging,
    /// Deployed, for real.
    Production,
}

impl AppEnv {
    /// Whether others can reach it, so that the rules for secrets and access hold.
    #[must_use]
    pub const fn is_deployed(self) -> bool {
        matches!(self, Self::Staging | Self::Production)
    }

    /// Its name, as in `APP_ENV` and in the telemetry attribute `deployment.environment.name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl FromStr for AppEnv {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Development, Self::Staging, Self::Production]
            .into_iter()
            .find(|env| env.as_str() == text)
            .ok_or("must be development, staging or production")
    }
}

/// What every program knows about itself.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// The environment.
    pub environment: AppEnv,
    /// The name of this instance.
    pub instance: String,
    /// Time from SIGTERM to the kill. Not read by `loadsurectl`, which has nothing to drain.
    pub shutdown_grace: Duration,
}

impl AppConfig {
    /// Reads it for a service.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let instance = read_instance(reader);
        let shutdown_grace = reader.millis(&SHUTDOWN_GRACE_MS);
        Some(Self {
            environment: reader.app_env()?,
            instance: instance?,
            shutdown_grace: shutdown_grace?,
        })
    }

    /// Reads it for a command line, which is ended by the person who started it.
    pub(crate) fn read_for_ctl(reader: &mut Reader<'_>) -> Option<Self> {
        let instance = read_instance(reader);
        Some(Self {
            environment: reader.app_env()?,
            instance: instance?,
            shutdown_grace: Duration::ZERO,
        })
    }

    /// Remembers a problem unless `drain`, read from `var`, ends before the platform kills the process.
    pub(crate) fn check_drain(&self, reader: &mut Reader<'_>, var: &Var, drain: Duration) {
        if drain >= self.shutdown_grace {
            reader.reject(
                var,
                format!(
                    "{} ms must be less than SHUTDOWN_GRACE_MS ({} ms), or the process is killed while it drains",
                    drain.as_millis(),
                    self.shutdown_grace.as_millis()
                ),
            );
        }
    }
}

fn read_instance(reader: &mut Reader<'_>) -> Option<String> {
    let given = reader.optional(|r| r.parse_with(&INSTANCE_NAME, instance_name))?;
    let host = || reader.host_name().and_then(|name| instance_name(&name).ok());
    Some(given.or_else(host).unwrap_or_else(|| "local".to_owned()))
}

fn instance_name(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.is_empty() || text.len() > 64 || !text.chars().all(allowed) {
        return Err("must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P48: each environment name that is documented works, and no other.
    #[test]
    fn each_documented_environment_is_accepted_and_no_other() {
        for name in ["development", "staging", "production"] {
            let env = [("APP_ENV", name)];
            let mut reader = Reader::new(&env);
            let config = AppConfig::read(&mut reader);
            assert_eq!(reader.finish(config).unwrap().environment.as_str(), name);
        }
        for name in ["test", "Production", "prod"] {
            let env = [("APP_ENV", name)];
            let mut reader = Reader::new(&env);
            let config = AppConfig::read(&mut reader);
            let errors = reader.finish(config).unwrap_err().to_string();
            assert_eq!(
                errors,
                format!("APP_ENV: must be development, staging or production, not {name:?}")
            );
        }
    }

    #[test]
    fn an_instance_name_that_would_break_a_key_is_refused() {
        for name in ["a b", "{a}", "a:b"] {
            assert!(instance_name(name).is_err());
        }
        assert!(instance_name("worker-1.internal").is_ok());
    }
}
