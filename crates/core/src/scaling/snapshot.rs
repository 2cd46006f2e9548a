//! What is seen at one moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::Kind;

/// Everything that a decision is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Workers that were asked for last.
    pub wanted: u32,
    /// Workers that are there and take work, as whoever runs them sees it: processes, not a counter (P54).
    pub living: u32,
    /// Workers whose heartbeat was heard lately and that are not draining. `None` when nobody could listen.
    pub heard: Option<u32>,
    /// Work by kind. A kind that could not be looked at is missing.
    pub backlog: BTreeMap<Kind, Backlog>,
}

/// Work of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that no worker has taken. `None` when nobody can say.
    pub unread: Option<u64>,
    /// Jobs that a worker has taken and not ended.
    pub pending: u64,
}

/// Why the amount of work is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unseen {
    /// This kind could not be looked at.
    Missing(Kind),
    /// It could, but nobody can say how much of this kind is unread.
    Lag(Kind),
}

impl Snapshot {
    /// All work that is not ended, of all kinds, taken or not (P55).
    ///
    /// # Errors
    /// When that is not known of some kind. A part of the sum says nothing that could be acted on.
    pub fn unfinished(&self) -> Result<u64, Unseen> {
        Kind::ALL.into_iter().try_fold(0_u64, |sum, kind| {
            let backlog = self.backlog.get(&kind).ok_or(Unseen::Missing(kind))?;
            let unread = backlog.unread.ok_or(Unseen::Lag(kind))?;
            Ok(sum.saturating_add(unread).saturating_add(backlog.pending))
        })
    }
}
