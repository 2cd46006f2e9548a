//! Who changes the number of workers: the actuators.

mod compose;
mod digital_ocean;
mod dry_run;
mod fleet;
mod pause;
mod process;
mod task;

use std::time::Duration;

use loadsure_config::{Actuator, MonitorServiceConfig};
use loadsure_core::scaling::{Guards, StandDown};
use serde_json::Value;

use crate::error::StartError;
use compose::Compose;
use digital_ocean::DigitalOcean;
use dry_run::DryRun;
use process::Process;

pub(crate) use task::{Ending, Event, Follower, Order, Task};

/// Workers, as whoever runs them counts them, and whether their number may be changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Asked for.
    pub(crate) wanted: u32,
    /// There, and taking work.
    pub(crate) living: u32,
    /// There, and finishing what they have, as far as anybody knows.
    pub(crate) draining: u32,
    /// Asked for in the deployment that serves, where that can be another number.
    pub(crate) serving: Option<u32>,
    /// Why their number may not be changed now.
    pub(crate) stand_down: Option<StandDown>,
}

impl Count {
    /// Whether what serves is not what was asked for, although nothing is being deployed: the last deployment has failed.
    pub(crate) fn is_unserved(&self) -> bool {
        self.stand_down.is_none() && self.serving.is_some_and(|serving| serving != self.wanted)
    }
}

/// Who changes the number of workers.
#[derive(Debug)]
pub(crate) enum Hands {
    /// Nobody.
    DryRun(DryRun),
    /// Processes of this machine.
    Process(Process),
    /// App Platform.
    DigitalOcean(DigitalOcean),
    /// Containers of a Compose service.
    Compose(Box<Compose>),
}

impl Hands {
    /// Prepares. Nothing is asked of anybody, and no worker is started.
    pub(crate) fn new(config: &MonitorServiceConfig) -> Result<Self, StartError> {
        Ok(match &config.monitor.actuator {
            Actuator::DryRun => Self::DryRun(DryRun::new(config.monitor.min_workers.get())),
            Actuator::Process(binary) => Self::Process(Process::new(binary, config)?),
            Actuator::DigitalOcean(platform) => Self::DigitalOcean(DigitalOcean::new(platform)?),
            Actuator::Compose(service) => {
                Self::Compose(Box::new(Compose::new(service, config.app.shutdown_grace)?))
            }
        })
    }

    /// The name in configuration and samples.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::DryRun(_) => "dry-run",
            Self::Process(_) => "process",
            Self::DigitalOcean(_) => "digitalocean",
            Self::Compose(_) => "compose",
        }
    }

    /// Whether there is anything to be changed.
    pub(crate) const fn can_act(&self) -> bool {
        !matches!(self, Self::DryRun(_))
    }

    /// How carefully changes are to be made.
    pub(crate) const fn guards(&self) -> Guards {
        match self {
            Self::DigitalOcean(_) => Guards::DEPLOYMENTS,
            Self::DryRun(_) | Self::Process(_) | Self::Compose(_) => Guards::PROCESSES,
        }
    }

    /// Counts the workers that there are: the live number, never a remembered one. `heard` is the number of heartbeats, if
    /// it is known.
    pub(crate) async fn count(&mut self, heard: Option<u32>) -> Count {
        match self {
            Self::DryRun(dry_run) => dry_run.count(heard),
            Self::Process(process) => process.count(),
            Self::DigitalOcean(platform) => platform.count().await,
            Self::Compose(compose) => compose.count().await,
        }
    }

    /// How long the one request that changes something may be under way: whoever sends it must lead for longer.
    pub(crate) const fn request_takes(&self) -> Duration {
        match self {
            Self::DigitalOcean(platform) => platform.request_takes(),
            Self::Compose(_) => Compose::request_takes(),
            Self::DryRun(_) | Self::Process(_) => Duration::ZERO,
        }
    }

    /// What carries out a change, on a task of its own.
    pub(crate) fn task(&self) -> Task {
        match self {
            Self::DryRun(_) => Task::Nothing,
            Self::Process(process) => Task::Process(process.task()),
            Self::DigitalOcean(platform) => Task::DigitalOcean(platform.task()),
            Self::Compose(compose) => Task::Compose(compose.task()),
        }
    }

    /// What follows a change that an earlier leader has sent, where that can be told from what it has written down.
    pub(crate) fn follower(&self, detail: &Value) -> Option<Follower> {
        match self {
            Self::DigitalOcean(platform) => platform.follower(detail),
            Self::DryRun(_) | Self::Process(_) | Self::Compose(_) => None,
        }
    }

    /// Whether the workers, and a change of their number, outlive this process.
    pub(crate) const fn outlive_us(&self) -> bool {
        matches!(self, Self::DigitalOcean(_) | Self::Compose(_))
    }

    /// Another monitor leads: its workers are enough.
    pub(crate) fn stand_by(&self) {
        if let Self::Process(process) = self {
            process.stand_by();
        }
    }

    /// Drains what it started.
    pub(crate) async fn stop(self) {
        if let Self::Process(process) = self {
            process.stop().await;
        }
    }
}
