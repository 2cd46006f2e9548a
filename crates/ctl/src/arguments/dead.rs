//! The command line of `dead`.

use clap::{Args, Subcommand};
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;

/// What to do with jobs that died.
#[derive(Debug, Subcommand)]
pub enum DeadCommand {
    /// Lists them, the newest first.
    List {
        /// Only of this kind: quote, booking, cancellation, certificate, support-data, webhook, maintenance.
        #[arg(long)]
        kind: Option<Kind>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows a job, whatever its state, with its history.
    Show {
        /// Id of the job.
        job: JobId,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has one tried once more, with its record reopened; never a purchase that may have been made.
    Replay(Dispose),
    /// Is done with one: its record stays as it is.
    Discard(Dispose),
}

/// Arguments of `dead replay` and `dead discard`.
#[derive(Debug, Args)]
pub struct Dispose {
    /// Id of the job.
    pub job: JobId,
    /// Who does it, for the audit log. Default: the user of the operating system.
    #[arg(long, value_parser = super::name)]
    pub actor: Option<String>,
}
