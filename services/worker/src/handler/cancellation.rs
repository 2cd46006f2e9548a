//! Cancellations.

use loadsure_core::cancellation::Conclusion;
use loadsure_core::id::CancellationId;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{CancellationWork, Cancellations, Fault};
use loadsure_core::usecase::cancel;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};

/// Cancels a certificate.
pub(crate) struct Cancel;

impl UseCase for Cancel {
    const KIND: Kind = Kind::Cancellation;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        cancel::execute(witness, &tools.insurer, ticket).await
    }
}

impl Cancellations for Witness {
    async fn cancellation_work(&self, ticket: Ticket) -> Result<Option<CancellationWork>, Fault> {
        self.store.cancellation_work(ticket).await
    }

    async fn start_cancellation(&self, id: CancellationId) -> Result<(), Fault> {
        self.store.start_cancellation(id).await
    }

    async fn conclude_cancellation(
        &self,
        ticket: Ticket,
        work: &CancellationWork,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        self.store.conclude_cancellation(ticket, work, conclusion).await?;
        let event = match conclusion {
            Conclusion::Confirmed(_) => "cancellation.done",
            Conclusion::Declined(_) => "cancellation.declined",
            Conclusion::Failed(_) => "cancellation.failed",
        };
        self.note(Happened::to(event, "cancellation", work.id.as_uuid()));
        Ok(())
    }
}
