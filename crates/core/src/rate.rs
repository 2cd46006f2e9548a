//! How often something may be done: a rate with a burst, and the token bucket that keeps it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// What a [`Rate`] may be, in tokens per second.
const RANGE: std::ops::RangeInclusive<f64> = 0.001..=100_000.0;

/// So many tokens per second, of which some may be taken at once after a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
    burst: NonZeroU32,
}

impl Rate {
    /// `per_second` tokens, from 0.001 to 100 000, and `burst` of them at once: as many as a second has, rounded up,
    /// unless given.
    #[must_use]
    pub fn new(per_second: f64, burst: Option<NonZeroU32>) -> Option<Self> {
        if !RANGE.contains(&per_second) {
            return None;
        }
        let interval = Duration::try_from_secs_f64(per_second.recip()).ok()?;
        let a_second = Duration::from_secs(1)
            .as_nanos()
            .div_ceil(interval.as_nanos().max(1));
        let a_second = u32::try_from(a_second).ok().and_then(NonZeroU32::new);
        Some(Self {
            interval,
            burst: burst.or(a_second).unwrap_or(NonZeroU32::MIN),
        })
    }

    /// Tokens per second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.interval.as_secs_f64().recip()
    }

    /// Time in which one token comes.
    #[must_use]
    pub const fn interval(self) -> Duration {
        self.interval
    }

    /// Tokens that may be taken at once after a rest.
    #[must_use]
    pub const fn burst(self) -> NonZeroU32 {
        self.burst
    }

    /// What one of so many has when they divide it evenly. Never nothing.
    #[must_use]
    pub fn share(self, of: NonZeroU32) -> Self {
        Self {
            interval: self.interval.saturating_mul(of.get()),
            burst: NonZeroU32::new(self.burst.get() / of.get()).unwrap_or(NonZeroU32::MIN),
        }
    }
}

/// A token bucket by the generic cell rate algorithm. Tokens can be booked ahead: whoever takes one that is not there
/// yet is told when it comes. Pure: whoever calls says what time it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bucket {
    /// When it will be full.
    full: Option<Instant>,
}

impl Bucket {
    /// Takes a token that comes within `patience`, and tells how long to wait for it.
    ///
    /// # Errors
    /// When it comes later, with the time until then. Nothing is taken.
    pub fn take(&mut self, rate: Rate, patience: Duration, now: Instant) -> Result<Duration, Duration> {
        let missing = self
            .full
            .map_or(Duration::ZERO, |full| full.saturating_duration_since(now));
        let at_once = rate.interval.saturating_mul(rate.burst.get() - 1);
        let wait = missing.saturating_sub(at_once);
        if wait > patience {
            return Err(wait);
        }
        self.full = now.checked_add(missing.saturating_add(rate.interval));
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(per_second: f64, burst: u32) -> Rate {
        Rate::new(per_second, NonZeroU32::new(burst)).unwrap()
    }

    #[test]
    fn a_burst_is_a_second_of_tokens_unless_given() {
        let burst = |per_second| Rate::new(per_second, None).unwrap().burst().get();
        assert_eq!((burst(10.0), burst(2.5), burst(0.1)), (10, 3, 1));
        assert_eq!(rate(10.0, 3).burst().get(), 3);
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(Rate::new(nonsense, None), None);
        }
    }

    #[test]
    fn a_share_is_never_nothing() {
        let share = rate(10.0, 4).share(NonZeroU32::new(8).unwrap());
        assert!((share.per_second() - 1.25).abs() < 1e-6);
        assert_eq!(share.burst().get(), 1);
    }

    #[test]
    fn whoever_is_not_patient_enough_takes_nothing() {
        let (mut bucket, now, rate) = (Bucket::default(), Instant::now(), rate(1.0, 1));
        assert_eq!(bucket.take(rate, Duration::ZERO, now), Ok(Duration::ZERO));
        let second = Duration::from_secs(1);
        assert_eq!(bucket.take(rate, Duration::ZERO, now), Err(second));
        assert_eq!(bucket.take(rate, second, now), Ok(second));
        assert_eq!(bucket.take(rate, second, now), Err(second * 2));
        assert_eq!(
            bucket.take(rate, Duration::ZERO, now + second * 2),
            Ok(Duration::ZERO)
        );
    }

    proptest! {
        /// Over any window no more tokens come due than the burst and what comes in that time.
        #[test]
        fn no_window_holds_more_than_the_burst_and_what_comes_in_it(
            per_second in 0.5_f64..50.0,
            burst in 1_u32..10,
            pauses in prop::collection::vec(0_u64..400, 1..120),
        ) {
            let (rate, mut bucket) = (rate(per_second, burst), Bucket::default());
            let (start, mut now, mut due) = (Instant::now(), Duration::ZERO, Vec::new());
            for pause in pauses {
                now += Duration::from_millis(pause);
                if let Ok(wait) = bucket.take(rate, Duration::from_secs(2), start + now) {
                    due.push(now + wait);
                }
            }
            for (first, from) in due.iter().enumerate() {
                for (count, to) in due[first..].iter().enumerate() {
                    let room = f64::from(burst) + (*to - *from).as_secs_f64() * rate.per_second() + 1e-6;
                    prop_assert!(f64::from(u32::try_from(count + 1).unwrap()) <= room);
                }
            }
        }
    }
}
