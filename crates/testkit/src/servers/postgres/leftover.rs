//! Deals with what a killed run left in a data folder.

use std::path::Path;
use std::time::{Duration, Instant};

use super::super::Error;
use super::NAME;
use crate::child::{self, LOOK_EVERY, Step, Target};

/// Time a left-over server gets for each signal.
const PATIENCE: Duration = Duration::from_secs(15);

/// Ends the server that still runs on `data`, and removes a `postmaster.pid` whose process is gone.
/// The caller holds the folder, so whatever runs on it was left behind.
pub(super) async fn end(data: &Path) -> Result<(), Error> {
    let pid_file = data.join("postmaster.pid");
    let Ok(text) = std::fs::read_to_string(&pid_file) else {
        return Ok(());
    };
    if let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()) {
        stop(data, pid).await?;
    }
    match std::fs::remove_file(&pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("remove", pid_file)(error))
        }
        _ => Ok(()),
    }
}

async fn stop(data: &Path, pid: u32) -> Result<(), Error> {
    for step in [Step::Interrupt, Step::Quit, Step::Kill] {
        if !runs_on(data, pid) {
            return Ok(());
        }
        child::send(pid, step, Target::Process).map_err(Error::control(NAME))?;
        let deadline = Instant::now() + PATIENCE;
        while runs_on(data, pid) && Instant::now() < deadline {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    if runs_on(data, pid) {
        Err(Error::Leftover { program: NAME, pid })
    } else {
        Ok(())
    }
}

/// Whether `pid` is a server working in `data`, and not a stranger that got the number since.
/// A server's working folder is its data folder; that of a dead process cannot be read.
fn runs_on(data: &Path, pid: u32) -> bool {
    let folder = std::fs::read_link(format!("/proc/{pid}/cwd"));
    matches!((folder, data.canonicalize()), (Ok(folder), Ok(data)) if folder == data)
}
