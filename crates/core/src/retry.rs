//! When work that failed is tried again.

use std::time::Duration;

use crate::job::Kind;

/// A wait before the next attempt: somewhere between `at_least` and `at_least + spread`, drawn evenly.
///
/// Full jitter (drawing from zero) keeps many jobs that failed together from coming back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// What the insurer asked for, or nothing.
    pub at_least: Duration,
    /// The width of the draw.
    pub spread: Duration,
    /// Whether the attempt before it failed, and so is one of those that a [`Policy`] allows. One that was only held back
    /// here is not.
    pub counts: bool,
}

/// The longest that a job is told to wait.
const LONGEST: Duration = Duration::from_secs(600);

/// How often and how patiently a kind of job is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    attempts: u32,
    base: Duration,
    cap: Duration,
}

impl Policy {
    /// The policy of finding out whether something arrived of which nobody waits to hear: some five hours at most, so
    /// that it outlives an outage of the insurer.
    pub const RECONCILIATION: Self = Self {
        attempts: 12,
        base: Duration::from_secs(30),
        cap: Duration::from_secs(3_600),
    };

    /// The policy of a kind.
    ///
    /// A person waits for a quote, so it is tried quickly and given up soon. A purchase that was certainly not
    /// made is worth more patience: nine attempts, with up to four minutes of waiting between them.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        let (attempts, base_ms, cap_s) = match kind {
            Kind::Quote | Kind::Certificate => (5, 500, 8),
            Kind::Booking | Kind::Cancellation => (9, 1_000, 120),
            Kind::SupportData => (4, 2_000, 30),
            Kind::Webhook => (12, 5_000, 3_600),
            Kind::Maintenance => (3, 1_000, 60),
        };
        Self {
            attempts,
            base: Duration::from_millis(base_ms),
            cap: Duration::from_secs(cap_s),
        }
    }

    /// The wait after an attempt that failed, as the so manieth, counted from 1, or `None` when that was the last one.
    #[must_use]
    pub fn after(&self, attempt: u32, retry_after: Option<Duration>) -> Option<Backoff> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(20);
        let spread = self
            .base
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(self.cap);
        // An insurer that asks for an hour would outlive the quote; it is asked again after ten minutes at most.
        let at_least = retry_after.unwrap_or_default().min(LONGEST);
        Some(Backoff {
            at_least,
            spread,
            counts: true,
        })
    }

    /// The wait of work that was held back here, by what spares an insurer that is well. It costs no attempt. The draw is
    /// the wider the longer the wait: many jobs were held back together, and shall not come back together.
    #[must_use]
    pub fn held_back(&self, retry_after: Duration) -> Backoff {
        let at_least = retry_after.min(LONGEST);
        Backoff {
            at_least,
            spread: self.base.max(at_least / 4),
            counts: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds() -> impl Strategy<Value = Kind> {
        prop::sample::select(&Kind::ALL[..])
    }

    /// P19: how often each kind is tried, and how long the waits between may be in all.
    #[test]
    fn each_kind_has_its_patience() {
        let patience = |kind| {
            let waits: Vec<Duration> = (1..100)
                .map_while(|attempt| Policy::of(kind).after(attempt, None))
                .map(|backoff| backoff.spread)
                .collect();
            (waits.len() + 1, waits.iter().sum::<Duration>().as_millis())
        };
        assert_eq!(patience(Kind::Quote), (5, 7_500));
        assert_eq!(patience(Kind::Certificate), (5, 7_500));
        assert_eq!(patience(Kind::Booking), (9, 247_000));
        assert_eq!(patience(Kind::Cancellation), (9, 247_000));
        assert_eq!(patience(Kind::SupportData), (4, 14_000));
        assert_eq!(patience(Kind::Maintenance), (3, 3_000));
    }

    #[test]
    fn a_reconciliation_outlives_an_outage() {
        let waits = (1..100).map_while(|attempt| Policy::RECONCILIATION.after(attempt, None));
        let longest: Duration = waits.map(|backoff| backoff.spread).sum();
        assert_eq!(longest, Duration::from_secs(18_210));
    }

    proptest! {
        /// P19: every kind gives up some day.
        #[test]
        fn attempts_end(kind in kinds()) {
            prop_assert!((1..100).any(|attempt| Policy::of(kind).after(attempt, None).is_none()));
        }

        #[test]
        fn waits_grow_up_to_a_cap(kind in kinds(), attempt in 1_u32..100) {
            let policy = Policy::of(kind);
            if let (Some(now), Some(next)) = (policy.after(attempt, None), policy.after(attempt + 1, None)) {
                prop_assert!(now.spread <= next.spread && next.spread <= policy.cap);
            }
        }

        #[test]
        fn who_is_held_back_loses_no_attempt_and_comes_back_when_it_is_worth_it(kind in kinds(), seconds in 0_u64..600) {
            let asked = Duration::from_secs(seconds);
            let backoff = Policy::of(kind).held_back(asked);
            prop_assert!(!backoff.counts && backoff.at_least == asked && !backoff.spread.is_zero());
        }

        #[test]
        fn what_the_insurer_asks_for_is_waited(seconds in 0_u64..600) {
            let asked = Duration::from_secs(seconds);
            prop_assert_eq!(Policy::of(Kind::Booking).after(1, Some(asked)).unwrap().at_least, asked);
        }
    }
}
