//! What is not known.

use serde::{Deserialize, Serialize};

use crate::job::Kind;

/// Why the amount of work is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Unseen {
    /// This kind could not be looked at.
    Missing(Kind),
    /// It could, but nobody can say how much of this kind is unread (S1, S2).
    Lag(Kind),
    /// More of this kind is said to be unread than there can be, or the outbox says otherwise (S3).
    Contradiction(Kind),
    /// Jobs of this kind are published and not ended, but the stream's counter stands still (S9).
    Frozen(Kind),
    /// The last look is too old, or from the future (S9).
    Stale {
        /// Its age in milliseconds.
        age_ms: u64,
    },
}
