//! What a worker has done for one kind, for its heartbeat.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How much the latest job counts in the mean: about the last twenty jobs decide.
const WEIGHT: f64 = 0.1;

/// Jobs finished since the start, and how long the recent ones took.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Totals>);

/// The numbers of a [`Tally`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Totals {
    /// Jobs finished.
    pub(crate) completed: u64,
    /// Mean time of the recent ones that called the insurer, in milliseconds. `None` before the first.
    pub(crate) service_ms: Option<f64>,
}

impl Tally {
    /// Counts one job that was worked on for so long, its waits for a rate left out. One that called nobody, as when it was
    /// held back, says nothing of how long jobs take, and has no time.
    pub(crate) fn finished(&self, worked: Option<Duration>) {
        let mut totals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        totals.completed = totals.completed.saturating_add(1);
        let Some(worked) = worked else { return };
        let took = worked.as_secs_f64() * 1_000.0;
        let mean = totals.service_ms.unwrap_or(took);
        totals.service_ms = Some(mean + (took - mean) * WEIGHT);
    }

    /// The numbers now.
    pub(crate) fn totals(&self) -> Totals {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_follows_the_recent_jobs() {
        let tally = Tally::default();
        assert_eq!(tally.totals(), Totals::default());
        tally.finished(None);
        assert_eq!(tally.totals().service_ms, None);
        tally.finished(Some(Duration::from_millis(100)));
        tally.finished(None);
        assert_eq!(tally.totals().service_ms, Some(100.0));
        for _ in 0..100 {
            tally.finished(Some(Duration::from_millis(10)));
        }
        let totals = tally.totals();
        assert_eq!(totals.completed, 103);
        assert!((totals.service_ms.unwrap() - 10.0).abs() < 0.1, "{totals:?}");
    }
}
