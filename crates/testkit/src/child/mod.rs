//! A child program that cannot outlive us, and that is ended by signals of growing force.

mod leash;
pub(crate) mod log;
mod signal;

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use leash::Leash;
pub(crate) use signal::{Ending, Step, Target, send};

/// How often a condition that has no event of its own (an exit, a file, a port) is looked at.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(5);

/// A running child in a process group of its own, so that Ctrl-C in a terminal reaches only us
/// and the order of stopping stays ours.
#[derive(Debug)]
pub(crate) struct Supervised {
    child: Child,
    leash: Leash,
    pid: u32,
    ending: &'static Ending,
}

impl Supervised {
    pub(crate) fn spawn(command: &mut Command, ending: &'static Ending) -> io::Result<Self> {
        let mut child = command.process_group(0).spawn()?;
        let pid = child.id();
        match Leash::tie(pid, ending) {
            Ok(leash) => Ok(Self {
                child,
                leash,
                pid,
                ending,
            }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// The exit status, if the child has ended.
    pub(crate) fn exited(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        if status.is_some() {
            self.leash.untie();
        }
        Ok(status)
    }

    pub(crate) fn signal(&self, step: Step, target: Target) -> io::Result<()> {
        send(self.pid, step, target)
    }

    /// Waits for the exit. `None` when it did not come in time.
    pub(crate) async fn wait(&mut self, at_most: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + at_most;
        loop {
            if let Some(status) = self.exited()? {
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Ends the child by the steps of its [`Ending`] and reaps it. Blocks the thread, because it
    /// has to work in `Drop` too; async callers go through [`Supervised::end_off_thread`].
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        let ended = self.end_process();
        if self
            .ending
            .0
            .iter()
            .any(|(_, target, _)| *target == Target::Group)
        {
            // What the child started and left running.
            send(self.pid, Step::Kill, Target::Group)?;
        }
        ended
    }

    fn end_process(&mut self) -> io::Result<ExitStatus> {
        self.leash.untie();
        for (step, target, patience) in self.ending.0 {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            send(self.pid, *step, *target)?;
            if let Some(status) = self.block_until_exit(*patience)? {
                return Ok(status);
            }
        }
        self.child.kill()?;
        self.child.wait()
    }

    /// [`Supervised::end`] without blocking the async runtime.
    pub(crate) async fn end_off_thread(mut self) -> io::Result<ExitStatus> {
        tokio::task::spawn_blocking(move || self.end())
            .await
            .map_err(io::Error::other)?
    }

    fn block_until_exit(&mut self, at_most: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + at_most;
        loop {
            let status = self.child.try_wait()?;
            if status.is_some() || Instant::now() >= deadline {
                return Ok(status);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // The result has nowhere to go, and the last step was SIGKILL.
        drop(self.end());
    }
}
