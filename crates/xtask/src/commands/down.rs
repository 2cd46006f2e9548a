//! `down`: ends what `up --detach` started.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::progress;
use crate::state::Home;

/// Time that the stack gets: each of its programs may finish its work first.
const PATIENCE: Duration = Duration::from_secs(180);
/// How often the lock is tried.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Arguments of `down`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    /// The lock tells whether a stack runs; the process id alone could be somebody else's by now.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let home = Home::of_up()?;
        if home.lock()?.is_some() {
            home.clear()?;
            println!("Nothing is running.");
            return Ok(());
        }
        let state = home
            .read()?
            .context("`cargo xtask up` is still starting or already ending: try again")?;
        let step = progress::step(format!("Stopping the stack of process {}", state.pid));
        let pid = i32::try_from(state.pid)
            .ok()
            .and_then(Pid::from_raw)
            .context("state.json names no process")?;
        kill_process(pid, Signal::TERM).context("cannot signal it")?;
        let deadline = Instant::now() + PATIENCE;
        while home.lock()?.is_none() {
            if Instant::now() > deadline {
                bail!(
                    "process {} has not ended after {PATIENCE:?}; see {}",
                    state.pid,
                    home.dir().join("logs").display()
                );
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        step.done("");
        Ok(())
    }
}
