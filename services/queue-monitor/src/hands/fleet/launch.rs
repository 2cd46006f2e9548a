//! How a worker is started.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use loadsure_config::MonitorServiceConfig;
use tokio::process::{Child, Command};

use crate::settings::drain_time;

/// Characters of our own name in a worker's: with its number it stays within the 64 of `INSTANCE_NAME`.
const NAME_LENGTH: usize = 48;

/// How a worker is started, and how long it may take to end.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    binary: PathBuf,
    instance: String,
    metrics_addr: &'static str,
    /// Time from SIGTERM to SIGKILL.
    pub(super) drain: Duration,
}

impl Launch {
    pub(crate) fn new(binary: &Path, config: &MonitorServiceConfig) -> Self {
        Self {
            binary: binary.to_owned(),
            instance: config.app.instance.chars().take(NAME_LENGTH).collect(),
            // Our own address is taken by us; each worker gets a free port of its own.
            metrics_addr: match config.telemetry.metrics_addr {
                Some(_) => "127.0.0.1:0",
                None => "off",
            },
            drain: drain_time(config.app.shutdown_grace),
        }
    }

    /// The name of a worker (P56).
    pub(super) fn instance(&self, number: u64) -> String {
        format!("{}-worker-{number}", self.instance)
    }

    /// Starts a worker with our environment and our outputs.
    pub(super) fn spawn(&self, number: u64) -> io::Result<Child> {
        Command::new(&self.binary)
            .env("INSTANCE_NAME", self.instance(number))
            .env("METRICS_ADDR", self.metrics_addr)
            .stdin(Stdio::null())
            .spawn()
    }
}
