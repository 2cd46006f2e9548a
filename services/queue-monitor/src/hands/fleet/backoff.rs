//! When a worker that ended unasked is replaced.

use std::time::Duration;

use tokio::time::Instant;

/// Pause after the first end.
const FIRST: Duration = Duration::from_millis(250);
/// Longest pause: an operator who has repaired the cause does not wait for long.
const LONGEST: Duration = Duration::from_secs(30);
/// A worker that lived for this long was not broken from the start; its end is not counted with earlier ones.
const STABLE: Duration = Duration::from_secs(60);

/// Keeps workers that end at once from being started in a loop.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    until: Option<Instant>,
}

impl Backoff {
    /// A worker ended unasked after a life of `lived`, or could not be started.
    pub(crate) fn failed(&mut self, now: Instant, lived: Duration) -> Duration {
        self.failures = if lived >= STABLE {
            1
        } else {
            self.failures.saturating_add(1)
        };
        let doublings = self.failures.saturating_sub(1).min(16);
        let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
        self.until = Some(now + pause);
        pause
    }

    /// When the next worker may be started; `None` for now.
    pub(crate) fn wait_until(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_in_a_row_are_waited_for_ever_longer_up_to_a_limit() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        assert_eq!(backoff.wait_until(now), None);
        let pauses: Vec<_> = (0..40).map(|_| backoff.failed(now, Duration::ZERO)).collect();
        assert_eq!(pauses[..3], [FIRST, FIRST * 2, FIRST * 4]);
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&LONGEST));
        assert_eq!(backoff.wait_until(now), Some(now + LONGEST));
        assert_eq!(backoff.wait_until(now + LONGEST), None);
    }

    #[test]
    fn the_end_of_a_stable_worker_begins_anew() {
        let (mut backoff, now) = (Backoff::default(), Instant::now());
        for _ in 0..10 {
            backoff.failed(now, Duration::ZERO);
        }
        assert_eq!(backoff.failed(now, STABLE), FIRST);
    }
}
