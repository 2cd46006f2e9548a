//! Who changes the number of workers.

use loadsure_config::{Actuator as Choice, MonitorServiceConfig};

use crate::error::StartError;
use crate::fleet::{Census, Fleet, Launch};

/// Who changes the number of workers.
#[derive(Debug)]
pub(crate) enum Actuator {
    /// Nobody. The number is what is heard.
    DryRun {
        /// Workers heard last; the minimum before the first.
        heard: u32,
    },
    /// Processes of this machine.
    Process(Fleet),
}

impl Actuator {
    /// Asks for the minimum of workers at once.
    pub(crate) fn start(config: &MonitorServiceConfig) -> Result<Self, StartError> {
        let min = config.monitor.min_workers.get();
        match &config.monitor.actuator {
            Choice::DryRun => Ok(Self::DryRun { heard: min }),
            Choice::Process(binary) if !binary.is_file() => Err(StartError::NoWorkerBinary(binary.clone())),
            Choice::Process(binary) => Ok(Self::Process(Fleet::start(Launch::new(binary, config), min))),
        }
    }

    /// The name in configuration and samples.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::DryRun { .. } => "dry-run",
            Self::Process(_) => "process",
        }
    }

    /// The workers that there are. `heard` is the number of heartbeats, if it is known.
    pub(crate) fn census(&mut self, heard: Option<u32>) -> Census {
        match self {
            Self::Process(fleet) => fleet.census(),
            Self::DryRun { heard: last } => {
                *last = heard.unwrap_or(*last);
                Census {
                    wanted: *last,
                    living: *last,
                    draining: 0,
                }
            }
        }
    }

    /// Asks for a number of workers.
    pub(crate) fn ask(&self, workers: u32) {
        match self {
            Self::Process(fleet) => fleet.ask(workers),
            Self::DryRun { .. } => {}
        }
    }

    /// Drains what it started.
    pub(crate) async fn stop(self) {
        match self {
            Self::Process(fleet) => fleet.stop().await,
            Self::DryRun { .. } => {}
        }
    }
}
