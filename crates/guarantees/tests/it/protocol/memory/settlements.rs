//! Settling.

use loadsure_core::booking::Event;
use loadsure_core::certificate::Facts;
use loadsure_core::id::BookingId;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::{Fault, SettlementWork, Settlements};
use loadsure_core::settlement::{Promise, Refusal};
use loadsure_core::state::State as _;

use super::{Memory, State};

impl Settlements for Memory {
    async fn settlement_work(&self, ticket: Ticket) -> Result<Option<SettlementWork>, Fault> {
        let tables = self.tables();
        let Some(job) = tables.current(ticket).filter(|job| job.kind == Kind::Maintenance) else {
            return Ok(None);
        };
        let (booking, number) = (BookingId::from(job.subject), job.says.clone().unwrap());
        Ok(Some(SettlementWork {
            booking,
            status: tables.bookings[&booking].status,
            taken: tables.holder(&number).is_some_and(|holder| holder != booking),
            number,
            actor: "model".to_owned(),
            user_id: "user".to_owned(),
            promise: Promise::default(),
        }))
    }

    async fn settle_bought(
        &self,
        ticket: Ticket,
        work: &SettlementWork,
        facts: &Facts,
    ) -> Result<Result<(), Refusal>, Fault> {
        let mut tables = self.tables();
        let booking = &tables.bookings[&work.booking];
        if booking.status.transition(Event::SettledBought).is_err() {
            return Ok(Err(Refusal::NotUnknown));
        }
        if !tables.insert_certificate(work.booking, facts) {
            return Ok(Err(Refusal::Taken));
        }
        tables.move_booking(work.booking, Event::SettledBought);
        tables.book_quote(work.booking);
        tables.note("booking.settle");
        tables.end(ticket.job, State::Done);
        Ok(Ok(()))
    }
}
