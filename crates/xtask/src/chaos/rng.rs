//! Dice that throw the same for the same seed.

use std::time::Duration;

/// Weyl increment and mixing constants of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom
/// Number Generators, 2014). Enough for schedules; it guards no secret.
const INCREMENT: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX: (u64, u64) = (0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb);

/// A stream of throws.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// Independent dice for one part of a run, so that what one part throws does not change another's.
    pub(crate) fn fork(&self, label: u64) -> Self {
        Self(mix(self.0 ^ mix(label.wrapping_add(INCREMENT))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(INCREMENT);
        mix(self.0)
    }

    /// A number from 0 to `bound - 1`; 0 for a bound of 0. The bias of the remainder is far below what a
    /// schedule could show.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// A time from `least` to `most`, in whole milliseconds.
    pub(crate) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        let spread = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u64::MAX - 1);
        least + Duration::from_millis(self.below(spread + 1))
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Puts `items` in any order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u64::try_from(last).map_or(0, |last| last + 1);
            let other = usize::try_from(self.below(bound)).unwrap_or(last);
            items.swap(last, other);
        }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(MIX.0);
    z = (z ^ (z >> 27)).wrapping_mul(MIX.1);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_throws_the_same_and_another_throws_otherwise() {
        let throws = |seed| {
            let mut rng = Rng::new(seed);
            (0..8).map(|_| rng.next()).collect::<Vec<_>>()
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
    }

    #[test]
    fn forks_do_not_depend_on_what_was_thrown_for_others() {
        let root = Rng::new(1);
        let mut one = root.fork(1);
        one.next();
        assert_eq!(root.fork(2).next(), Rng::new(1).fork(2).next());
        assert_ne!(root.fork(1).next(), root.fork(2).next());
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<u32> = (0..20).collect();
        Rng::new(3).shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn times_lie_between_their_bounds() {
        let mut rng = Rng::new(5);
        let (least, most) = (Duration::from_millis(10), Duration::from_millis(12));
        let thrown: Vec<_> = (0..100).map(|_| rng.between(least, most)).collect();
        assert!(thrown.iter().all(|time| (least..=most).contains(time)));
        assert!(thrown.contains(&least) && thrown.contains(&most));
    }
}
