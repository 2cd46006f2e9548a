//! What goes wrong with what is seen, and with the platform.

use loadsure_simulator::{Fault, Policy, Trace, run};

use crate::seeds;

/// S1–S3, S9: a lag that is missing or impossible, a frozen look and none at all remove nobody, in a trace that has
/// little to do while they last; errors and failures of the platform neither.
#[test]
fn no_fault_removes_a_worker_blindly() {
    for policy in [Policy::Adaptive, Policy::Predictive, Policy::Threshold] {
        for fault in Fault::ALL {
            let report = run(&Trace::Step, policy, Some(fault), seeds());
            assert_eq!(report.careless, 0, "{policy:?} {fault:?}");
            // Far below what the budget allows.
            assert!(
                report.deployments_per_hour() <= 4.0,
                "{policy:?} {fault:?}: {report:?}"
            );
        }
    }
}

/// S10: what is wrong is no reason to deploy more often.
#[test]
fn the_rule_stays_at_two_deployments_an_hour_under_every_fault() {
    for fault in Fault::ALL {
        let report = run(&Trace::Step, Policy::Adaptive, Some(fault), seeds());
        assert!(report.deployments_per_hour() <= 2.0, "{fault:?}: {report:?}");
    }
}

/// S1: that the count of careless removals can count.
#[test]
fn a_scaler_that_takes_a_missing_lag_for_none_is_caught() {
    for fault in [Fault::NullLag, Fault::Frozen] {
        assert!(
            run(&Trace::Step, Policy::Keda, Some(fault), seeds()).careless > 0,
            "{fault:?}"
        );
    }
}

/// After two failures in a row nothing is deployed until a person acts.
#[test]
fn failing_deployments_are_given_up() {
    let report = run(&Trace::Step, Policy::Adaptive, Some(Fault::Deployments), seeds());
    let without = run(&Trace::Step, Policy::Adaptive, None, seeds());
    assert!(report.missed > without.missed, "{report:?}");
    assert!(report.deployments_per_hour() <= 2.0);
}
