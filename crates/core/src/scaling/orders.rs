//! What goes before any rule: stand-downs, and the numbers that operations have set.

use super::budget::within_budget;
use super::view::{Proposal, View};
use super::{Alert, Decision, Reason, StandDown};

/// Why nothing may be changed, if so.
pub(super) fn stand_down(view: &View<'_>) -> Option<Decision> {
    let why = reason(view)?;
    let alert = match why {
        StandDown::Unauthorized => Some(Alert::Unauthorized),
        StandDown::OffAfterFailures { failures } => Some(Alert::OffAfterFailures { failures }),
        _ => None,
    };
    Some(Decision {
        alerts: alert.into_iter().collect(),
        ..Decision::new(view.wanted(), Reason::StandDown { why })
    })
}

/// What a person has set, by a pin or by limits, if the number differs or a pin keeps it.
pub(super) fn order(view: &View<'_>) -> Option<Proposal> {
    let (wanted, limits) = (view.wanted(), view.policy.limits);
    let proposal = match view.policy.pin {
        Some(workers) => Proposal::new(limits.clamp(workers), Reason::Pinned { workers }),
        None if wanted < limits.min() => Proposal::new(limits.min(), Reason::BelowMinimum),
        None if wanted > limits.max() => Proposal::new(limits.max(), Reason::AboveMaximum),
        None => return None,
    };
    Some(within_budget(view, proposal))
}

fn reason(view: &View<'_>) -> Option<StandDown> {
    if let Some(why) = view.snapshot.stand_down {
        return Some(why);
    }
    let (history, guards) = (view.history, &view.policy.guards);
    if history.running(view.now).is_some() {
        return Some(StandDown::DeploymentRunning);
    }
    let failures = history.failures();
    if failures >= guards.failures_until_off {
        return Some(StandDown::OffAfterFailures { failures });
    }
    let until = history
        .failed()
        .map(|failed| failed.plus(guards.hold_after_failure_ms));
    if let Some(until) = until.filter(|until| *until > view.now) {
        return Some(StandDown::HeldAfterFailure { until });
    }
    view.snapshot
        .insurer
        .circuit_open
        .then_some(StandDown::CircuitOpen)
}
