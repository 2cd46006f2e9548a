/// SplitMix64: small, and the same seed throws the same dice on every machine.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// True with the given probability.
    pub(super) fn hits(&mut self, probability: f64) -> bool {
        let [a, b, c, d, ..] = self.next().to_be_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) < probability * 4_294_967_296.0
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_throws_hits_and_the_seed_decides_which() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            (0..1000).map(|_| dice.hits(0.25)).collect::<Vec<_>>()
        };
        let hits = throw(7).iter().filter(|hit| **hit).count();
        assert!((200..300).contains(&hits), "{hits}");
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
    }

    #[test]
    fn certainty_is_certain() {
        let mut dice = Dice::new(1);
        assert!((0..1000).all(|_| dice.hits(1.0)));
        assert!(!(0..1000).any(|_| dice.hits(0.0)));
    }
}
