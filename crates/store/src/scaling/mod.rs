//! Scaling of the workers: the leader's lease, what operations asked for, decisions, proposals and changes.
//!
//! Everything that the leading monitor writes is conditional on its term: a former leader that wakes up late changes
//! nothing and is told [`Error::Fenced`]. Documents are kept as JSON, beside the columns that queries need.

mod arrivals;
mod change;
mod clearance;
mod command;
mod decision;
mod deploy_lock;
mod document;
mod fence;
mod lead;
mod proposal;
mod replay;
mod state;

pub use arrivals::{Arrivals, ArrivalsFilter};
pub use change::{Change, Ending, NewChange};
pub use clearance::Clearance;
pub use command::{Applied, CommandRecord, NewCommand};
pub use decision::Decided;
pub use lead::{Lead, Leader};
pub use proposal::{NewProposal, Proposal, ProposalState};
pub use replay::ReplayFrom;
pub use state::State;

pub(crate) use decision::PURGE as PURGE_DECISIONS;

use loadsure_core::ports::Fault;

/// Why the leader's word was not written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The term is over: another monitor leads, or may at any moment.
    #[error("this monitor does not lead any more")]
    Fenced,
    /// The database failed. What was asked for may have been written; asking again is harmless.
    #[error(transparent)]
    Store(#[from] Fault),
}
