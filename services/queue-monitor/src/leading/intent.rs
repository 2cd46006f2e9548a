//! What is to be done about a decision.

use std::time::Instant;

use loadsure_core::scaling::{Action, Mode, Reason, Record};
use loadsure_store::scaling::Proposal;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Leading;
use crate::hands::Order;

/// What is to be done about a decision.
#[derive(Debug)]
pub(super) enum Intent {
    /// Nothing.
    Nothing,
    /// Leave what is proposed.
    Proposed(Uuid),
    /// Propose it.
    Propose { id: Uuid, order: Order },
    /// Ask for it.
    Change {
        id: Uuid,
        order: Order,
        proposal: Option<Uuid>,
    },
    /// It would be asked for, but for this.
    Refused(String),
    /// What a person has confirmed is not done, nor later.
    GivenUp(String),
}

impl Intent {
    /// As it is written down.
    pub(super) fn action(&self) -> Action {
        match self {
            Self::Nothing => Action::Nothing,
            Self::Proposed(id) | Self::Propose { id, .. } => Action::Proposed {
                proposal: id.to_string(),
            },
            Self::Change { id, .. } => Action::Changed {
                change: id.to_string(),
            },
            Self::Refused(why) | Self::GivenUp(why) => Action::Refused { why: why.clone() },
        }
    }
}

impl Leading {
    /// What the mode makes of a decision. What a person has confirmed goes first.
    pub(super) fn intent(&mut self, record: &Record) -> Intent {
        let order = Order {
            from: record.snapshot.fleet.wanted,
            to: record.decision.target,
        };
        if let Some(confirmed) = self.confirmed.take() {
            return carry_out(&confirmed, record);
        }
        match record.mode {
            _ if order.from == order.to => Intent::Nothing,
            Mode::Observe => Intent::Nothing,
            Mode::Propose => self.proposing(order),
            Mode::Act => self.acting(order),
        }
    }

    fn proposing(&self, order: Order) -> Intent {
        match &self.proposal {
            Some(open) if is_same(open, order) => Intent::Proposed(open.id),
            _ => Intent::Propose {
                id: Uuid::now_v7(),
                order,
            },
        }
    }

    fn acting(&self, order: Order) -> Intent {
        match self.refusals.holds(Instant::now()) {
            Some(why) => Intent::Refused(format!("not tried again yet after: {why}")),
            None => Intent::Change {
                id: Uuid::now_v7(),
                order,
                proposal: None,
            },
        }
    }
}

/// What was shown to a person is what is done, or nothing is: not when the number is another one by now.
fn carry_out(confirmed: &Proposal, record: &Record) -> Intent {
    let (from, to) = (confirmed.from, confirmed.to);
    let obstacle = if record.mode != Mode::Propose {
        Some("proposals are not asked for any more")
    } else if matches!(record.decision.reason, Reason::StandDown { .. }) {
        Some("nothing may be changed now")
    } else if record.snapshot.fleet.wanted != from {
        Some("the number has changed since it was proposed")
    } else if record.policy.pin.is_some_and(|pin| pin != to) {
        Some("another number is pinned")
    } else if record.policy.limits.clamp(to) != to {
        Some("it is outside of the limits")
    } else {
        None
    };
    match obstacle {
        Some(why) => Intent::GivenUp(format!("the confirmed change to {to} is not made: {why}")),
        None => Intent::Change {
            id: Uuid::now_v7(),
            order: Order { from, to },
            proposal: Some(confirmed.id),
        },
    }
}

/// Whether what is open proposes just this, and can still be confirmed.
fn is_same(open: &Proposal, order: Order) -> bool {
    let is_good = open.expires_at > OffsetDateTime::now_utc();
    is_good && (open.from, open.to) == (order.from, order.to)
}
