//! One worker process, from its start to its end.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::leash::Leash;

/// A worker that lives.
#[derive(Debug)]
pub(super) struct Member {
    /// When it was started.
    pub(super) started: Instant,
    /// Tells its task to drain it.
    pub(super) drain: CancellationToken,
}

/// How a worker ended.
#[derive(Debug)]
pub(super) struct End {
    /// Which one.
    pub(super) number: u64,
    /// How, as far as the system can tell.
    pub(super) status: io::Result<ExitStatus>,
}

/// Waits until a worker ends: by itself, or after SIGTERM once `drain` is cancelled, or by SIGKILL when it then takes
/// longer than `patience`. Only this task signals and reaps, so a signal never meets a process id of another program.
pub(super) async fn supervise(
    number: u64,
    mut child: Child,
    drain: CancellationToken,
    patience: Duration,
) -> End {
    let leash = child.id().map(Leash::tie);
    let mut ended = None;
    tokio::select! {
        status = child.wait() => ended = Some(status),
        () = drain.cancelled() => {}
    }
    let status = match ended {
        Some(status) => status,
        None => end(&mut child, patience).await,
    };
    if let Some(leash) = leash {
        leash.let_go().await;
    }
    End { number, status }
}

async fn end(child: &mut Child, patience: Duration) -> io::Result<ExitStatus> {
    if let Err(error) = terminate(child) {
        warn!(%error, "a worker could not be told to end");
    }
    if let Ok(status) = timeout(patience, child.wait()).await {
        return status;
    }
    warn!(pid = child.id(), "a worker did not end in time and is killed");
    child.start_kill()?;
    child.wait().await
}

fn terminate(child: &Child) -> io::Result<()> {
    let Some(pid) = child.id() else { return Ok(()) };
    let raw = i32::try_from(pid).map_err(io::Error::other)?;
    let pid = Pid::from_raw(raw).ok_or_else(|| io::Error::other("process id 0"))?;
    Ok(kill_process(pid, Signal::TERM)?)
}
