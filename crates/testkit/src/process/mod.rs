//! Runs a binary of this workspace as a user would: a process of its own, with a log, readiness
//! probes, and signals.

mod build;
mod error;
mod program;
mod ready;
mod running;

pub use build::binary;
pub use error::Error;
pub use program::Program;
pub use running::Process;
