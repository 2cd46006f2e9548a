//! Clients, who repeat themselves, and people, who settle what is true.

use loadsure_core::certificate::Number;
use loadsure_core::id::{BookingId, JobId, QuoteId};
use loadsure_core::job::Kind;
use loadsure_store::{Acceptance, Key};

use super::Sim;
use crate::protocol::form;
use crate::protocol::storage::Storage;

/// The same number stands for the same key, and `what` for the body.
fn key(number: Option<u8>, what: (u8, usize)) -> Option<Key> {
    let mut fingerprint = [what.0; 32];
    fingerprint[0] = u8::try_from(what.1).unwrap();
    number.map(|number| Key {
        key: format!("key-{number}"),
        fingerprint,
    })
}

impl<S: Storage> Sim<S> {
    fn pick(&self, quote: u8) -> Option<usize> {
        usize::from(quote).checked_rem(self.quotes.len())
    }

    pub(super) async fn quote(&mut self, number: Option<u8>) {
        let (id, job) = (QuoteId::generate(), JobId::generate());
        let key = key(number, (0, 0));
        let accepted = self.storage.accept_quote(id, job, key.as_ref()).await;
        if let Acceptance::Accepted(job) = accepted.unwrap() {
            self.quotes.push(id);
            self.jobs.push((job, Kind::Quote));
        }
    }

    pub(super) async fn book(&mut self, quote: u8, number: Option<u8>) {
        let Some(index) = self.pick(quote) else { return };
        let key = key(number, (1, index));
        let accepted = self
            .storage
            .accept_booking(self.quotes[index], JobId::generate(), key.as_ref());
        if let Acceptance::Accepted((_, job)) = accepted.await.unwrap() {
            self.jobs.push((job, Kind::Booking));
        }
    }

    pub(super) async fn cancel(&mut self, quote: u8, number: Option<u8>) {
        let Some(index) = self.pick(quote) else { return };
        let booking = self.last.quotes[index].booking.as_ref();
        let Some((certificate, _)) = booking.and_then(|booking| booking.certificate.as_ref()) else {
            return;
        };
        let order = form::cancel(certificate.parse().unwrap());
        let key = key(number, (2, index));
        let accepted = self
            .storage
            .accept_cancellation(&order, JobId::generate(), key.as_ref());
        if let Acceptance::Accepted((_, job)) = accepted.await.unwrap() {
            self.jobs.push((job, Kind::Cancellation));
        }
    }

    /// A person looks for the purchase in the insurer's books, and says what is there.
    pub(super) async fn settle(&mut self, quote: u8) {
        let Some(index) = self.pick(quote) else { return };
        let seen = &self.last.quotes[index];
        let Some(booking) = self.booking_id(index).await else {
            return;
        };
        let entries = self.ledger.entries();
        let bought = entries
            .iter()
            .find(|entry| Some(&entry.token) == seen.token.as_ref());
        match bought {
            Some(entry) => {
                let number: Number = entry.number.parse().unwrap();
                let accepted = self
                    .storage
                    .accept_settlement(booking, &number, JobId::generate());
                if let Acceptance::Accepted(job) = accepted.await.unwrap() {
                    self.jobs.push((job, Kind::Maintenance));
                }
            }
            None => drop(self.storage.settle_not_bought(booking).await.unwrap()),
        }
    }

    async fn booking_id(&self, index: usize) -> Option<BookingId> {
        self.storage.booking_of(self.quotes[index]).await
    }
}
