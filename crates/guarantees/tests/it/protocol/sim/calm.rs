//! Once the schedule is over: no more faults, and everything must come to an end.

use super::{Broken, Sim};
use crate::protocol::op::{Passage, Span, WORKERS};
use crate::protocol::storage::Storage;

/// Rounds within which all work must have ended. A job that was turned away may have eight attempts left, and what is
/// found under way waits for one more.
const ROUNDS: usize = 30;

impl<S: Storage> Sim<S> {
    pub(super) async fn come_to_rest(&mut self) -> Result<(), Broken> {
        self.work_off().await?;
        self.all_settled(&["active", "failed", "outcome_unknown", "cancelled"])?;
        // People look after what is unknown.
        self.pass(Span::Settlement).await?;
        for quote in 0..self.quotes.len() {
            let unknown = self.last.quotes[quote]
                .booking
                .as_ref()
                .is_some_and(|booking| booking.status == "outcome_unknown");
            if unknown {
                self.settle(u8::try_from(quote).unwrap()).await;
            }
        }
        self.check().await?;
        self.work_off().await?;
        self.all_settled(&["active", "failed", "cancelled"])?;
        self.books_agree()
    }

    async fn work_off(&mut self) -> Result<(), Broken> {
        for _ in 0..ROUNDS {
            for worker in 0..WORKERS {
                self.finish(worker, Passage::WELL).await?;
            }
            self.pass(Span::Call).await?;
            self.sweep().await;
            self.relay(true).await;
            self.check().await?;
            while !self.broker.is_empty() {
                self.reclaim(0, 0).await?;
                self.read(1).await?;
                self.finish(0, Passage::WELL).await?;
                self.finish(1, Passage::WELL).await?;
            }
            if self
                .last
                .jobs
                .iter()
                .all(crate::protocol::snapshot::Job::is_finished)
            {
                return Ok(());
            }
        }
        Err(format!("jobs never end: {:?}", self.last.jobs))
    }

    fn all_settled(&self, bookings: &[&str]) -> Result<(), Broken> {
        for (index, quote) in self.last.quotes.iter().enumerate() {
            if quote.status == "requested" {
                return Err(format!("quote {index} was never answered"));
            }
            if let Some(booking) = &quote.booking
                && !bookings.contains(&booking.status.as_str())
            {
                return Err(format!("booking of quote {index} rests in {}", booking.status));
            }
            let cancellations = quote.booking.iter().flat_map(|booking| &booking.cancellations);
            for status in cancellations {
                if !matches!(status.as_str(), "done" | "failed") {
                    return Err(format!("a cancellation of quote {index} rests in {status}"));
                }
            }
        }
        Ok(())
    }

    /// Every certificate in the ledger is known.
    fn books_agree(&self) -> Result<(), Broken> {
        for entry in self.ledger.entries() {
            let known = self.last.quotes.iter().any(|quote| {
                let booking = quote.booking.as_ref();
                let certificate = booking.and_then(|booking| booking.certificate.as_ref());
                certificate.is_some_and(|(number, _)| *number == entry.number)
            });
            if !known {
                return Err(format!("{} is in the ledger and not in ours", entry.number));
            }
        }
        Ok(())
    }
}
