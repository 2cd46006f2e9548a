//! That the schedules go everywhere: a property that is never put to the test holds always.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::protocol::memory::Memory;
use crate::protocol::snapshot::Snapshot;
use crate::protocol::{op, sim};

/// Schedules that are looked at. Always the same ones.
const SCHEDULES: usize = 300;

const EVERYWHERE: [&str; 25] = [
    "booking active",
    "booking cancelled",
    "booking failed",
    "booking outcome_unknown",
    "booking purchasing",
    "booking requested",
    "cancellation done",
    "cancellation failed",
    "cancellation requested",
    "cancellation sending",
    "job dead",
    "job done",
    "job pending",
    "job published",
    "job retried",
    "purchase bought",
    "purchase declined",
    "purchase lost_sight",
    "purchase postponed",
    "purchase repeated",
    "purchase under way",
    "quote booked",
    "quote declined",
    "quote expired",
    "settled",
];

fn note(seen: &mut BTreeSet<String>, snapshot: &Snapshot) {
    for quote in &snapshot.quotes {
        seen.insert(format!("quote {}", quote.status));
        if let Some(booking) = &quote.booking {
            seen.insert(format!("booking {}", booking.status));
            for attempt in &booking.attempts {
                seen.insert(format!("purchase {}", attempt.as_deref().unwrap_or("under way")));
            }
            let lost = booking
                .attempts
                .iter()
                .flatten()
                .filter(|one| *one == "lost_sight");
            if lost.count() > 1 {
                seen.insert("purchase repeated".to_owned());
            }
            for status in &booking.cancellations {
                seen.insert(format!("cancellation {status}"));
            }
        }
    }
    for job in &snapshot.jobs {
        seen.insert(format!("job {}", job.state));
        if job.errors > 0 {
            seen.insert("job retried".to_owned());
        }
    }
    if !snapshot.audit.is_empty() {
        seen.insert("settled".to_owned());
    }
}

#[test]
fn the_schedules_reach_every_state() {
    let (mut runner, mut seen) = (TestRunner::deterministic(), BTreeSet::new());
    for _ in 0..SCHEDULES {
        let tree = op::schedules(80).new_tree(&mut runner).unwrap();
        let (repeat, schedule) = tree.current();
        let played = sim::play(Memory::default(), repeat, &schedule).now_or_never();
        for snapshot in played.unwrap().unwrap() {
            note(&mut seen, &snapshot);
        }
    }
    let missed: Vec<&str> = EVERYWHERE
        .into_iter()
        .filter(|place| !seen.contains(*place))
        .collect();
    assert_eq!(missed, Vec::<&str>::new());
}
