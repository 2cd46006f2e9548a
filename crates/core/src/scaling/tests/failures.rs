//! The failures of known scalers (scaling.md, section 2) as far as a decision can commit them. S8 is one of deploying.

use super::stage::{MINUTE, SECOND, Stage, both, limits, predictive};
use crate::job::Kind;
use crate::scaling::*;

fn unknown(why: LagUnknown) -> Lag {
    Lag::Unknown { why }
}

/// An outbox that knows of so many unfinished quotes.
fn outbox(taken: Moment, unfinished: u64) -> Outbox {
    Outbox {
        taken,
        published: [(Kind::Quote, 0)].into(),
        unfinished: [(Kind::Quote, unfinished)].into(),
    }
}

/// A fleet that has had nothing to do for so long that workers may go.
fn idle(policy: Policy) -> Stage {
    let mut stage = Stage::new(policy, 3);
    stage.policy.limits = limits(3, 5);
    stage.holds(40);
    stage.policy.limits = limits(1, 5);
    stage
}

/// S1: a lag that the server does not tell is not none, of whatever kind.
#[test]
fn a_missing_lag_removes_nobody() {
    for policy in both() {
        for kind in Kind::ALL {
            let mut stage = idle(policy);
            stage.snapshot.kinds.get_mut(&kind).unwrap().unread = unknown(LagUnknown::NotTold);
            let unseen = Unseen::Lag(kind);
            assert_eq!(stage.holds(2).reason, Reason::Unknown { unseen });
            let decision = stage.holds(60);
            let for_ms = 62 * MINUTE - 10 * SECOND;
            assert_eq!(decision.alerts, [Alert::Blind { unseen, for_ms }]);
            stage.snapshot.kinds.get_mut(&kind).unwrap().unread = Lag::Known(0);
            stage.look();
        }
    }
}

/// S1: that workers may go when all is known shows that the tests here could fail.
#[test]
fn what_is_known_to_be_idle_removes_one() {
    for policy in both() {
        assert_eq!(idle(policy).look().target, 2);
    }
}

/// S1: the second source knows that there is a backlog, and more workers are asked for by it.
#[test]
fn a_backlog_behind_a_missing_lag_is_seen_in_the_outbox() {
    let mut stage = Stage::new(predictive(), 2);
    stage.waiting(1, MINUTE);
    stage.quote().unread = unknown(LagUnknown::NotTold);
    stage.rate = 1;
    assert_eq!(stage.holds(2).target, 2);
    stage.snapshot.outbox = Some(Outbox {
        taken: stage.now,
        published: [(Kind::Quote, 1_000_000)].into(),
        unfinished: [(Kind::Quote, 908)].into(),
    });
    let decision = stage.minutes(1);
    assert!(matches!(decision.reason, Reason::TooSlow { .. }), "{decision:?}");
    assert_eq!(decision.estimates.unwrap().kinds[&Kind::Quote].unread, 900);
}

/// S2: what could not be looked at is neither nothing nor endless.
#[test]
fn an_error_changes_nothing() {
    for policy in both() {
        for kind in Kind::ALL {
            let mut stage = idle(policy);
            stage.snapshot.kinds.remove(&kind);
            let unseen = Unseen::Missing(kind);
            assert_eq!(stage.holds(30).reason, Reason::Unknown { unseen });
        }
        let mut stage = idle(policy);
        stage.snapshot.kinds.clear();
        assert!(matches!(stage.holds(30).reason, Reason::Unknown { .. }));
    }
}

/// S3: a lag that cannot be is not believed.
#[test]
fn an_impossible_lag_changes_nothing() {
    for policy in both() {
        for (unread, oldest) in [(u64::MAX - 3, None), (1_000_001, Some(9)), (0, Some(9))] {
            let mut stage = idle(policy);
            stage.quote().unread = Lag::Known(unread);
            stage.quote().oldest_unread_ms = oldest;
            let unseen = Unseen::Contradiction(Kind::Quote);
            assert_eq!(stage.holds(30).reason, Reason::Unknown { unseen });
        }
    }
}

/// S3: what the stream says is held against the outbox, with some patience.
#[test]
fn a_phantom_and_a_hidden_backlog_change_nothing() {
    for policy in both() {
        for (unread, unfinished, is_believed) in [(900, 20, false), (0, 900, false), (300, 390, true)] {
            let mut stage = idle(policy);
            stage.waiting(unread, 20 * SECOND);
            stage.quote().pending = 0;
            stage.snapshot.outbox = Some(Outbox {
                taken: stage.now,
                published: [(Kind::Quote, 1_000_000)].into(),
                unfinished: [(Kind::Quote, unfinished)].into(),
            });
            let unseen = Unseen::Contradiction(Kind::Quote);
            let decision = stage.look();
            assert_eq!(
                decision.reason != Reason::Unknown { unseen },
                is_believed,
                "{decision:?}"
            );
        }
    }
}

/// S4: no lag is not idleness while every worker is busy.
#[test]
fn work_in_progress_keeps_its_workers() {
    let mut stage = Stage::new(predictive(), 3);
    stage.rate = 3;
    stage.quote().pending = 12;
    let decision = stage.holds(60);
    assert_eq!(decision.reason, Reason::Steady { unfinished: 12 });
}

/// S5: pending jobs are never more than slots; what waits behind them counts.
#[test]
fn a_backlog_behind_full_slots_adds_workers() {
    for policy in both() {
        let mut stage = Stage::new(policy, 1);
        stage.quote().pending = 4;
        stage.holds(5);
        stage.waiting(900, MINUTE);
        assert!(stage.minutes(1).target > 1);
    }
}

/// S6: entries that were ever added are no work.
#[test]
fn entries_that_have_ended_add_nobody() {
    for policy in both() {
        let mut stage = Stage::new(policy, 1);
        stage.quote().added = u64::MAX / 2;
        stage.quote().completed = u64::MAX / 2;
        stage.holds(60);
    }
}

/// S7: there is always a worker for the first job.
#[test]
fn a_single_job_has_a_worker() {
    for policy in both() {
        let mut stage = Stage::new(policy, 1);
        assert_eq!(stage.holds(24 * 60).target, 1);
        stage.waiting(1, MINUTE);
        assert_eq!(stage.look().target, 1);
        let none = serde_json::json!({"min": 0, "max": 0});
        assert!(serde_json::from_value::<Limits>(none).is_err());
    }
}

/// S9: the same look again, one from long ago and one from the future say nothing.
#[test]
fn a_frozen_look_changes_nothing() {
    for policy in both() {
        let mut stage = idle(policy);
        stage.policy.limits = limits(3, 5);
        (0..6).for_each(|_| assert_eq!(stage.same_look().target, 3));
        stage.policy.limits = limits(1, 5);
        for _ in 0..60 {
            let decision = stage.same_look();
            assert_eq!(decision.target, 3);
            assert!(matches!(
                decision.reason,
                Reason::Unknown {
                    unseen: Unseen::Stale { .. }
                }
            ));
        }
        // The clock goes on, and the number of the look does not.
        stage.snapshot.taken = stage.now;
        assert_eq!(stage.same_look().target, 3);
        stage.snapshot.sequence += 1;
        stage.snapshot.taken = stage.now.plus(MINUTE);
        assert_eq!(stage.same_look().target, 3);
    }
}

/// S9: a stream whose counter stands still while jobs are published is not looked at, whatever its clock says.
#[test]
fn a_still_counter_changes_nothing() {
    for policy in both() {
        let mut stage = idle(policy);
        stage.policy.limits = limits(3, 5);
        stage.snapshot.outbox = Some(outbox(stage.now, 7));
        stage.minutes(1);
        for _ in 0..7 {
            *stage.published() += 1;
            stage.look();
        }
        stage.policy.limits = limits(1, 5);
        let unseen = Unseen::Frozen(Kind::Quote);
        assert_eq!(stage.holds(30).reason, Reason::Unknown { unseen });
        stage.quote().added += 7;
        assert!(!matches!(stage.look().reason, Reason::Unknown { .. }));
    }
}

/// S9: the outbox learns of a job later than the stream counts it, which may be at the next look.
#[test]
fn a_job_that_is_noted_late_is_no_frozen_counter() {
    for unfinished in [1, 0] {
        let mut stage = idle(predictive());
        stage.policy.limits = limits(3, 5);
        stage.snapshot.outbox = Some(outbox(stage.now, unfinished));
        stage.minutes(1);
        stage.quote().added += 1;
        stage.look();
        *stage.published() += 1;
        let decision = stage.holds(60);
        assert!(!matches!(decision.reason, Reason::Unknown { .. }), "{decision:?}");
    }
}

/// S9: a job of which the outbox learns very late hides nothing once it has ended.
#[test]
fn a_counter_is_not_frozen_while_nothing_is_unfinished() {
    let mut stage = idle(predictive());
    stage.policy.limits = limits(3, 5);
    stage.snapshot.outbox = Some(outbox(stage.now, 1));
    stage.minutes(2);
    *stage.published() += 1;
    let unseen = Unseen::Frozen(Kind::Quote);
    assert_eq!(stage.minutes(2).reason, Reason::Unknown { unseen });
    stage.snapshot.outbox.as_mut().unwrap().unfinished.clear();
    let decision = stage.holds(60);
    assert!(!matches!(decision.reason, Reason::Unknown { .. }), "{decision:?}");
}

/// S9: a successor counts what is published from nought, and so may one that has counted for long already.
#[test]
fn a_successor_sees_a_frozen_counter_and_only_that() {
    for first in [0, 900] {
        let mut stage = idle(predictive());
        stage.policy.limits = limits(3, 5);
        stage.snapshot.outbox = Some(outbox(stage.now, 7));
        *stage.published() = 500;
        stage.minutes(2);
        stage.history = std::mem::take(&mut stage.history).handed_over();
        *stage.published() = first;
        let decision = stage.holds(30);
        assert!(!matches!(decision.reason, Reason::Unknown { .. }), "{decision:?}");
        *stage.published() += 1;
        let unseen = Unseen::Frozen(Kind::Quote);
        assert_eq!(stage.minutes(2).reason, Reason::Unknown { unseen });
    }
}

/// S9: after five minutes without knowledge the number is raised to a safe one, once, and never lowered.
#[test]
fn long_blindness_raises_to_the_floor() {
    for policy in both() {
        let mut stage = Stage::new(policy, 1);
        stage.look();
        stage.snapshot.kinds.clear();
        assert!(matches!(stage.holds(5).reason, Reason::Unknown { .. }));
        let decision = stage.look();
        assert_eq!(decision.target, 2);
        assert!(matches!(decision.reason, Reason::Floor { .. }), "{decision:?}");
        stage.change(2, 3, ChangeResult::Applied);
        stage.holds(120);
        stage.policy.limits = limits(1, 1);
        stage.workers(1);
        stage.holds(10);
    }
}

/// S9: a clock that was put back, as by a replica with another, does not end all seeing.
#[test]
fn another_clock_begins_anew() {
    let mut stage = idle(predictive());
    stage.now = stage.now.minus(3_600 * SECOND);
    stage.holds(29);
    assert_eq!(stage.minutes(2).target, 2);
}

/// S10: a load that swings leaves the number alone.
#[test]
fn a_swinging_load_does_not_flap() {
    let mut stage = Stage::new(predictive(), 3);
    for _ in 0..12 {
        stage.rate = 3;
        stage.holds(5);
        stage.rate = 0;
        stage.holds(5);
    }
}

/// S11: when no worker is heard, empty queues say nothing about what is needed, and more would not help.
#[test]
fn an_outage_is_not_made_smaller() {
    for policy in both() {
        for heard in [None, Some(0)] {
            let mut stage = idle(policy);
            stage.snapshot.fleet.heard = heard;
            let decision = stage.holds(30);
            assert_eq!(decision.reason, Reason::NobodyHeard { unfinished: 0 });
            assert_eq!(decision.alerts.contains(&Alert::NobodyHeard), heard == Some(0));
            stage.waiting(900, 9 * MINUTE);
            stage.holds(30);
        }
    }
}
