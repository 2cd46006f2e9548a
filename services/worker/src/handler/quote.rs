//! Quotes.

use loadsure_core::id::QuoteId;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{Fault, PricingWork, Quotes};
use loadsure_core::quote::Conclusion;
use loadsure_core::usecase::price;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};

/// Prices a shipment.
pub(crate) struct Price;

impl UseCase for Price {
    const KIND: Kind = Kind::Quote;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        price::execute(witness, &tools.insurer, ticket).await
    }
}

impl Quotes for Witness {
    async fn pricing_work(&self, ticket: Ticket) -> Result<Option<PricingWork>, Fault> {
        self.store.pricing_work(ticket).await
    }

    async fn conclude_pricing(
        &self,
        ticket: Ticket,
        quote: QuoteId,
        conclusion: &Conclusion,
    ) -> Result<(), Fault> {
        self.store.conclude_pricing(ticket, quote, conclusion).await?;
        let event = match conclusion {
            Conclusion::Priced { .. } => "quote.priced",
            Conclusion::Declined(_) => "quote.declined",
            Conclusion::Failed(_) => "quote.failed",
        };
        self.note(Happened::to(event, "quote", quote.as_uuid()));
        Ok(())
    }
}
