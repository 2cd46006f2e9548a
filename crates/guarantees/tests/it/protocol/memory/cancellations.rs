//! Cancelling.

use loadsure_core::booking;
use loadsure_core::cancellation::{Conclusion, Event};
use loadsure_core::id::CancellationId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{CancellationWork, Cancellations, Fault};
use loadsure_core::state::State as _;

use super::{Memory, State, Tables};

impl Tables {
    pub(super) fn move_cancellation(&mut self, id: CancellationId, event: Event) {
        let row = self.cancellations.get_mut(&id).unwrap();
        if let Ok(status) = row.status.transition(event) {
            row.status = status;
        }
    }
}

impl Cancellations for Memory {
    async fn cancellation_work(&self, ticket: Ticket) -> Result<Option<CancellationWork>, Fault> {
        let tables = self.tables();
        let id = tables
            .current(ticket)
            .map(|job| CancellationId::from(job.subject));
        Ok(id.map(|id| CancellationWork {
            id,
            status: tables.cancellations[&id].status,
            order: tables.cancellations[&id].order.clone(),
            failed: tables.failed(ticket),
        }))
    }

    async fn start_cancellation(&self, id: CancellationId) -> Result<(), Fault> {
        self.tables().move_cancellation(id, Event::Sent);
        Ok(())
    }

    async fn conclude_cancellation(
        &self,
        ticket: Ticket,
        work: &CancellationWork,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        let mut tables = self.tables();
        if matches!(conclusion, Conclusion::Confirmed(_)) {
            let booking = tables.cancellations[&work.id].booking;
            if let Some((_, status)) = &mut tables.bookings.get_mut(&booking).unwrap().certificate {
                *status = "CANCELLED";
            }
            tables.move_booking(booking, booking::Event::Cancelled);
        }
        tables.move_cancellation(work.id, conclusion.event());
        let dead = matches!(conclusion, Conclusion::Failed(_));
        tables.end(ticket.job, if dead { State::Dead } else { State::Done });
        Ok(())
    }
}
