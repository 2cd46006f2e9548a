//! Everything that a decision is made from, in one place.

use super::{Alert, Decision, History, Moment, Policy, Reason, Snapshot};
use crate::job::Kind;
use crate::scaling::KindSample;

/// Everything that a decision is made from.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) policy: &'a Policy,
    pub(super) history: &'a History,
    pub(super) now: Moment,
}

/// What a rule asks for, before the guards.
pub(super) struct Proposal {
    pub(super) target: u32,
    pub(super) reason: Reason,
    pub(super) alert: Option<Alert>,
}

impl Proposal {
    pub(super) const fn new(target: u32, reason: Reason) -> Self {
        Self {
            target,
            reason,
            alert: None,
        }
    }
}

impl From<Proposal> for Decision {
    fn from(proposal: Proposal) -> Self {
        Self {
            alerts: proposal.alert.into_iter().collect(),
            ..Self::new(proposal.target, proposal.reason)
        }
    }
}

impl View<'_> {
    /// Workers asked for last.
    pub(super) const fn wanted(&self) -> u32 {
        self.snapshot.fleet.wanted
    }

    /// The kinds that were looked at.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (Kind, &KindSample)> {
        self.snapshot.kinds.iter().map(|(kind, sample)| (*kind, sample))
    }

    /// Jobs of all kinds that are not ended, taken or not (P55); the fewest that there can be.
    pub(super) fn unfinished(&self) -> u64 {
        self.kinds().fold(0_u64, |sum, (_, sample)| {
            let unread = sample.unread.at_least();
            sum.saturating_add(unread).saturating_add(sample.pending)
        })
    }

    /// How long the oldest job that nobody has taken has waited, in milliseconds.
    pub(super) fn waited_ms(&self) -> u64 {
        let ages = self.kinds().filter_map(|(_, sample)| sample.oldest_unread_ms);
        ages.max().unwrap_or(0)
    }
}
