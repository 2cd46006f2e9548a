//! Whether the insurer answers about as fast as it did.

use std::time::Duration;

/// How much the latest call counts in the recent mean: about the last dozen calls decide.
const RECENT: f64 = 1.0 / 8.0;

/// How much of the way the baseline goes with each call, down and up. It is to be what the insurer takes when it is at
/// ease, so it follows a faster insurer soon and a slower one only over some hundred calls: an insurer that has become
/// slow for good is the new normal after that.
const DOWN: f64 = 1.0 / 32.0;
const UP: f64 = 1.0 / 256.0;

/// The recent mean may be this many times the baseline. Times of single calls spread as widely as their mean, and the
/// mean of a dozen by a third of it.
const TOLERANCE: f64 = 2.0;

/// Answers within so many seconds are healthy whatever they were before: a queue as short as that hurts nobody.
const QUICK: f64 = 1.0;

/// One call counts as no more than this many times what is usual, so that one in a hundred that takes half a minute
/// does not stop everything.
const OUTLIER: f64 = 4.0;

/// The mean of recent calls beside a baseline that moves slowly. In seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Latency(Option<Means>);

#[derive(Debug, Clone, Copy)]
struct Means {
    recent: f64,
    baseline: f64,
}

impl Latency {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    /// Learns from a call that was answered.
    pub(super) fn note(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        let Some(means) = &mut self.0 else {
            self.0 = Some(Means {
                recent: took,
                baseline: took,
            });
            return;
        };
        let took = took.min(means.baseline.max(QUICK) * OUTLIER);
        means.recent += (took - means.recent) * RECENT;
        let weight = if took < means.baseline { DOWN } else { UP };
        means.baseline += (took - means.baseline) * weight;
    }

    /// Whether the recent mean is near the baseline. Healthy while nothing is known.
    pub(super) fn is_healthy(&self) -> bool {
        self.0
            .is_none_or(|means| means.recent <= QUICK.max(means.baseline * TOLERANCE))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noted(latency: &mut Latency, millis: u64, calls: usize) {
        for _ in 0..calls {
            latency.note(Duration::from_millis(millis));
        }
    }

    #[test]
    fn an_insurer_that_becomes_slow_is_unhealthy_until_that_is_usual() {
        let mut latency = Latency::new();
        noted(&mut latency, 2_000, 100);
        noted(&mut latency, 6_000, 20);
        assert!(!latency.is_healthy());
        noted(&mut latency, 6_000, 200);
        assert!(latency.is_healthy(), "{latency:?}");
    }

    #[test]
    fn one_that_is_fast_again_is_healthy_soon() {
        let mut latency = Latency::new();
        noted(&mut latency, 2_000, 100);
        noted(&mut latency, 6_000, 20);
        noted(&mut latency, 2_000, 20);
        assert!(latency.is_healthy(), "{latency:?}");
    }

    #[test]
    fn what_is_quick_is_healthy_however_much_quicker_it_was() {
        let mut latency = Latency::new();
        noted(&mut latency, 5, 100);
        noted(&mut latency, 900, 100);
        assert!(latency.is_healthy());
        noted(&mut latency, 3_000, 20);
        assert!(!latency.is_healthy());
    }

    #[test]
    fn one_call_that_takes_for_ever_is_no_illness() {
        let mut latency = Latency::new();
        noted(&mut latency, 3_000, 100);
        noted(&mut latency, 30_000, 1);
        assert!(latency.is_healthy());
    }

    proptest! {
        /// Single calls take from half to nearly double of what is usual.
        #[test]
        fn an_ordinary_spread_is_healthy(calls in prop::collection::vec(1_500_u64..5_500, 1..400)) {
            let mut latency = Latency::new();
            noted(&mut latency, 3_000, 100);
            for millis in calls {
                latency.note(Duration::from_millis(millis));
                prop_assert!(latency.is_healthy(), "{:?}", latency);
            }
        }
    }
}
