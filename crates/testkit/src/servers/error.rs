//! Why a server could not be had.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a private server could not be found, started, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program is not installed. The text says how to install it or where it was looked for.
    #[error("{program} was not found: {hint}")]
    BinaryMissing {
        /// `PostgreSQL` or `Redis`.
        program: &'static str,
        /// What to do about it.
        hint: String,
    },
    /// PostgreSQL refuses to run as root and there is nobody to run it as.
    #[error("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor a user `nobody`")]
    NoOrdinaryUser,
    /// A file or folder could not be made or read.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was attempted, e.g. `create`.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be run at all.
    #[error("cannot run {program}")]
    Spawn {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// `initdb` ran and failed.
    #[error("initdb failed: {output}")]
    InitDb {
        /// What it printed.
        output: String,
    },
    /// The server ended instead of becoming ready.
    #[error("{program} ended while starting ({status}); the end of its log:\n{log_tail}")]
    EndedEarly {
        /// The server.
        program: &'static str,
        /// Its exit status.
        status: String,
        /// The last lines it wrote.
        log_tail: String,
    },
    /// The server did not become ready in time.
    #[error("{program} was not ready after {after:?}; the end of its log:\n{log_tail}")]
    NotReady {
        /// The server.
        program: &'static str,
        /// How long it was waited for.
        after: Duration,
        /// The last lines it wrote.
        log_tail: String,
    },
    /// The port that the caller asked for belongs to another program.
    #[error("{program} cannot listen on port {port}: another program does")]
    PortTaken {
        /// The server.
        program: &'static str,
        /// The port.
        port: u16,
    },
    /// No free port was found on 127.0.0.1.
    #[error("no free port was found on 127.0.0.1")]
    NoFreePort,
    /// A server left behind by a killed run did not end.
    #[error("{program} (process {pid}) was left running by an earlier run and does not end")]
    Leftover {
        /// The server.
        program: &'static str,
        /// Its process id.
        pid: u32,
    },
    /// A child could not be waited for or signalled.
    #[error("cannot control {program}")]
    Control {
        /// The server.
        program: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { doing, path, source }
    }

    pub(crate) fn control(program: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Control { program, source }
    }
}
