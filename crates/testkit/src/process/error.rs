//! Why a process is not what it should be.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a process could not be started, did not become ready, or did not end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The binary is neither there nor can it be built.
    #[error("`{name}` is not beside the running program, and `cargo build` failed:\n{output}")]
    Build {
        /// The binary.
        name: String,
        /// What cargo said.
        output: String,
    },
    /// The system refused.
    #[error("cannot {doing} `{name}`")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// The binary.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The process ended instead of becoming ready.
    #[error("`{name}` ended ({status}) while it was waited for; the end of {}:\n{log_tail}", log.display())]
    EndedEarly {
        /// The binary.
        name: String,
        /// Its exit status.
        status: String,
        /// Where it logs.
        log: PathBuf,
        /// The last lines it wrote.
        log_tail: String,
    },
    /// What was waited for did not come.
    #[error("`{name}`: waited {after:?} for {what}; the end of {}:\n{log_tail}", log.display())]
    TimedOut {
        /// The binary.
        name: String,
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
        /// Where it logs.
        log: PathBuf,
        /// The last lines it wrote.
        log_tail: String,
    },
}
