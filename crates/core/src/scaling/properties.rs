use std::collections::BTreeMap;
use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::job::Kind;

fn policy(min: u32, max: u32, up: u32, down: u32) -> Policy {
    let nonzero = |number: u32| NonZeroU32::new(number).unwrap();
    Policy {
        limits: Limits::new(nonzero(min), nonzero(max)),
        rule: Rule::Threshold(Threshold {
            up_above: nonzero(up),
            down_below: down,
        }),
    }
}

/// All kinds empty but `of`.
fn backlog(of: &[(Kind, u64, u64)]) -> BTreeMap<Kind, Backlog> {
    let empty = Kind::ALL.map(|kind| (kind, 0, 0));
    let all = empty.iter().chain(of);
    all.map(|&(kind, unread, pending)| {
        let unread = Some(unread);
        (kind, Backlog { unread, pending })
    })
    .collect()
}

fn snapshot(workers: u32, backlog: BTreeMap<Kind, Backlog>) -> Snapshot {
    Snapshot {
        wanted: workers,
        living: workers,
        heard: Some(workers),
        backlog,
    }
}

/// P55: each kind counts, and so does the work in progress.
#[test]
fn every_kind_counts_read_or_not() {
    let policy = policy(1, 5, 10, 2);
    for kind in Kind::ALL {
        for work in [(kind, 11, 0), (kind, 0, 11), (kind, 5, 6)] {
            let decision = decide(&snapshot(1, backlog(&[work])), &policy);
            assert_eq!(decision.target, 2, "{work:?}");
            assert_eq!(decision.reason, Reason::Backlog { unfinished: 11 });
        }
    }
}

/// P55, S1: a kind of which nothing is known is not an idle one.
#[test]
fn one_unknown_kind_is_enough_to_hold() {
    let policy = policy(1, 5, 10, 2);
    for kind in Kind::ALL {
        let mut missing = backlog(&[]);
        missing.remove(&kind);
        let decision = decide(&snapshot(3, missing), &policy);
        let unseen = Unseen::Missing(kind);
        assert_eq!(
            decision,
            Decision {
                target: 3,
                reason: Reason::Unknown { unseen }
            }
        );

        let mut unknown = backlog(&[]);
        let unread = None;
        unknown.insert(kind, Backlog { unread, pending: 0 });
        let decision = decide(&snapshot(3, unknown), &policy);
        let unseen = Unseen::Lag(kind);
        assert_eq!(
            decision,
            Decision {
                target: 3,
                reason: Reason::Unknown { unseen }
            }
        );
    }
}

/// P54: workers that were asked for and are not there are no reason to ask for more.
#[test]
fn nothing_is_added_while_workers_are_arriving() {
    let mut snapshot = snapshot(3, backlog(&[(Kind::Quote, 1_000, 0)]));
    snapshot.living = 2;
    let decision = decide(&snapshot, &policy(1, 5, 10, 2));
    let reason = Reason::Arriving {
        unfinished: 1_000,
        living: 2,
    };
    assert_eq!(decision, Decision { target: 3, reason });
}

/// S11: when no worker is heard, empty queues say nothing about what is needed.
#[test]
fn an_outage_is_not_made_smaller() {
    for heard in [None, Some(0)] {
        let mut snapshot = snapshot(3, backlog(&[]));
        snapshot.heard = heard;
        let decision = decide(&snapshot, &policy(1, 5, 10, 2));
        let reason = Reason::NobodyHeard { unfinished: 0 };
        assert_eq!(decision, Decision { target: 3, reason });
    }
}

#[test]
fn a_removed_worker_is_not_missed_at_once() {
    // 17 jobs are little for two workers by the lower threshold, and too much for one by the upper.
    let decision = decide(
        &snapshot(2, backlog(&[(Kind::Quote, 17, 0)])),
        &policy(1, 5, 10, 9),
    );
    assert_eq!(decision.reason, Reason::Steady { unfinished: 17 });
}

#[test]
fn a_decision_is_written_with_its_reason() {
    let decision = decide(&snapshot(1, BTreeMap::new()), &policy(1, 5, 10, 2));
    let json = serde_json::to_value(decision).unwrap();
    let unseen = serde_json::json!({"missing": "quote"});
    assert_eq!(
        json,
        serde_json::json!({"target": 1, "reason": {"rule": "unknown", "unseen": unseen}})
    );
    assert_eq!(serde_json::from_value::<Decision>(json).unwrap(), decision);
}

prop_compose! {
    fn any_policy()(min in 1_u32..20, more in 0_u32..20, down in 0_u32..50, above in 1_u32..50) -> Policy {
        policy(min, min + more, down + above, down)
    }
}

fn any_backlog() -> impl Strategy<Value = Option<Backlog>> {
    let amount = prop_oneof![0_u64..200, any::<u64>()];
    let unread = prop::option::weighted(0.95, amount.clone());
    let backlog = (unread, amount).prop_map(|(unread, pending)| Backlog { unread, pending });
    prop::option::weighted(0.95, backlog)
}

prop_compose! {
    fn any_snapshot()(
        wanted in prop_oneof![0_u32..60, any::<u32>()],
        living in 0_u32..60,
        heard in prop::option::of(0_u32..60),
        work in prop::collection::vec(any_backlog(), Kind::ALL.len()),
    ) -> Snapshot {
        let backlog = Kind::ALL.into_iter().zip(work);
        let backlog = backlog.filter_map(|(kind, work)| Some((kind, work?))).collect();
        Snapshot { wanted, living, heard, backlog }
    }
}

proptest! {
    #[test]
    fn the_target_is_within_the_limits(snapshot in any_snapshot(), policy in any_policy()) {
        let target = decide(&snapshot, &policy).target;
        prop_assert!((policy.limits.min()..=policy.limits.max()).contains(&target));
    }

    /// S1: what is not known never removes a worker, beyond what the limits demand.
    #[test]
    fn nothing_unknown_removes_a_worker(snapshot in any_snapshot(), policy in any_policy()) {
        let target = decide(&snapshot, &policy).target;
        if snapshot.unfinished().is_err() || snapshot.heard.is_none() {
            prop_assert!(target >= policy.limits.clamp(snapshot.wanted));
        }
    }

    #[test]
    fn the_same_is_decided_twice(snapshot in any_snapshot(), policy in any_policy()) {
        prop_assert_eq!(decide(&snapshot, &policy), decide(&snapshot.clone(), &policy));
    }

    #[test]
    fn one_decision_is_one_step(snapshot in any_snapshot(), policy in any_policy()) {
        let target = decide(&snapshot, &policy).target;
        prop_assert!(target.abs_diff(policy.limits.clamp(snapshot.wanted)) <= 1);
    }

    #[test]
    fn more_work_never_means_fewer_workers(workers in 1_u32..40, work in 0_u64..1000, more in 0_u64..1000, policy in any_policy()) {
        let target = |unread| decide(&snapshot(workers, backlog(&[(Kind::Quote, unread, 0)])), &policy).target;
        prop_assert!(target(work) <= target(work + more));
    }

    /// S10: with the same work, what was decided stays decided; the number does not swing.
    #[test]
    fn the_number_settles(workers in 1_u32..40, work in 0_u64..1000, policy in any_policy()) {
        let next = |workers| decide(&snapshot(workers, backlog(&[(Kind::Quote, work, 0)])), &policy).target;
        let settled = (0..50).fold(workers, |workers, _| next(workers));
        prop_assert_eq!(next(settled), settled);
    }
}
