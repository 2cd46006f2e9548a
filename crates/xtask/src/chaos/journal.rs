//! What each client was told.

use std::sync::Mutex;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// What a client wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Op {
    Quote,
    Booking,
    Cancellation,
}

/// The last word that a client had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// Priced, bought, cancelled.
    Done,
    /// The insurer said no.
    Declined,
    /// The service gave up, and says so.
    Failed,
    /// Bought or not: a person has to find out.
    Unknown,
    /// Refused by a rule of the service, e.g. since the quote has a booking already.
    Refused,
    /// Accepted, and no result in the time that a client has.
    Accepted,
    /// No usable answer at all in that time.
    NoAnswer,
}

/// One request of a client, with all its repetitions, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    /// Number of the order that it belongs to.
    pub(crate) order: u64,
    pub(crate) op: Op,
    pub(crate) end: End,
    /// Id of the quote or booking; for a cancellation the certificate's number.
    pub(crate) id: Option<String>,
    /// Number of the certificate, where one was told.
    pub(crate) certificate: Option<String>,
    /// Error code of the last answer.
    pub(crate) code: Option<String>,
    /// Requests sent with the key.
    pub(crate) tries: u32,
    /// From the start of the run.
    pub(crate) begun: Duration,
    pub(crate) ended: Duration,
}

impl Told {
    pub(crate) fn took(&self) -> Duration {
        self.ended.saturating_sub(self.begun)
    }
}

/// Everything that clients were told in one run.
#[derive(Debug)]
pub(crate) struct Journal {
    start: Instant,
    told: Mutex<Vec<Told>>,
}

impl Journal {
    /// An empty journal whose times count from now.
    pub(crate) fn begin() -> Self {
        Self {
            start: Instant::now(),
            told: Mutex::default(),
        }
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn write(&self, told: Told) {
        self.told
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(told);
    }

    /// A copy, in the order in which requests ended.
    pub(crate) fn entries(&self) -> Vec<Told> {
        self.told
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }
}

impl Op {
    pub(crate) const ALL: [Self; 3] = [Self::Quote, Self::Booking, Self::Cancellation];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Booking => "booking",
            Self::Cancellation => "cancellation",
        }
    }
}

impl End {
    pub(crate) const ALL: [Self; 7] = [
        Self::Done,
        Self::Declined,
        Self::Failed,
        Self::Unknown,
        Self::Refused,
        Self::Accepted,
        Self::NoAnswer,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::NoAnswer => "no answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_keeps_the_order_in_which_requests_ended() {
        let journal = Journal::begin();
        for order in [3, 1, 2] {
            journal.write(Told {
                order,
                op: Op::Quote,
                end: End::Done,
                id: None,
                certificate: None,
                code: None,
                tries: 1,
                begun: Duration::ZERO,
                ended: journal.now(),
            });
        }
        let orders: Vec<_> = journal.entries().iter().map(|told| told.order).collect();
        assert_eq!(orders, [3, 1, 2]);
    }
}
