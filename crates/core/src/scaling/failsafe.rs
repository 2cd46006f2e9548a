//! What is done when too little is known.

use super::budget::within_gaps;
use super::up::up;
use super::view::{Proposal, View};
use super::{Estimates, Predictive, Reason, Rule, Unseen};

/// Holds; after long, raises to the floor. What is known to wait at least may call for more.
pub(super) fn blind(view: &View<'_>, unseen: Unseen, at_least: Option<&Estimates>) -> Proposal {
    let wanted = view.wanted();
    let for_ms = view.history.blind_ms(view.now);
    let guards = &view.policy.guards;
    let parameters = match view.policy.rule {
        Rule::Predictive(parameters) => parameters,
        Rule::Threshold(_) => Predictive::default(),
    };
    let more = at_least.and_then(|estimates| up(view, &parameters, estimates));
    if let Some(more) = more.filter(|more| more.target > wanted) {
        return within_gaps(view, more);
    }
    let floor = view.policy.limits.clamp(guards.floor);
    if for_ms >= guards.floor_after_ms && wanted < floor {
        return within_gaps(view, Proposal::new(floor, Reason::Floor { unseen, for_ms }));
    }
    Proposal::new(wanted, Reason::Unknown { unseen })
}
