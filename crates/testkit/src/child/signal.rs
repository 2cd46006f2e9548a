//! Signals by process id.

use std::io;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// One signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Interrupt,
    Terminate,
    Quit,
    Kill,
    Stop,
    Continue,
}

impl Step {
    fn signal(self) -> Signal {
        match self {
            Self::Interrupt => Signal::INT,
            Self::Terminate => Signal::TERM,
            Self::Quit => Signal::QUIT,
            Self::Kill => Signal::KILL,
            Self::Stop => Signal::STOP,
            Self::Continue => Signal::CONT,
        }
    }

    /// The name that the shell's `kill -s` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Terminate => "TERM",
            Self::Quit => "QUIT",
            Self::Kill => "KILL",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// Whom a signal goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The child alone. PostgreSQL signals its own children.
    Process,
    /// The child's process group, with everything it started.
    Group,
}

/// The signals that end a program, each with the time it gets before the next one.
#[derive(Debug)]
pub(crate) struct Ending(pub(crate) &'static [(Step, Target, Duration)]);

/// Sends a signal. A target that is gone already is not an error: that is what was wanted.
pub(crate) fn send(pid: u32, step: Step, target: Target) -> io::Result<()> {
    let raw = i32::try_from(pid).map_err(io::Error::other)?;
    let pid = Pid::from_raw(raw).ok_or_else(|| io::Error::other("process id 0"))?;
    let sent = match target {
        Target::Process => kill_process(pid, step.signal()),
        Target::Group => kill_process_group(pid, step.signal()),
    };
    match sent {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
