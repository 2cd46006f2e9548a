//! Housekeeping: so far, settling purchases whose outcome was unknown.

use loadsure_core::certificate::Facts;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{Fault, SettlementWork, Settlements};
use loadsure_core::settlement::Refusal;
use loadsure_core::usecase::settle;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};

/// Checks a certificate that a person named, and settles the booking with it.
pub(crate) struct Settle;

impl UseCase for Settle {
    const KIND: Kind = Kind::Maintenance;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        settle::execute(witness, &tools.insurer, ticket).await
    }
}

impl Settlements for Witness {
    async fn settlement_work(&self, ticket: Ticket) -> Result<Option<SettlementWork>, Fault> {
        self.store.settlement_work(ticket).await
    }

    async fn settle_bought(
        &self,
        ticket: Ticket,
        work: &SettlementWork,
        facts: &Facts,
    ) -> Result<Result<(), Refusal>, Fault> {
        let settled = self.store.settle_bought(ticket, work, facts).await?;
        if settled.is_ok() {
            self.note(Happened::to("booking.bought", "booking", work.booking.as_uuid()));
        }
        Ok(settled)
    }
}
