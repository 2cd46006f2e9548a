//! Until when the insurer wants to be left alone, by operation.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use loadsure_core::insurer::Operation;

/// The longest pause that is believed: the same as the longest wait of a job (`loadsure_core::retry`). An insurer that
/// asks for an hour is asked again after this.
const LONGEST: Duration = Duration::from_secs(600);

/// A pause that ends this much later than the known one is news. Calls that were made together are told to wait
/// together, and one of them is enough to tell others of.
const NEWS: Duration = Duration::from_secs(1);

/// The pauses that this process knows of.
#[derive(Debug, Default)]
pub(super) struct Pauses(Mutex<HashMap<Operation, Instant>>);

impl Pauses {
    /// How long an operation still pauses, if it does.
    pub(super) fn remaining(&self, operation: Operation, now: Instant) -> Option<Duration> {
        let until = *self.known().get(&operation)?;
        Some(until.saturating_duration_since(now)).filter(|rest| !rest.is_zero())
    }

    /// Notes a pause, which never shortens a known one. Tells how long it is, if that is news.
    pub(super) fn extend(&self, operation: Operation, length: Duration, now: Instant) -> Option<Duration> {
        let length = length.min(LONGEST);
        let mut known = self.known();
        let until = known.entry(operation).or_insert(now);
        let is_news = now + length > (*until).max(now) + NEWS.min(length / 2);
        *until = (*until).max(now + length);
        (is_news && !length.is_zero()).then_some(length)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Operation, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTE: Operation = Operation::Quote;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_pause_is_of_one_operation_and_ends() {
        let (pauses, now) = (Pauses::default(), Instant::now());
        assert_eq!(pauses.extend(QUOTE, seconds(5), now), Some(seconds(5)));
        assert_eq!(pauses.remaining(QUOTE, now + seconds(2)), Some(seconds(3)));
        assert_eq!(pauses.remaining(Operation::Purchase, now), None);
        assert_eq!(pauses.remaining(QUOTE, now + seconds(5)), None);
    }

    #[test]
    fn a_shorter_pause_does_not_end_a_longer_one() {
        let (pauses, now) = (Pauses::default(), Instant::now());
        pauses.extend(QUOTE, seconds(30), now);
        assert_eq!(pauses.extend(QUOTE, seconds(2), now), None);
        assert_eq!(pauses.remaining(QUOTE, now), Some(seconds(30)));
    }

    #[test]
    fn what_many_calls_are_told_together_is_news_once() {
        let (pauses, now) = (Pauses::default(), Instant::now());
        assert!(pauses.extend(QUOTE, seconds(5), now).is_some());
        assert_eq!(pauses.extend(QUOTE, seconds(5), now + seconds(1)), None);
        assert_eq!(pauses.extend(QUOTE, seconds(9), now), Some(seconds(9)));
        assert!(pauses.extend(QUOTE, seconds(1), now + seconds(60)).is_some());
        assert_eq!(pauses.extend(QUOTE, Duration::ZERO, now + seconds(90)), None);
    }

    #[test]
    fn no_pause_is_longer_than_ten_minutes() {
        let (pauses, now) = (Pauses::default(), Instant::now());
        assert_eq!(pauses.extend(QUOTE, seconds(86_400), now), Some(seconds(600)));
        assert_eq!(pauses.remaining(QUOTE, now), Some(seconds(600)));
    }
}
