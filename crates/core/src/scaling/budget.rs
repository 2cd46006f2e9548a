//! How often the number may change.

use super::view::{Proposal, View};
use super::{Alert, Predictive, Reason, Rule};

/// How many times the target a job must have waited for workers to be added beyond the budget.
const EMERGENCY: u64 = 5;

/// What a rule asks for, as far as the last changes let it.
pub(super) fn within_gaps(view: &View<'_>, proposal: Proposal) -> Proposal {
    let wanted = view.wanted();
    let gap = if proposal.target > wanted {
        view.policy.guards.up_gap_ms
    } else {
        view.policy.guards.down_gap_ms
    };
    let until = view.history.last_change().map(|last| last.plus(gap));
    match until.filter(|until| proposal.target != wanted && *until > view.now) {
        Some(until) => Proposal {
            target: wanted,
            reason: Reason::Gap {
                wants: proposal.target,
                until,
            },
            ..proposal
        },
        None => within_budget(view, proposal),
    }
}

/// What anyone asks for, as far as the number of changes lets it. No order is exempt: two that undo each other's changes
/// would restart the workers for ever.
pub(super) fn within_budget(view: &View<'_>, proposal: Proposal) -> Proposal {
    let wanted = view.wanted();
    let (in_hour, in_day) = view.history.changes_lately(view.now);
    let guards = &view.policy.guards;
    let is_spent = in_hour >= guards.per_hour || in_day >= guards.per_day;
    if proposal.target == wanted || !is_spent {
        return proposal;
    }
    let alert = Some(Alert::BudgetSpent);
    let waited_ms = view.waited_ms();
    if proposal.target > wanted && waited_ms > EMERGENCY.saturating_mul(target_wait_ms(view)) {
        let reason = Reason::Emergency { waited_ms };
        return Proposal {
            alert,
            ..Proposal::new(proposal.target, reason)
        };
    }
    let reason = Reason::BudgetSpent {
        wants: proposal.target,
        in_hour,
        in_day,
    };
    Proposal {
        alert,
        ..Proposal::new(wanted, reason)
    }
}

fn target_wait_ms(view: &View<'_>) -> u64 {
    match view.policy.rule {
        Rule::Predictive(parameters) => parameters.target_wait_ms,
        Rule::Threshold(_) => Predictive::default().target_wait_ms,
    }
}
