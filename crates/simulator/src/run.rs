//! Runs of one trace and one policy.

use std::num::NonZeroU64;
use std::thread;

use loadsure_core::scaling::Record;

use crate::fault::Fault;
use crate::report::Report;
use crate::scaler::Policy;
use crate::table::Row;
use crate::traffic::Trace;
use crate::world::World;

/// Runs a policy against a trace with the seeds from 1 on, on all processors, and adds the reports up.
#[must_use]
pub fn run(trace: &Trace, policy: Policy, fault: Option<Fault>, seeds: NonZeroU64) -> Report {
    let lanes = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let lanes = u64::try_from(lanes).unwrap_or(1);
    let lane = |lane: u64| {
        let seeds = (1..=seeds.get()).filter(move |seed| seed % lanes == lane);
        let runs = seeds.map(|seed| (seed, once(trace, policy, fault, seed)));
        runs.collect::<Vec<_>>()
    };
    let mut reports = thread::scope(|scope| {
        let running: Vec<_> = (0..lanes)
            .map(|number| scope.spawn(move || lane(number)))
            .collect();
        running.into_iter().flat_map(join).collect::<Vec<_>>()
    });
    reports.sort_by_key(|(seed, _)| *seed);
    let mut sum = Report::default();
    for (_, report) in &reports {
        sum.add(report);
    }
    sum
}

/// Runs each policy against each trace, and under each fault; none of them where there are no faults.
#[must_use]
pub fn compare(traces: &[Trace], policies: &[Policy], faults: &[Fault], seeds: NonZeroU64) -> Vec<Row> {
    let faults: Vec<_> = match faults {
        [] => vec![None],
        faults => faults.iter().copied().map(Some).collect(),
    };
    let mut rows = Vec::new();
    for trace in traces {
        for policy in policies {
            for fault in &faults {
                rows.push(Row {
                    trace: trace.name().to_owned(),
                    policy: policy.name(),
                    fault: fault.map_or_else(String::new, |fault| fault.name().to_owned()),
                    report: run(trace, *policy, *fault, seeds),
                });
            }
        }
    }
    rows
}

/// Runs one seed, and gives the record of each decision. There are none for policies that are not the service's own.
#[must_use]
pub fn record(trace: &Trace, policy: Policy, fault: Option<Fault>, seed: u64) -> (Report, Vec<Record>) {
    let jobs = trace.jobs(seed);
    World::new(trace, policy, fault, (seed, &jobs)).recording().run()
}

fn once(trace: &Trace, policy: Policy, fault: Option<Fault>, seed: u64) -> Report {
    let jobs = trace.jobs(seed);
    World::new(trace, policy, fault, (seed, &jobs)).run().0
}

fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
