//! Jobs: the units of work that the API hands to the workers through the streams.

use serde::{Deserialize, Serialize};

/// What a job does. Each kind has its own stream and its own slots in a worker, so that one cannot block another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Price a shipment.
    Quote,
    /// Buy the cover of a quote.
    Booking,
    /// Cancel a certificate.
    Cancellation,
    /// Read a certificate's state, or a fresh link to its document, from the insurer (ADR 0003).
    Certificate,
    /// Refresh the reference data.
    SupportData,
    /// Deliver a webhook.
    Webhook,
    /// Housekeeping.
    Maintenance,
}

impl Kind {
    /// All kinds, in the order in which they are listed to people.
    pub const ALL: [Self; 7] = [
        Self::Quote,
        Self::Booking,
        Self::Cancellation,
        Self::Certificate,
        Self::SupportData,
        Self::Webhook,
        Self::Maintenance,
    ];

    /// The name used in stream names, database rows, metrics and configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Booking => "booking",
            Self::Cancellation => "cancellation",
            Self::Certificate => "certificate",
            Self::SupportData => "support-data",
            Self::Webhook => "webhook",
            Self::Maintenance => "maintenance",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no kind of job is called {0:?}")]
pub struct UnknownKind(String);

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// Which attempt of which job is being worked. A message of an earlier attempt finds nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The job.
    pub job: crate::id::JobId,
    /// The attempt, from 1. Those that were held back here before anything was sent are among them; how many failed, the
    /// job knows.
    pub attempt: u32,
}

/// What became of an attempt. The database knows it already when a handler returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The job has ended, well or with a refusal that is an answer.
    Done,
    /// There was nothing to do: the job had ended, or another attempt has taken its place.
    Stale,
    /// The job will be published again.
    Retry,
    /// The job has ended without an answer, and is worth a look.
    Dead {
        /// Why.
        code: crate::error_code::ErrorCode,
        /// In words, without personal data.
        why: String,
    },
    /// The purchase may or may not have happened; a person settles it.
    Unknown,
}
