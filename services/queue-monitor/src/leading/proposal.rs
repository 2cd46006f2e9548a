//! Changes that wait for a person.

use std::time::Duration;

use loadsure_core::scaling::Record;
use loadsure_store::scaling::{Error, NewProposal, Proposal, ProposalState};
use serde_json::json;
use time::OffsetDateTime;
use tracing::info;
use uuid::Uuid;

use super::Leading;
use crate::hands::Order;

/// How long a proposal can be confirmed: what it was made from does not hold for longer.
const VALID_FOR: Duration = Duration::from_secs(30 * 60);

impl Leading {
    /// Proposes a change, in place of what was proposed before.
    pub(super) async fn propose(&mut self, id: Uuid, order: Order, record: &Record) -> Result<(), Error> {
        let detail = json!({"reason": record.decision.reason, "alerts": record.decision.alerts});
        let new = NewProposal {
            id,
            sequence: record.sequence,
            from: order.from,
            to: order.to,
            valid_for: VALID_FOR,
            detail: &detail,
        };
        self.tools.store.propose(&self.lead, &new).await?;
        info!(proposal = %id, from = order.from, to = order.to, "a change is proposed; a person has to confirm it");
        let made_at = OffsetDateTime::now_utc();
        self.proposal = Some(Proposal {
            id,
            term: record.term,
            sequence: record.sequence,
            made_at,
            expires_at: made_at + VALID_FOR,
            from: order.from,
            to: order.to,
            detail,
            state: ProposalState::Open,
            decided_by: None,
        });
        Ok(())
    }

    /// Withdraws what is proposed once the number that it starts from is another one.
    pub(super) async fn withdraw_outdated(&mut self, wanted: u32) -> Result<(), Error> {
        if self.proposal.as_ref().is_some_and(|open| open.from != wanted) {
            self.tools.store.withdraw_proposal(&self.lead).await?;
            self.proposal = None;
        }
        Ok(())
    }
}
