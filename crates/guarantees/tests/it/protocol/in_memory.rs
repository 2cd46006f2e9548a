//! Thousands of schedules on the storage in memory: the protocol itself.

use futures_util::FutureExt as _;
use proptest::prelude::*;

use crate::protocol::memory::Memory;
use crate::protocol::{op, sim};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// P2, P3, P4, P17, P19, P21, P22: whatever is delivered twice, late or never, whoever dies or is overtaken, and
    /// whatever the insurer answers, nothing accepted is lost, nothing is bought twice, and every purchase is known.
    #[test]
    fn the_protocol_loses_nothing_and_buys_nothing_twice((repeat, schedule) in op::schedules(80)) {
        let played = sim::play(Memory::default(), repeat, &schedule).now_or_never();
        let broken = played.expect("nothing in memory waits").err();
        prop_assert_eq!(broken, None);
    }
}
