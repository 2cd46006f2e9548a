//! The order of the rules.

use super::budget::within_gaps;
use super::view::{Proposal, View};
use super::{
    Alert, Decision, Estimates, History, Moment, Policy, Predictive, Reason, Rule, Snapshot, Unseen,
    by_threshold, down, estimate, failsafe, orders, sight, up,
};

/// Decides how many workers there should be. The same arguments always give the same decision.
///
/// The target is within the limits, or it is the number that was asked for last, where nothing may be changed. It is
/// below that number only where everything is known, unless operations have set a lower one.
#[must_use]
pub fn decide(snapshot: &Snapshot, policy: &Policy, history: &History, now: Moment) -> Decision {
    let view = View {
        snapshot,
        policy,
        history,
        now,
    };
    let blindness = sight::blindness(&view);
    let estimates = blindness.is_none().then(|| estimate::estimates(&view));
    let unseen = blindness.or_else(|| sight::dimness(&view));
    let mut decision = choose(&view, unseen, estimates.as_ref());
    decision.alerts.extend(alerts(&view, unseen));
    decision.estimates = estimates;
    decision
}

fn choose(view: &View<'_>, unseen: Option<Unseen>, estimates: Option<&Estimates>) -> Decision {
    if let Some(decision) = orders::stand_down(view) {
        return decision;
    }
    if let Some(proposal) = orders::order(view) {
        return proposal.into();
    }
    let proposal = match (unseen, estimates) {
        (None, Some(estimates)) => seen(view, estimates),
        (Some(unseen), estimates) => failsafe::blind(view, unseen, estimates),
        // A look that is not blind has estimates.
        (None, None) => Proposal::new(view.wanted(), Reason::BelowMinimum),
    };
    proposal.into()
}

fn seen(view: &View<'_>, estimates: &Estimates) -> Proposal {
    if view.snapshot.fleet.heard.unwrap_or(0) == 0 {
        let unfinished = view.unfinished();
        return Proposal::new(view.wanted(), Reason::NobodyHeard { unfinished });
    }
    let proposal = match view.policy.rule {
        Rule::Predictive(parameters) => predictive(view, &parameters, estimates),
        Rule::Threshold(threshold) => by_threshold::propose(view, &threshold, estimates),
    };
    within_gaps(view, proposal)
}

fn predictive(view: &View<'_>, parameters: &Predictive, estimates: &Estimates) -> Proposal {
    up::up(view, parameters, estimates)
        .or_else(|| down::down(view, estimates))
        .unwrap_or_else(|| {
            let unfinished = view.unfinished();
            Proposal::new(view.wanted(), Reason::Steady { unfinished })
        })
}

fn alerts(view: &View<'_>, unseen: Option<Unseen>) -> Vec<Alert> {
    let for_ms = view.history.blind_ms(view.now);
    let blind = unseen.map(|unseen| Alert::Blind { unseen, for_ms });
    let nobody = (view.snapshot.fleet.heard == Some(0)).then_some(Alert::NobodyHeard);
    blind.into_iter().chain(nobody).collect()
}
