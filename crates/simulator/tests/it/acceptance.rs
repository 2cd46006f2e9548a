//! What the service's rule must reach.

use loadsure_simulator::{Policy, Report, Trace, run};

use crate::seeds;

fn reports(policy: Policy) -> Vec<(Trace, Report)> {
    let report = |trace: Trace| {
        let report = run(&trace, policy, None, seeds());
        (trace, report)
    };
    Trace::MADE_UP.map(report).into()
}

#[test]
fn at_most_one_in_a_hundred_waits_too_long_where_deployments_can_follow() {
    for (trace, report) in reports(Policy::Adaptive) {
        if trace != Trace::Flash {
            assert!(report.missed_percent() <= 1.0, "{}: {report:?}", trace.name());
        }
    }
}

/// S10: each deployment restarts all workers.
#[test]
fn there_are_at_most_two_deployments_an_hour() {
    for policy in [Policy::Adaptive, Policy::Predictive] {
        for (trace, report) in reports(policy) {
            assert!(
                report.deployments_per_hour() <= 2.0,
                "{}: {report:?}",
                trace.name()
            );
        }
    }
}

#[test]
fn nobody_goes_while_work_waits() {
    for policy in [Policy::Adaptive, Policy::Predictive, Policy::Threshold] {
        for (trace, report) in reports(policy) {
            assert_eq!(report.careless, 0, "{}", trace.name());
        }
    }
}

#[test]
fn the_rule_is_nowhere_much_worse_than_kedas() {
    for ((trace, ours), (_, theirs)) in reports(Policy::Adaptive).iter().zip(reports(Policy::Keda)) {
        let (ours, theirs) = (ours.missed_percent(), theirs.missed_percent());
        assert!(ours <= theirs + 5.0, "{}: {ours} and {theirs}", trace.name());
    }
}

/// A simulation in which nothing could go wrong would show nothing.
#[test]
fn other_policies_miss_what_this_one_does_not() {
    let missed = |policy| run(&Trace::Step, policy, None, seeds()).missed_percent();
    assert!(missed(Policy::Static(2)) > 50.0);
    assert!(missed(Policy::Keda) > 2.0);
    assert!(run(&Trace::OnOff, Policy::Blind, None, seeds()).deployments_per_hour() > 10.0);
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let run = || format!("{:?}", run(&Trace::Flash, Policy::Adaptive, None, seeds()));
    assert_eq!(run(), run());
}

#[test]
fn every_policy_gets_the_same_jobs() {
    let jobs = |policy| run(&Trace::Flash, policy, None, seeds()).jobs;
    let all = Policy::COMPARED.map(jobs);
    assert!(all.iter().all(|jobs| *jobs == all[0]), "{all:?}");
}
