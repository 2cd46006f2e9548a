//! When workers are added, and how many.

use super::estimate::{allowed_by_insurer, capacity, clearing};
use super::number::ceiling;
use super::view::{Proposal, View};
use super::{Alert, Estimates, KindEstimate, Predictive, Reason};
use crate::job::Kind;

/// A change that adds less than this part of the present capacity is not worth a deployment.
const WORTHWHILE: f64 = 0.05;

/// What is done about a kind that is hot; `None` if none is.
pub(super) fn up(view: &View<'_>, parameters: &Predictive, estimates: &Estimates) -> Option<Proposal> {
    let hot = estimates.kinds.iter().filter(|(_, kind)| kind.is_hot);
    let proposals = hot.map(|(kind, estimate)| of(view, parameters, *kind, estimate));
    proposals.max_by_key(|proposal| proposal.target)
}

fn of(view: &View<'_>, parameters: &Predictive, kind: Kind, estimate: &KindEstimate) -> Proposal {
    let wanted = view.wanted();
    let unfinished = view.unfinished();
    if view.snapshot.fleet.living < wanted {
        let living = view.snapshot.fleet.living;
        return Proposal::new(wanted, Reason::Arriving { unfinished, living });
    }
    let need = clearing(estimate)
        .max(estimate.need)
        .max(wanted.saturating_add(1));
    let target = need
        .min(wanted.saturating_add(parameters.step.max(1)))
        .min(view.policy.limits.max());
    if target <= wanted {
        return Proposal {
            alert: Some(Alert::AtMaximum),
            ..Proposal::new(wanted, Reason::AtMaximum { unfinished })
        };
    }
    let target = target.min(allowed_by_insurer(estimate)).max(wanted);
    let gain = gain(estimate, wanted, target);
    if gain < WORTHWHILE {
        let gain_percent = ceiling(gain * 100.0, 100);
        return Proposal {
            alert: Some(Alert::InsurerLimit),
            ..Proposal::new(wanted, Reason::InsurerLimit { kind, gain_percent })
        };
    }
    let looks = view.history.hot().saturating_add(1);
    if looks < view.policy.guards.confirmations {
        return Proposal::new(wanted, Reason::Confirming { kind, looks });
    }
    let reason = Reason::TooSlow {
        kind,
        wait_ms: estimate.wait_s.map(milliseconds),
        drain_ms: estimate.drain_s.map(milliseconds),
        need,
    };
    Proposal::new(target, reason)
}

/// The part of the present capacity that more workers would add.
fn gain(estimate: &KindEstimate, workers: u32, target: u32) -> f64 {
    let able = |workers| capacity(workers, estimate.per_worker, estimate.insurer_rate);
    let (before, after) = (able(workers), able(target));
    if before > 0.0 {
        (after - before) / before
    } else {
        after
    }
}

fn milliseconds(seconds: f64) -> u64 {
    u64::try_from(std::time::Duration::try_from_secs_f64(seconds).map_or(u128::MAX, |time| time.as_millis()))
        .unwrap_or(u64::MAX)
}
