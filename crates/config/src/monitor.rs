//! The queue monitor: how many workers there may be, and who changes their number.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::{Group, Reader, Service, Var};

const MONITOR: &[Service] = &[Service::QueueMonitor];

const MIN_WORKERS: Var = Var::optional(
    "MIN_WORKERS",
    MONITOR,
    "Fewest workers. Two survive the loss of one.",
)
.or("1");

const MAX_WORKERS: Var =
    Var::optional("MAX_WORKERS", MONITOR, "Most workers. Not less than MIN_WORKERS.").or("5");

const SCALE_UP_THRESHOLD: Var = Var::optional(
    "SCALE_UP_THRESHOLD",
    MONITOR,
    "Unfinished jobs per worker above which workers are added.",
)
.or("10");

const SCALE_DOWN_THRESHOLD: Var = Var::optional(
    "SCALE_DOWN_THRESHOLD",
    MONITOR,
    "Unfinished jobs per worker below which workers are removed. Less than SCALE_UP_THRESHOLD.",
)
.or("2");

const CHECK_INTERVAL: Var = Var::optional(
    "CHECK_INTERVAL",
    MONITOR,
    "Milliseconds between two looks at the queues.",
)
.or("10000");

const SCALING_ACTUATOR: Var = Var::optional(
    "SCALING_ACTUATOR",
    MONITOR,
    "Who changes the number of workers. dry-run: nobody, decisions are only published. \
     process: the monitor itself starts and drains workers on this machine.",
)
.or("dry-run");

const WORKER_BINARY: Var = Var::optional(
    "WORKER_BINARY",
    MONITOR,
    "File of the worker program that SCALING_ACTUATOR=process starts; required then.",
);

pub(crate) const GROUP: Group = Group {
    title: "Queue monitor",
    vars: &[
        MIN_WORKERS,
        MAX_WORKERS,
        SCALE_UP_THRESHOLD,
        SCALE_DOWN_THRESHOLD,
        CHECK_INTERVAL,
        SCALING_ACTUATOR,
        WORKER_BINARY,
    ],
};

/// Who changes the number of workers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actuator {
    /// Nobody: decisions are only published.
    DryRun,
    /// The monitor starts and drains this program on its own machine.
    Process(PathBuf),
}

/// The queue monitor: how many workers there may be, and who changes their number.
#[derive(Debug, Clone)]
pub struct MonitorConfig {
    /// Fewest workers.
    pub min_workers: NonZeroU32,
    /// Most workers.
    pub max_workers: NonZeroU32,
    /// Unfinished jobs per worker above which workers are added.
    pub scale_up_threshold: NonZeroU32,
    /// Unfinished jobs per worker below which workers are removed.
    pub scale_down_threshold: u32,
    /// Time between two looks at the queues.
    pub check_interval: Duration,
    /// Who acts.
    pub actuator: Actuator,
}

impl MonitorConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let min_workers = reader.nonzero_u32(&MIN_WORKERS);
        let max_workers = reader.nonzero_u32(&MAX_WORKERS);
        let scale_up_threshold = reader.nonzero_u32(&SCALE_UP_THRESHOLD);
        let scale_down_threshold = reader.u32(&SCALE_DOWN_THRESHOLD);
        let check_interval = reader.millis(&CHECK_INTERVAL);
        let actuator = read_actuator(reader);
        let config = Self {
            min_workers: min_workers?,
            max_workers: max_workers?,
            scale_up_threshold: scale_up_threshold?,
            scale_down_threshold: scale_down_threshold?,
            check_interval: check_interval?,
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
        if self.scale_down_threshold >= self.scale_up_threshold.get() {
            let reason = format!(
                "{} must be less than SCALE_UP_THRESHOLD ({}), or the number of workers swings for ever",
                self.scale_down_threshold, self.scale_up_threshold
            );
            reader.reject(&SCALE_DOWN_THRESHOLD, reason);
        }
    }
}

/// The names of the actuators.
enum Name {
    DryRun,
    Process,
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "dry-run" => Ok(Self::DryRun),
            "process" => Ok(Self::Process),
            _ => Err("must be dry-run or process"),
        }
    }
}

fn read_actuator(reader: &mut Reader<'_>) -> Option<Actuator> {
    let name = reader.parse(&SCALING_ACTUATOR);
    let binary = reader.text(&WORKER_BINARY);
    match (name?, binary) {
        (Name::DryRun, _) => Some(Actuator::DryRun),
        (Name::Process, Some(binary)) => Some(Actuator::Process(PathBuf::from(binary))),
        (Name::Process, None) => {
            reader.reject(&WORKER_BINARY, "is required when SCALING_ACTUATOR is process");
            None
        }
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
        let error = read([
            ("MIN_WORKERS", "4"),
            ("MAX_WORKERS", "3"),
            ("SCALE_UP_THRESHOLD", "2"),
            ("SCALE_DOWN_THRESHOLD", "2"),
        ])
        .unwrap_err();
        assert_eq!(
            error,
            "MIN_WORKERS: 4 must not be more than MAX_WORKERS (3)\n\
             SCALE_DOWN_THRESHOLD: 2 must be less than SCALE_UP_THRESHOLD (2), or the number of workers swings for ever"
        );
    }

    #[test]
    fn starting_workers_needs_their_program() {
        let error = read([("SCALING_ACTUATOR", "process")]).unwrap_err();
        assert_eq!(
            error,
            "WORKER_BINARY: is required when SCALING_ACTUATOR is process"
        );
        let config = read([("SCALING_ACTUATOR", "process"), ("WORKER_BINARY", "bin/worker")]).unwrap();
        assert_eq!(config.actuator, Actuator::Process(PathBuf::from("bin/worker")));
    }

    /// P54: nothing acts on the platform unless it was asked to.
    #[test]
    fn nothing_acts_by_default() {
        assert_eq!(read([("MIN_WORKERS", "2")]).unwrap().actuator, Actuator::DryRun);
    }
}
