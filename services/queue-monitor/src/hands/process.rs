//! Workers of this machine.

use std::path::Path;
use std::time::Duration;

use loadsure_config::MonitorServiceConfig;
use serde_json::json;
use tokio::time::timeout;

use super::fleet::{Fleet, Launch, Ledger};
use super::{Count, Ending, Order};
use crate::error::StartError;

/// How long workers may take until they have arrived. A worker that has not by then keeps ending at once.
const ARRIVE_WITHIN: Duration = Duration::from_secs(60);

/// Workers of this machine.
#[derive(Debug)]
pub(crate) struct Process {
    fleet: Fleet,
}

impl Process {
    /// Prepares to start workers.
    pub(super) fn new(binary: &Path, config: &MonitorServiceConfig) -> Result<Self, StartError> {
        if !binary.is_file() {
            return Err(StartError::NoWorkerBinary(binary.to_owned()));
        }
        let fleet = Fleet::new(Launch::new(binary, config));
        Ok(Self { fleet })
    }

    pub(super) fn count(&self) -> Count {
        let census = self.fleet.census();
        Count {
            wanted: census.wanted,
            living: census.living,
            draining: census.draining,
            ..Count::default()
        }
    }

    pub(super) fn task(&self) -> ProcessTask {
        ProcessTask(self.fleet.ledger())
    }

    pub(super) fn stand_by(&self) {
        self.fleet.ledger().ask(0);
    }

    pub(super) async fn stop(self) {
        self.fleet.stop().await;
    }
}

/// Changes the number.
#[derive(Debug)]
pub(crate) struct ProcessTask(Ledger);

impl ProcessTask {
    /// Asks for the workers.
    pub(super) fn ask(&self, order: Order) {
        self.0.ask(order.to);
    }

    /// Waits until they are there.
    pub(super) async fn arrive(self, order: Order) -> Ending {
        match timeout(ARRIVE_WITHIN, self.0.arrived(order.to)).await {
            Ok(()) => Ending::applied(json!({})),
            Err(_) => Ending::failed("the workers keep ending"),
        }
    }
}
