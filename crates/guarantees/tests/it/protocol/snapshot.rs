//! Everything that the protocol is about, without ids and times, so that two storages can be compared.

use std::collections::BTreeMap;

/// How all quotes and jobs stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) quotes: Vec<Quote>,
    pub(crate) jobs: Vec<Job>,
    /// Entries of the audit log, by action.
    pub(crate) audit: BTreeMap<String, i64>,
}

/// A quote and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quote {
    /// As stored.
    pub(crate) status: String,
    /// Whether its time is over.
    pub(crate) over: bool,
    pub(crate) token: Option<String>,
    pub(crate) booking: Option<Booking>,
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) status: String,
    /// Outcome of each attempt.
    pub(crate) attempts: Vec<Option<String>>,
    /// Number and status.
    pub(crate) certificate: Option<(String, String)>,
    /// Status of each cancellation.
    pub(crate) cancellations: Vec<String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) state: String,
    pub(crate) attempt: i32,
    /// Attempts of which the history knows why they failed.
    pub(crate) errors: i32,
}

impl Job {
    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.state.as_str(), "done" | "dead")
    }
}
