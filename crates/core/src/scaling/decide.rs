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
    let known = known(&view);
    let mut decision = choose(&view, &known);
    decision.alerts.extend(alerts(&view, known.unseen()));
    decision.alerts.extend(not_arriving(&view, decision.reason));
    decision.estimates = known.estimates();
    decision
}

/// How much of the work is known.
enum Known {
    /// Nothing that could be believed.
    Nothing(Unseen),
    /// The least that there is.
    AtLeast(Unseen, Estimates),
    /// All.
    All(Estimates),
}

impl Known {
    const fn unseen(&self) -> Option<Unseen> {
        match self {
            Self::Nothing(unseen) | Self::AtLeast(unseen, _) => Some(*unseen),
            Self::All(_) => None,
        }
    }

    fn estimates(self) -> Option<Estimates> {
        match self {
            Self::Nothing(_) => None,
            Self::AtLeast(_, estimates) | Self::All(estimates) => Some(estimates),
        }
    }
}

fn known(view: &View<'_>) -> Known {
    if let Some(unseen) = sight::blindness(view) {
        return Known::Nothing(unseen);
    }
    let estimates = estimate::estimates(view);
    match sight::dimness(view) {
        Some(unseen) => Known::AtLeast(unseen, estimates),
        None => Known::All(estimates),
    }
}

fn choose(view: &View<'_>, known: &Known) -> Decision {
    if let Some(decision) = orders::stand_down(view) {
        return decision;
    }
    if let Some(proposal) = orders::order(view) {
        return proposal.into();
    }
    let proposal = match known {
        Known::All(estimates) => seen(view, estimates),
        Known::AtLeast(unseen, estimates) => failsafe::blind(view, *unseen, Some(estimates)),
        Known::Nothing(unseen) => failsafe::blind(view, *unseen, None),
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

/// Nothing more is asked for while workers are to come; a person has to know when they do not.
fn not_arriving(view: &View<'_>, reason: Reason) -> Option<Alert> {
    let Reason::Arriving { living, .. } = reason else {
        return None;
    };
    let for_ms = view.history.arriving_ms(view.now);
    (for_ms >= view.policy.guards.arrival_ms).then_some(Alert::NotArriving { living, for_ms })
}
