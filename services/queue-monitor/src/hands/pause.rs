//! When the platform is asked again after it did not answer.

use std::time::{Duration, Instant};

/// Pause after the first failure.
const FIRST: Duration = Duration::from_secs(1);

/// Longest pause, unless the platform asks for a longer one. An outage that is over is noticed within it.
const LONGEST: Duration = Duration::from_secs(60);

/// Keeps a platform that does not answer from being asked at every look.
#[derive(Debug, Default)]
pub(super) struct Pause {
    failures: u32,
    until: Option<Instant>,
}

impl Pause {
    /// Notes a failure. `asked_for` is the pause that the platform asks for.
    pub(super) fn failed(&mut self, now: Instant, asked_for: Option<Duration>) {
        let doublings = self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
        self.until = now.checked_add(pause.max(asked_for.unwrap_or_default()));
    }

    /// Notes a success.
    pub(super) fn over(&mut self) {
        *self = Self::default();
    }

    /// Whether it is not time yet.
    pub(super) fn holds(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_waited_out_ever_longer_and_at_least_as_long_as_asked() {
        let (mut pause, now) = (Pause::default(), Instant::now());
        assert!(!pause.holds(now));
        pause.failed(now, None);
        assert!(pause.holds(now) && !pause.holds(now + FIRST));
        pause.failed(now, None);
        assert!(pause.holds(now + FIRST) && !pause.holds(now + FIRST * 2));
        for _ in 0..40 {
            pause.failed(now, None);
        }
        assert!(!pause.holds(now + LONGEST));
        pause.failed(now, Some(LONGEST * 5));
        assert!(pause.holds(now + LONGEST * 4));
        pause.over();
        assert!(!pause.holds(now));
    }
}
