//! What is seen at one moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Lag, Moment, StandDown};
use crate::job::Kind;

/// Everything seen at one moment that a decision is made from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// When, by the Redis server.
    pub taken: Moment,
    /// Grows with each look. One that does not grow is the same look again (S9).
    pub sequence: u64,
    /// The workers.
    pub fleet: Fleet,
    /// Work by kind. A kind that could not be looked at is missing.
    pub kinds: BTreeMap<Kind, KindSample>,
    /// What the insurer allows.
    #[serde(default)]
    pub insurer: Insurer,
    /// What the database's outbox says, if it was heard: the second source.
    #[serde(default)]
    pub outbox: Option<Outbox>,
    /// Why nothing may be changed, if so.
    #[serde(default)]
    pub stand_down: Option<StandDown>,
}

/// Numbers of workers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fleet {
    /// Asked for last, as whoever runs them says: the live number, never a remembered one.
    pub wanted: u32,
    /// There and taking work, as whoever runs them sees it: processes, not a counter (P54).
    pub living: u32,
    /// Heard lately and not draining. `None` when nobody could listen.
    pub heard: Option<u32>,
}

/// Work of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindSample {
    /// Jobs that no worker has taken.
    pub unread: Lag,
    /// Jobs that a worker has taken and not ended (S4).
    pub pending: u64,
    /// Age of the oldest unread job, in milliseconds. `None` when there is none.
    pub oldest_unread_ms: Option<u64>,
    /// Age of the oldest pending job, in milliseconds. `None` when there is none.
    pub oldest_pending_ms: Option<u64>,
    /// Jobs that ever came. Grows only; starts anew after a wipe.
    pub added: u64,
    /// Jobs that ever ended. Grows only; starts anew after a wipe.
    pub completed: u64,
    /// Jobs that all heard workers together run at once, at present.
    pub slots: u64,
    /// What their slots may grow to.
    pub slots_max: u64,
    /// Mean time of the jobs that ended lately, in milliseconds. `None` before the first.
    pub service_ms: Option<f64>,
}

/// What the insurer allows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Insurer {
    /// Jobs of a kind that all workers together may begin in a second. A kind that is missing has no known limit.
    #[serde(default)]
    pub rates_per_second: BTreeMap<Kind, f64>,
    /// Whether the circuit to it is open.
    #[serde(default)]
    pub circuit_open: bool,
}

/// What the outbox in the database says about published jobs. It is published by the relay on the event stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outbox {
    /// When, by the Redis server.
    pub taken: Moment,
    /// Jobs known to be published, by kind: those that the stream counts, somewhat later. Grows only, in one process.
    pub published: BTreeMap<Kind, u64>,
    /// Jobs published and not ended, by kind.
    pub unfinished: BTreeMap<Kind, u64>,
}

impl Snapshot {
    /// The same with numbers that survive being written as text and read again: fractions of three digits, and nothing
    /// that is not finite. A decision that is to be replayed is made from this.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        for sample in self.kinds.values_mut() {
            sample.service_ms = sample.service_ms.and_then(super::number::finite);
        }
        let rates = std::mem::take(&mut self.insurer.rates_per_second).into_iter();
        self.insurer.rates_per_second = rates
            .filter_map(|(kind, rate)| Some((kind, super::number::finite(rate)?)))
            .collect();
        self
    }
}
