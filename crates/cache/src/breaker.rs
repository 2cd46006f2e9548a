//! Spares a server that is away, and those who would wait for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a server that failed is left alone. Short, so that limits hold again soon; long enough that one request
/// in a second, not each of them, pays for the timeout.
const PAUSE: Duration = Duration::from_secs(1);

/// After a failure, lets one trial through per [`PAUSE`] until one succeeds.
#[derive(Debug)]
pub(crate) struct Breaker {
    made: Instant,
    /// Milliseconds after `made` at which the next trial may be made; zero while all is well.
    next_trial: AtomicU64,
}

impl Breaker {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            made: now,
            next_trial: AtomicU64::new(0),
        }
    }

    /// Whether the server may be asked now. Of many that ask after a pause, one is let through.
    pub(crate) fn allows(&self, now: Instant) -> bool {
        let next = self.next_trial.load(Ordering::Acquire);
        if next == 0 {
            return true;
        }
        let is_due = self.millis(now) >= next;
        let claim = || {
            let later = self.millis(now + PAUSE);
            self.next_trial
                .compare_exchange(next, later, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        };
        is_due && claim()
    }

    /// The server answered.
    pub(crate) fn succeeded(&self) {
        self.next_trial.store(0, Ordering::Release);
    }

    /// The server did not answer.
    pub(crate) fn failed(&self, now: Instant) {
        self.next_trial.store(self.millis(now + PAUSE), Ordering::Release);
    }

    fn millis(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.made).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stops_all_but_one_trial_per_pause() {
        let start = Instant::now();
        let breaker = Breaker::new(start);
        assert!(breaker.allows(start) && breaker.allows(start));
        breaker.failed(start);
        assert!(!breaker.allows(start + PAUSE / 2));
        assert!(breaker.allows(start + PAUSE), "one trial");
        assert!(!breaker.allows(start + PAUSE), "and no second one");
        assert!(
            breaker.allows(start + PAUSE * 2),
            "also when the first never ended"
        );
    }

    #[test]
    fn a_success_ends_the_pause() {
        let start = Instant::now();
        let breaker = Breaker::new(start);
        breaker.failed(start);
        assert!(breaker.allows(start + PAUSE));
        breaker.succeeded();
        assert!(breaker.allows(start + PAUSE) && breaker.allows(start + PAUSE));
    }
}
