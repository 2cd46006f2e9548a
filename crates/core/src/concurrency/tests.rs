use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::insurer::{Failure, Lost};

fn bounds(min: u16, max: u16) -> Bounds {
    Bounds::new(NonZeroU16::new(min).unwrap(), NonZeroU16::new(max).unwrap())
}

/// The insurer of the tests answers after half a second.
const TOOK: Duration = Duration::from_millis(500);

fn call(began: Instant, sign: Sign) -> Call {
    Call {
        began,
        ended: began + TOOK,
        sign,
        crowded: true,
    }
}

/// As many calls at once as the limit allows, again and again for `length`.
fn busy(limit: &mut Limit, mut now: Instant, length: Duration, sign: Sign) -> Instant {
    let end = now + length;
    while now < end {
        for _ in 0..limit.slots() {
            limit.ended(&call(now, sign));
        }
        now += TOOK;
    }
    now
}

/// What level 1 is for: three times the work within ten seconds at an insurer that takes half a second.
#[test]
fn from_four_it_reaches_twelve_within_ten_seconds() {
    let mut limit = Limit::new(bounds(4, 12));
    busy(&mut limit, Instant::now(), Duration::from_secs(5), Sign::Served);
    assert_eq!(limit.slots(), 12);
}

#[test]
fn a_limit_that_nobody_reaches_is_not_raised() {
    let mut limit = Limit::new(bounds(4, 12));
    for _ in 0..100 {
        let alone = Call {
            crowded: false,
            ..call(Instant::now(), Sign::Served)
        };
        assert_eq!(limit.ended(&alone), None);
    }
}

#[test]
fn all_calls_of_one_congestion_halve_it_once() {
    let mut limit = Limit::new(bounds(1, 64));
    let now = busy(&mut limit, Instant::now(), Duration::from_secs(60), Sign::Served);
    assert_eq!(limit.slots(), 64);
    let changes: Vec<_> = (0..64)
        .filter_map(|_| limit.ended(&call(now, Sign::Congested)))
        .collect();
    assert_eq!((changes, limit.slots()), (vec![Change::Halved], 32));
    let later = now + TOOK + Duration::from_millis(1);
    assert_eq!(
        limit.ended(&call(later, Sign::Congested)),
        Some(Change::Halved),
        "what was begun after that is of another"
    );
}

#[test]
fn an_insurer_that_slows_down_is_given_no_more() {
    let mut limit = Limit::new(bounds(4, 12));
    let now = busy(&mut limit, Instant::now(), TOOK * 3, Sign::Served);
    let slots = limit.slots();
    for _ in 0..40 {
        let slow = Call {
            ended: now + Duration::from_secs(5),
            ..call(now, Sign::Served)
        };
        limit.ended(&slow);
    }
    assert!(!limit.is_healthy());
    assert!(limit.slots() <= slots + 1, "{limit:?}");
}

#[test]
fn what_was_seen_decides_the_sign() {
    let unknown = |what| Failure::Unknown { what, source: None };
    let refused = |status| Failure::Refused {
        status,
        retry_after: None,
    };
    for (failure, sign) in [
        (unknown(Lost::Timeout), Sign::Congested),
        (unknown(Lost::ServerError(500)), Sign::Congested),
        (refused(429), Sign::Congested),
        (refused(503), Sign::Congested),
        (refused(401), Sign::Nothing),
        (unknown(Lost::Unreadable), Sign::Nothing),
        (unknown(Lost::Reset), Sign::Nothing),
        (Failure::NotSent("no route".into()), Sign::Nothing),
    ] {
        assert_eq!(Sign::of(Some(&failure)), sign, "{failure:?}");
    }
    assert_eq!(Sign::of(None), Sign::Served);
}

fn signs() -> impl Strategy<Value = Sign> {
    prop_oneof![
        8 => Just(Sign::Served),
        1 => Just(Sign::Congested),
        1 => Just(Sign::Nothing),
    ]
}

proptest! {
    #[test]
    fn it_stays_within_its_bounds_and_moves_by_one_or_by_half(
        min in 1_u16..20,
        max in 1_u16..40,
        calls in prop::collection::vec((signs(), 0_u64..2_000, 0_u64..2_000, any::<bool>()), 0..300),
    ) {
        let (bounds, mut now) = (bounds(min, max), Instant::now());
        let mut limit = Limit::new(bounds);
        for (sign, pause, took, crowded) in calls {
            now += Duration::from_millis(pause);
            let call = Call { began: now, ended: now + Duration::from_millis(took), sign, crowded };
            let before = limit.slots();
            let expected = match limit.ended(&call) {
                Some(Change::Raised) => before + 1,
                Some(Change::Halved) => (before / 2).max(bounds.min().get()),
                None => before,
            };
            prop_assert_eq!(limit.slots(), expected);
            prop_assert!((bounds.min().get()..=bounds.max().get()).contains(&limit.slots()));
        }
    }

    /// Whatever happened, an insurer that is well again is used fully again.
    #[test]
    fn it_recovers(before in prop::collection::vec((signs(), 0_u64..5_000), 0..100)) {
        let mut limit = Limit::new(bounds(2, 12));
        let mut now = Instant::now();
        for (sign, took) in before {
            let ended = now + Duration::from_millis(took);
            limit.ended(&Call { ended, ..call(now, sign) });
            now = ended;
        }
        busy(&mut limit, now + TOOK, Duration::from_secs(60), Sign::Served);
        prop_assert_eq!(limit.slots(), 12);
    }
}
