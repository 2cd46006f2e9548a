//! One round: look, decide, write it down, act.

use loadsure_core::scaling::{Outcome, Record};
use loadsure_store::scaling::Error;

use super::Leading;
use super::intent::Intent;
use crate::eyes::{Eyes, Look};
use crate::hands::{Count, Hands};
use crate::seat::Seat;

/// What a round has found and decided.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) look: Look,
    pub(crate) count: Count,
    pub(crate) record: Record,
}

impl Leading {
    /// Looks, decides, writes the decision down, and then acts on it as the mode says. Nothing is done that is not
    /// written down.
    ///
    /// # Errors
    /// When this monitor does not lead any more, or the database fails. The term is over then.
    pub(crate) async fn round(
        &mut self,
        eyes: &mut Eyes,
        hands: &mut Hands,
        seat: &Seat,
    ) -> Result<Told, Error> {
        let look = eyes.look().await;
        let count = hands.count(look.heard()).await;
        let now = eyes.now();
        self.settle_inherited(&count, hands.request_takes(), now).await?;
        self.withdraw_outdated(count.wanted).await?;
        let snapshot = self.snapshot(&look, &count).await;
        let policy = self.rules.policy(&self.steering);
        let mode = self.rules.mode(&self.steering);
        let mut record = self.recorder.decide(snapshot, &policy, mode, now);
        let intent = self.intent(&record);
        record.outcome = Some(Outcome {
            action: intent.action(),
            monthly_cents: None,
        });
        self.tools.store.record_decision(&self.lead, &record).await?;
        self.carry_out(intent, &record, hands, seat).await?;
        Ok(Told { look, count, record })
    }

    async fn carry_out(
        &mut self,
        intent: Intent,
        record: &Record,
        hands: &Hands,
        seat: &Seat,
    ) -> Result<(), Error> {
        match intent {
            Intent::Nothing | Intent::Proposed(_) | Intent::Refused(_) => Ok(()),
            Intent::GivenUp(_) => self.tools.store.withdraw_proposal(&self.lead).await,
            Intent::Propose { id, order } => self.propose(id, order, record).await,
            Intent::Change { id, order, proposal } => {
                let permit = seat.permit(&self.lead, &self.steering, hands.request_takes());
                self.begin_change((id, order, proposal), record, hands, permit)
                    .await
            }
        }
    }
}
