//! The queue monitor: how many workers there may be, how their number is found, and who changes it.

mod actuator;
mod policy;

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::scaling::Mode;

use crate::{Group, Reader, Service, Var};

pub(crate) use actuator::{API_URL, TIMEOUT_MS, TOKEN};
pub use actuator::{Actuator, ComposeConfig, DigitalOceanConfig, ENGINE_TIMEOUT};
pub use policy::ScalingRule;

const MONITOR: &[Service] = &[Service::QueueMonitor];

/// The API believes a sample for a minute, and what is older than that is no ground for a decision either. At half of it
/// one sample may be lost.
const LONGEST_INTERVAL: Duration = Duration::from_secs(30);

const MIN_WORKERS: Var = Var::optional(
    "MIN_WORKERS",
    MONITOR,
    "Fewest workers. Two survive the loss of one.",
)
.or("1");

const MAX_WORKERS: Var =
    Var::optional("MAX_WORKERS", MONITOR, "Most workers. Not less than MIN_WORKERS.").or("5");

const CHECK_INTERVAL: Var = Var::optional(
    "CHECK_INTERVAL",
    MONITOR,
    "Milliseconds between two looks at the queues, at most 30000: what is older than a minute is believed by nobody.",
)
.or("10000");

const LEASE_MS: Var = Var::optional(
    "SCALING_LEASE_MS",
    MONITOR,
    "Milliseconds for which one monitor leads without a sign of life: how long a second one waits before it takes over. \
     The same for all monitors.",
)
.or("30000");

pub(crate) const GROUP: Group = Group {
    title: "Queue monitor",
    vars: &[
        MIN_WORKERS,
        MAX_WORKERS,
        policy::POLICY,
        policy::MODE,
        policy::TARGET_WAIT_MS,
        policy::UP_THRESHOLD,
        policy::DOWN_THRESHOLD,
        CHECK_INTERVAL,
        LEASE_MS,
        actuator::ACTUATOR,
        actuator::WORKER_BINARY,
        actuator::COMPONENT,
        actuator::TOKEN,
        actuator::APP_ID,
        actuator::API_URL,
        actuator::TIMEOUT_MS,
        actuator::COST_CEILING_USD,
        actuator::COMPOSE_PROJECT,
        actuator::DOCKER_HOST,
    ],
};

/// The queue monitor: how many workers there may be, how their number is found, and who changes it.
#[derive(Debug, Clone)]
pub struct MonitorConfig {
    /// Fewest workers.
    pub min_workers: NonZeroU32,
    /// Most workers.
    pub max_workers: NonZeroU32,
    /// How the number is found.
    pub rule: ScalingRule,
    /// What a decision leads to, until operations ask for another.
    pub mode: Mode,
    /// Time between two looks at the queues.
    pub check_interval: Duration,
    /// How long one monitor leads without a sign of life.
    pub lease: Duration,
    /// Who acts.
    pub actuator: Actuator,
}

impl MonitorConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let min_workers = reader.nonzero_u32(&MIN_WORKERS);
        let max_workers = reader.nonzero_u32(&MAX_WORKERS);
        let rule = policy::read_rule(reader);
        let check_interval = reader.millis(&CHECK_INTERVAL);
        let lease = reader.millis(&LEASE_MS);
        let actuator = actuator::read(reader);
        let mode = policy::read_mode(reader, actuator.as_ref());
        let config = Self {
            min_workers: min_workers?,
            max_workers: max_workers?,
            rule: rule?,
            mode: mode?,
            check_interval: check_interval?,
            lease: lease?,
            actuator: actuator?,
        };
        config.check(reader);
        Some(config)
    }

    fn check(&self, reader: &mut Reader<'_>) {
        if self.min_workers > self.max_workers {
            let reason = format!(
                "{} must not be more than MAX_WORKERS ({})",
                self.min_workers, self.max_workers
            );
            reader.reject(&MIN_WORKERS, reason);
        }
        if self.check_interval > LONGEST_INTERVAL {
            let reason = format!(
                "{} ms must not be more than {} ms, or samples are out of date before the next one comes",
                self.check_interval.as_millis(),
                LONGEST_INTERVAL.as_millis()
            );
            reader.reject(&CHECK_INTERVAL, reason);
        }
        self.actuator.check_against(reader, self.lease);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(env: [(&str, &str); N]) -> Result<MonitorConfig, String> {
        let mut reader = Reader::new(&env);
        let config = MonitorConfig::read(&mut reader);
        reader.finish(config).map_err(|errors| errors.to_string())
    }

    #[test]
    fn limits_that_contradict_each_other_are_refused() {
        let error = read([("MIN_WORKERS", "4"), ("MAX_WORKERS", "3")]).unwrap_err();
        assert_eq!(error, "MIN_WORKERS: 4 must not be more than MAX_WORKERS (3)");
    }

    /// S9: the API would take each sample for out of date, and never refuse a quote.
    #[test]
    fn looks_are_not_so_seldom_that_samples_grow_old() {
        let error = read([("CHECK_INTERVAL", "30001")]).unwrap_err();
        assert!(
            error.starts_with("CHECK_INTERVAL: 30001 ms must not be more than"),
            "{error}"
        );
        assert!(read([("CHECK_INTERVAL", "30000")]).is_ok());
    }

    /// P54: nothing acts on a platform unless it was asked to.
    #[test]
    fn nothing_acts_by_default() {
        let config = read([("MIN_WORKERS", "2")]).unwrap();
        assert!(matches!(config.actuator, Actuator::DryRun));
        assert_eq!(config.mode, Mode::Observe);
    }

    #[test]
    fn the_mode_follows_from_who_acts_unless_it_is_given() {
        let process = [("SCALING_ACTUATOR", "process"), ("WORKER_BINARY", "bin/worker")];
        assert_eq!(read(process).unwrap().mode, Mode::Act);
        let [actuator, binary] = process;
        let given = read([actuator, binary, ("SCALING_MODE", "propose")]);
        assert_eq!(given.unwrap().mode, Mode::Propose);
    }
}
