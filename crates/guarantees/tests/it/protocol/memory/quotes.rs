//! Pricing.

use loadsure_core::id::QuoteId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, PricingWork, Quotes};
use loadsure_core::quote::{Conclusion, Event, Status};
use loadsure_core::state::State as _;

use super::{Memory, State};
use crate::protocol::form;

impl Quotes for Memory {
    async fn pricing_work(&self, ticket: Ticket) -> Result<Option<PricingWork>, Fault> {
        let tables = self.tables();
        let subject = tables.current(ticket).map(|job| QuoteId::from(job.subject));
        let open = subject.filter(|id| {
            tables
                .quotes
                .get(id)
                .is_some_and(|quote| quote.status == Status::Requested)
        });
        Ok(open.map(|quote| PricingWork {
            quote,
            request: form::request(),
            fee: None,
        }))
    }

    async fn conclude_pricing(
        &self,
        ticket: Ticket,
        quote: QuoteId,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        let mut tables = self.tables();
        let dead = conclusion.event() == Event::Failed;
        tables.end(ticket.job, if dead { State::Dead } else { State::Done });
        let now = tables.now;
        let Some(row) = tables.quotes.get_mut(&quote) else {
            return Ok(());
        };
        if let Ok(status) = row.status.transition(conclusion.event()) {
            row.status = status;
            if let Conclusion::Priced { offer, .. } = conclusion {
                row.token = Some(offer.token.clone());
                row.expires_at = now + offer.expires_in;
            }
        }
        Ok(())
    }
}
