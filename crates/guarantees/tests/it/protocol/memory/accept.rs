//! Accepting work.

use loadsure_core::booking::{Event, Status};
use loadsure_core::cancellation::{self, Order};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId};
use loadsure_core::job::Kind;
use loadsure_core::state::State as _;
use loadsure_core::{quote, settlement};
use loadsure_store::{Acceptance, Key, Replay};
use uuid::Uuid;

use super::{Booking, Cancellation, Quote, Tables};

impl Tables {
    /// Claims a key, or tells what is known of it.
    fn claim(&mut self, key: Option<&Key>, job: JobId, subject: Uuid) -> Result<(), Replay> {
        let Some(key) = key else { return Ok(()) };
        match self.keys.get(&key.key) {
            Some((fingerprint, _, _)) if *fingerprint != key.fingerprint => Err(Replay::Reused),
            Some((_, job, subject)) => Err(Replay::Accepted {
                job: *job,
                subject: *subject,
            }),
            None => {
                self.keys.insert(key.key.clone(), (key.fingerprint, job, subject));
                Ok(())
            }
        }
    }

    pub(super) fn accept_quote(&mut self, id: QuoteId, job: JobId, key: Option<&Key>) -> Acceptance<JobId> {
        if let Err(replay) = self.claim(key, job, id.as_uuid()) {
            return Acceptance::Replayed(replay);
        }
        let quote = Quote {
            status: quote::Status::Requested,
            token: None,
            expires_at: self.now,
        };
        self.quotes.insert(id, quote);
        self.enqueue(job, Kind::Quote, id.as_uuid());
        Acceptance::Accepted(job)
    }

    /// The booking that failed and may be tried again, or why the quote cannot be bought.
    fn ground(&self, quote: QuoteId) -> Result<Option<BookingId>, (ErrorCode, Option<Uuid>)> {
        let booking = self.booking_of(quote);
        if let Some((id, one)) = booking
            && one.status.transition(Event::Reopened).is_err()
        {
            return Err((ErrorCode::QuoteAlreadyBooked, Some(id.as_uuid())));
        }
        let id = booking.map(|(id, _)| id);
        match self.quote_status(quote) {
            Some(quote::Status::Active) => Ok(id),
            Some(quote::Status::Requested) => Err((ErrorCode::QuoteNotReady, None)),
            Some(quote::Status::Expired) => Err((ErrorCode::QuoteExpired, None)),
            Some(quote::Status::Booked) => Err((ErrorCode::QuoteAlreadyBooked, id.map(|id| id.as_uuid()))),
            Some(quote::Status::Declined | quote::Status::Failed) => Err((ErrorCode::QuoteNotBookable, None)),
            None => Err((ErrorCode::QuoteNotFound, None)),
        }
    }

    pub(super) fn accept_booking(
        &mut self,
        quote: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Acceptance<(BookingId, JobId)> {
        let ground = self.ground(quote);
        let id = match &ground {
            Ok(Some(failed)) => *failed,
            _ => BookingId::generate(),
        };
        let known = key.is_some_and(|key| self.keys.contains_key(&key.key));
        match ground {
            Err((code, id)) if !known => return Acceptance::Refused(code, id),
            _ => {}
        }
        if let Err(replay) = self.claim(key, job, id.as_uuid()) {
            return Acceptance::Replayed(replay);
        }
        let booking = self.bookings.entry(id).or_insert_with(|| Booking {
            quote,
            status: Status::Requested,
            attempts: Vec::new(),
            certificate: None,
        });
        booking.status = Status::Requested;
        self.enqueue(job, Kind::Booking, id.as_uuid());
        Acceptance::Accepted((id, job))
    }

    pub(super) fn accept_cancellation(
        &mut self,
        order: &Order,
        job: JobId,
        key: Option<&Key>,
    ) -> Acceptance<(CancellationId, JobId)> {
        let id = CancellationId::generate();
        let ground = self.may_be_cancelled(order);
        let known = key.is_some_and(|key| self.keys.contains_key(&key.key));
        let booking = match ground {
            Err(code) if !known => return Acceptance::Refused(code, None),
            ground => ground.ok(),
        };
        if let Err(replay) = self.claim(key, job, id.as_uuid()) {
            return Acceptance::Replayed(replay);
        }
        let row = Cancellation {
            booking: booking.unwrap(),
            order: order.clone(),
            status: cancellation::Status::Requested,
        };
        self.cancellations.insert(id, row);
        self.enqueue(job, Kind::Cancellation, id.as_uuid());
        Acceptance::Accepted((id, job))
    }

    fn may_be_cancelled(&self, order: &Order) -> Result<BookingId, ErrorCode> {
        let booking = self.holder(&order.number).ok_or(ErrorCode::CertificateNotFound)?;
        let status = self.bookings[&booking]
            .certificate
            .as_ref()
            .map(|(_, status)| *status);
        if status == Some("CANCELLED") {
            return Err(ErrorCode::CertificateNotActive);
        }
        let mut of_this = self.cancellations.values().filter(|one| one.booking == booking);
        if of_this.any(|one| one.status.transition(cancellation::Event::Failed).is_ok()) {
            return Err(ErrorCode::CancellationInProgress);
        }
        Ok(booking)
    }

    /// Whether a settlement of a booking has not ended.
    pub(super) fn is_being_settled(&self, booking: BookingId) -> bool {
        self.jobs
            .values()
            .any(|job| job.kind == Kind::Maintenance && job.subject == booking.as_uuid() && job.is_open())
    }

    pub(super) fn settle_not_bought(&mut self, id: BookingId) -> Acceptance<()> {
        let booking = &self.bookings[&id];
        let last = booking.attempts.last().map(|last| last.started_at);
        let since = self.now.saturating_sub(last.unwrap_or_default());
        let refused = |refusal: settlement::Refusal| Acceptance::Refused(refusal.code(), Some(id.as_uuid()));
        match settlement::may_be_not_bought(booking.status, since) {
            Ok(_) if self.is_being_settled(id) => refused(settlement::Refusal::InProgress),
            Ok(status) => {
                self.bookings.get_mut(&id).unwrap().status = status;
                self.note("booking.settle");
                Acceptance::Accepted(())
            }
            Err(refusal) => refused(refusal),
        }
    }
}
