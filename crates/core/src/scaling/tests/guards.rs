//! Gaps, the budget, stand-downs and failures, for both rules.

use super::stage::{MINUTE, SECOND, Stage, both, limits, predictive, threshold};
use crate::scaling::*;

#[test]
fn nothing_changes_while_standing_down() {
    let reasons = [
        StandDown::DeploymentRunning,
        StandDown::Pinned,
        StandDown::Archived,
        StandDown::Maintenance,
        StandDown::AppInError,
        StandDown::DeployLocked,
        StandDown::NativeAutoscaling,
        StandDown::SingleInstanceSize,
        StandDown::Paused,
        StandDown::CircuitOpen,
        StandDown::Unauthorized,
        StandDown::PlatformUnreachable,
    ];
    for policy in both() {
        for why in reasons {
            let mut stage = Stage::new(policy, 2);
            stage.snapshot.stand_down = Some(why);
            stage.policy.pin = Some(5);
            assert_eq!(stage.holds(1).reason, Reason::StandDown { why });
            stage.policy.pin = None;
            stage.rate = 9;
            stage.waiting(900, 10 * MINUTE);
            assert_eq!(stage.holds(10).reason, Reason::StandDown { why });
            stage.snapshot.kinds.clear();
            let decision = stage.holds(10);
            assert_eq!(decision.reason, Reason::StandDown { why });
            assert_eq!(
                decision.alerts.contains(&Alert::Unauthorized),
                why == StandDown::Unauthorized
            );
        }
    }
}

#[test]
fn an_open_circuit_is_seen_in_the_insurers_state() {
    let mut stage = Stage::new(predictive(), 2);
    stage.snapshot.insurer.circuit_open = true;
    stage.waiting(900, 10 * MINUTE);
    let why = StandDown::CircuitOpen;
    assert_eq!(stage.holds(5).reason, Reason::StandDown { why });
}

/// S10: each change restarts all workers.
#[test]
fn changes_keep_their_distance() {
    for policy in both() {
        let mut stage = Stage::new(policy, 2);
        stage.change(3, 2, ChangeResult::Applied);
        let ended = stage.now;
        stage.rate = 9;
        stage.waiting(900, 60 * SECOND);
        let decision = stage.holds(4);
        let Reason::Gap { wants, until } = decision.reason else {
            panic!("{decision:?}");
        };
        assert!(wants > 3);
        assert_eq!(until, ended.plus(5 * MINUTE));
        assert!(stage.minutes(1).target > 3);

        let mut stage = Stage::new(policy, 3);
        stage.policy.limits = limits(3, 5);
        stage.holds(30);
        stage.change(3, 2, ChangeResult::Applied);
        stage.policy.limits = limits(1, 5);
        let decision = stage.holds(24);
        assert!(
            matches!(decision.reason, Reason::Gap { wants: 2, .. }),
            "{decision:?}"
        );
        assert_eq!(stage.minutes(1).target, 2);
    }
}

#[test]
fn a_spent_budget_holds_until_jobs_wait_far_too_long() {
    for policy in both() {
        let mut stage = Stage::new(policy, 2);
        stage.policy.guards.up_gap_ms = 0;
        for _ in 0..6 {
            stage.change(2, 1, ChangeResult::Applied);
        }
        stage.rate = 9;
        stage.waiting(900, 600 * SECOND);
        let decision = stage.holds(1);
        let Reason::BudgetSpent { in_hour, in_day, .. } = decision.reason else {
            panic!("{decision:?}");
        };
        assert_eq!((in_hour, in_day), (6, 6));
        assert_eq!(decision.alerts, [Alert::BudgetSpent]);
        stage.waiting(900, 601 * SECOND);
        let decision = stage.look();
        let waited_ms = 601 * SECOND;
        assert_eq!(decision.reason, Reason::Emergency { waited_ms });
        assert!(decision.target > 2);
        assert_eq!(decision.alerts, [Alert::BudgetSpent]);
    }
}

/// Orders too: two that undo each other's changes would restart the workers for ever.
#[test]
fn an_order_keeps_to_the_budget() {
    let mut stage = Stage::new(threshold(), 2);
    for _ in 0..6 {
        stage.change(2, 1, ChangeResult::Applied);
    }
    stage.policy.pin = Some(4);
    let decision = stage.holds(50);
    assert!(matches!(decision.reason, Reason::BudgetSpent { wants: 4, .. }));
    assert_eq!(stage.minutes(5).target, 4);
}

#[test]
fn one_failure_holds_and_two_end_it_until_a_person_acts() {
    for policy in both() {
        let mut stage = Stage::new(policy, 2);
        stage.change(3, 1, ChangeResult::Failed);
        let until = stage.now.plus(15 * MINUTE);
        stage.rate = 9;
        stage.waiting(900, 60 * SECOND);
        let why = StandDown::HeldAfterFailure { until };
        assert_eq!(stage.holds(14).reason, Reason::StandDown { why });
        assert!(stage.minutes(2).target > 2);
        stage.change(3, 1, ChangeResult::Failed);
        let failures = 2;
        let why = StandDown::OffAfterFailures { failures };
        let decision = stage.holds(60 * 30);
        assert_eq!(decision.reason, Reason::StandDown { why });
        assert_eq!(decision.alerts, [Alert::OffAfterFailures { failures }]);
        stage.history.forgive();
        assert!(stage.look().target > 2);
    }
}

#[test]
fn a_success_or_a_foreign_deployment_between_is_no_second_failure() {
    for between in [ChangeResult::Applied, ChangeResult::Superseded] {
        let mut stage = Stage::new(predictive(), 2);
        stage.change(3, 1, ChangeResult::Failed);
        stage.minutes(16);
        stage.change(2, 1, between);
        stage.minutes(6);
        stage.change(3, 1, ChangeResult::Failed);
        let decision = stage.look();
        let is_off = matches!(
            decision.reason,
            Reason::StandDown {
                why: StandDown::OffAfterFailures { .. }
            }
        );
        assert_eq!(is_off, between == ChangeResult::Superseded);
    }
}

#[test]
fn the_time_of_changes_is_learnt() {
    let mut stage = Stage::new(predictive(), 2);
    let expected = |stage: &Stage| stage.history.expected_change_ms(&stage.policy.guards);
    assert_eq!(expected(&stage), 4 * MINUTE, "assumed");
    stage.change(2, 6, ChangeResult::Applied);
    assert_eq!(expected(&stage), 6 * MINUTE, "worse than assumed");
    for _ in 0..20 {
        stage.change(2, 2, ChangeResult::Applied);
    }
    assert_eq!(expected(&stage), 2 * MINUTE, "the last twenty");
    stage.change(2, 9, ChangeResult::Failed);
    assert_eq!(expected(&stage), 2 * MINUTE, "failures take what they take");
    for _ in 0..3 {
        stage.change(2, 5, ChangeResult::Applied);
    }
    assert_eq!(expected(&stage), 5 * MINUTE, "the 90th percentile");
}

/// What a successor makes of the changes that were written down weighs as much as having seen them.
#[test]
fn a_memory_rebuilt_from_its_changes_is_the_same() {
    let change = |number: u64, result, took: u64| Change {
        id: number.to_string(),
        at: Moment(number * 10 * MINUTE),
        from: 2,
        to: 3,
        ended: Some(Moment(number * 10 * MINUTE + took)),
        result,
    };
    let mut made: Vec<_> = (1..7)
        .map(|number| change(number, Some(ChangeResult::Applied), 5 * MINUTE))
        .collect();
    made.extend((7..9).map(|number| change(number, Some(ChangeResult::Failed), MINUTE)));
    let mut running = change(9, None, 0);
    running.ended = None;
    made.push(running);

    let mut seen = History::default();
    for change in made.clone() {
        let (id, end) = (change.id.clone(), change.ended.zip(change.result));
        let (ended, result) = (None, None);
        seen.note_change(Change {
            ended,
            result,
            ..change
        });
        if let Some((at, result)) = end {
            seen.note_result(&id, at, result);
        }
    }
    let rebuilt = History::default().with_changes(made);
    assert_eq!(rebuilt, seen);
    let now = Moment(91 * MINUTE);
    assert_eq!(rebuilt.running(now).map(|change| change.id.as_str()), Some("9"));
    assert_eq!(rebuilt.expected_change_ms(&predictive().guards), 5 * MINUTE);
    assert_eq!((rebuilt.failures(), rebuilt.changes_lately(now)), (2, (6, 9)));
}
