//! Decisions by the work per worker.

use super::down::is_calm;
use super::view::{Proposal, View};
use super::{Alert, Estimates, Reason, Threshold};

/// Decides for a number of workers within the limits.
pub(super) fn propose(view: &View<'_>, threshold: &Threshold, estimates: &Estimates) -> Proposal {
    let (wanted, living) = (view.wanted(), view.snapshot.fleet.living);
    let limits = view.policy.limits;
    let unfinished = view.unfinished();
    if threshold.is_too_much(unfinished, wanted) {
        if living < wanted {
            Proposal::new(wanted, Reason::Arriving { unfinished, living })
        } else if wanted >= limits.max() {
            Proposal {
                alert: Some(Alert::AtMaximum),
                ..Proposal::new(wanted, Reason::AtMaximum { unfinished })
            }
        } else {
            Proposal::new(wanted.saturating_add(1), Reason::Backlog { unfinished })
        }
    } else if wanted > limits.min() && threshold.is_little(unfinished, wanted) && is_calm(view, estimates) {
        Proposal::new(wanted - 1, Reason::Idle { unfinished })
    } else {
        Proposal::new(wanted, Reason::Steady { unfinished })
    }
}
