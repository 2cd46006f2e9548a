//! What operations may ask of the queue monitor, and why it may say no.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Mode;

/// Longest reason for a pause, in characters.
pub const REASON_LENGTH: usize = 200;

/// What operations ask of the queue monitor. Only the leading monitor applies it, to a [`Steering`](super::Steering).
///
/// Written in JSON as an object of one field, so that its numbers can be read from text (serde buffers the fields of
/// an internally tagged enum, which numbers of arbitrary precision do not survive).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// Change nothing until further notice.
    Pause {
        /// Why, for whoever reads the state later: 1 to [`REASON_LENGTH`] characters.
        reason: String,
    },
    /// End the pause.
    Resume,
    /// Keep to one number of workers, or to none any more.
    Pin {
        /// The number, within the limits; `None` ends it.
        workers: Option<u32>,
    },
    /// Keep between these numbers of workers.
    Limits {
        /// The fewest, at least one.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Go this far from now on.
    Mode {
        /// How far.
        mode: Mode,
    },
    /// Carry out what was proposed.
    Confirm {
        /// Which proposal.
        proposal: Uuid,
    },
}

impl Command {
    /// The word for the command, as operations type it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pause { .. } => "pause",
            Self::Resume => "resume",
            Self::Pin { .. } => "pin",
            Self::Limits { .. } => "limits",
            Self::Mode { .. } => "mode",
            Self::Confirm { .. } => "confirm",
        }
    }

    /// The word for the command in the audit log.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Pause { .. } => "scaling.pause",
            Self::Resume => "scaling.resume",
            Self::Pin { .. } => "scaling.pin",
            Self::Limits { .. } => "scaling.limits",
            Self::Mode { .. } => "scaling.mode",
            Self::Confirm { .. } => "scaling.confirm",
        }
    }
}

/// Why a command was not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The reason of a pause is empty or too long.
    #[error("a pause needs a reason of 1 to 200 characters")]
    UnusableReason,
    /// The limits have no number between them.
    #[error("the limits must be at least 1, and the most not below the fewest")]
    ImpossibleLimits,
    /// More workers than the monitor is configured to pay for.
    #[error("the monitor is configured for {ceiling} workers at most")]
    AboveCeiling {
        /// The most that is allowed.
        ceiling: u32,
    },
    /// The number to pin lies outside of the limits.
    #[error("the limits are {min} to {max} workers: change them first")]
    PinOutsideLimits {
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// The number that is pinned lies outside of the new limits.
    #[error("{workers} workers are pinned, which these limits exclude: unpin first")]
    PinExcluded {
        /// The number.
        workers: u32,
    },
    /// Nothing is carried out during a pause.
    #[error("scaling is paused: resume first")]
    Paused,
    /// Proposals are confirmed in one mode only.
    #[error("the mode is {mode}: only what was proposed in mode propose can be confirmed")]
    NotProposing {
        /// The mode in force.
        mode: Mode,
    },
    /// There is no such proposal.
    #[error("there is no such proposal")]
    NoSuchProposal,
    /// The proposal was confirmed before, withdrawn, or is too old.
    #[error("the proposal is not open any more")]
    ProposalClosed,
}

impl Refusal {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnusableReason => "unusable_reason",
            Self::ImpossibleLimits => "impossible_limits",
            Self::AboveCeiling { .. } => "above_ceiling",
            Self::PinOutsideLimits { .. } => "pin_outside_limits",
            Self::PinExcluded { .. } => "pin_excluded",
            Self::Paused => "paused",
            Self::NotProposing { .. } => "not_proposing",
            Self::NoSuchProposal => "no_such_proposal",
            Self::ProposalClosed => "proposal_closed",
        }
    }
}
