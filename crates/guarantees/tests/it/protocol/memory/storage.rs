//! What the schedule asks.

use std::time::Duration;

use loadsure_core::booking::Event;
use loadsure_core::cancellation::{self, Order};
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId, TenantId};
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::ports::Fault;
use loadsure_core::settlement::Refusal;
use loadsure_core::state::State as _;
use loadsure_core::{booking, quote};
use loadsure_store::{Abandoned, Acceptance, DueJob, Key, Published, local_tenant};
use time::OffsetDateTime;

use super::{Job, Memory, State, Tables};
use crate::protocol::snapshot::{self, Snapshot};
use crate::protocol::storage::Storage;

impl Storage for Memory {
    type Ports = Self;

    fn ports(&self) -> Self {
        self.clone()
    }

    async fn accept_quote(
        &self,
        id: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<JobId>, Fault> {
        Ok(self.tables().accept_quote(id, job, key))
    }

    async fn accept_booking(
        &self,
        quote: QuoteId,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(BookingId, JobId)>, Fault> {
        Ok(self.tables().accept_booking(quote, job, key))
    }

    async fn accept_cancellation(
        &self,
        order: &Order,
        job: JobId,
        key: Option<&Key>,
    ) -> Result<Acceptance<(CancellationId, JobId)>, Fault> {
        Ok(self.tables().accept_cancellation(order, job, key))
    }

    async fn accept_settlement(
        &self,
        booking: BookingId,
        number: &Number,
        job: JobId,
    ) -> Result<Acceptance<JobId>, Fault> {
        let mut tables = self.tables();
        let status = tables.bookings[&booking].status;
        let refusal = match status.transition(Event::SettledBought) {
            Err(_) => Some(Refusal::NotUnknown),
            Ok(_) if tables.is_being_settled(booking) => Some(Refusal::InProgress),
            Ok(_) => None,
        };
        if let Some(refusal) = refusal {
            return Ok(Acceptance::Refused(refusal.code(), Some(booking.as_uuid())));
        }
        tables.enqueue(job, Kind::Maintenance, booking.as_uuid());
        tables.jobs.get_mut(&job).unwrap().says = Some(number.clone());
        Ok(Acceptance::Accepted(job))
    }

    async fn settle_not_bought(&self, booking: BookingId) -> Result<Acceptance<()>, Fault> {
        Ok(self.tables().settle_not_bought(booking))
    }

    async fn abandon(&self, ticket: Ticket, code: ErrorCode, _: &str) -> Result<Abandoned, Fault> {
        let mut tables = self.tables();
        let Some((kind, subject)) = tables.current(ticket).map(|job| (job.kind, job.subject)) else {
            return Ok(Abandoned::Stale);
        };
        let unknown = match kind {
            Kind::Quote => {
                let row = tables.quotes.get_mut(&QuoteId::from(subject)).unwrap();
                row.status = row.status.transition(quote::Event::Failed).unwrap_or(row.status);
                false
            }
            Kind::Booking => tables.give_booking_up(BookingId::from(subject), code),
            Kind::Cancellation => {
                tables.move_cancellation(CancellationId::from(subject), cancellation::Event::Failed);
                false
            }
            _ => false,
        };
        tables.bury(ticket);
        Ok(if unknown {
            Abandoned::Unknown(subject)
        } else {
            Abandoned::Failed(subject)
        })
    }

    async fn mark_published(&self, published: &[Published]) -> Result<(), Fault> {
        self.tables().mark(published);
        Ok(())
    }

    async fn relay(
        &self,
        publish: &mut dyn FnMut(Vec<DueJob>) -> Vec<Published>,
        noted: bool,
    ) -> Result<(), Fault> {
        let mut tables = self.tables();
        let due = tables.jobs.iter().filter(|(_, job)| job.state == State::Pending);
        let published = publish(due.map(due_job).collect());
        if noted {
            tables.mark(&published);
        }
        Ok(())
    }

    async fn unfinished(&self) -> Result<Vec<DueJob>, Fault> {
        let tables = self.tables();
        let published = tables
            .jobs
            .iter()
            .filter(|(_, job)| job.state == State::Published);
        Ok(published.map(due_job).collect())
    }

    async fn republish(&self, lost: &[DueJob]) -> Result<u64, Fault> {
        let mut tables = self.tables();
        let mut count = 0;
        for one in lost {
            let job = tables.jobs.get_mut(&one.id).unwrap();
            if job.state == State::Published && job.entry == one.entry_id {
                job.state = State::Pending;
                count += 1;
            }
        }
        Ok(count)
    }

    async fn expire_quotes(&self) -> Result<u64, Fault> {
        let mut tables = self.tables();
        let busy = [
            booking::Status::Requested,
            booking::Status::Purchasing,
            booking::Status::OutcomeUnknown,
        ];
        let ids: Vec<QuoteId> = tables.quotes.keys().copied().collect();
        for id in ids {
            let held = tables
                .booking_of(id)
                .is_some_and(|(_, one)| busy.contains(&one.status));
            if !held && tables.quote_status(id) == Some(quote::Status::Expired) {
                tables.quotes.get_mut(&id).unwrap().status = quote::Status::Expired;
            }
        }
        Ok(0)
    }

    async fn booking_of(&self, quote: QuoteId) -> Option<BookingId> {
        self.tables().booking_of(quote).map(|(id, _)| id)
    }

    async fn pass(&self, time: Duration) {
        self.tables().now += time;
    }

    async fn look(&self, quotes: &[QuoteId], jobs: &[JobId]) -> Snapshot {
        let tables = self.tables();
        Snapshot {
            quotes: quotes.iter().map(|id| tables.quote(*id)).collect(),
            jobs: jobs.iter().map(|id| tables.jobs[id].view()).collect(),
            audit: tables.audit.clone(),
        }
    }
}

fn due_job((id, job): (&JobId, &Job)) -> DueJob {
    DueJob {
        id: *id,
        kind: job.kind,
        tenant: TenantId::from(local_tenant().as_uuid()),
        attempt: job.attempt,
        created_at: OffsetDateTime::UNIX_EPOCH,
        reply_to: None,
        traceparent: None,
        entry_id: job.entry.clone(),
    }
}

impl Tables {
    fn mark(&mut self, published: &[Published]) {
        for one in published {
            let job = self.jobs.get_mut(&one.job).unwrap();
            if job.is_open() && job.attempt == one.attempt {
                job.state = State::Published;
                job.entry = Some(one.entry_id.clone());
            }
        }
    }

    fn quote(&self, id: QuoteId) -> snapshot::Quote {
        let quote = &self.quotes[&id];
        snapshot::Quote {
            status: quote.status.as_str().to_owned(),
            over: quote.status == quote::Status::Active
                && self.quote_status(id) == Some(quote::Status::Expired),
            token: quote.token.as_ref().map(|token| token.expose().to_owned()),
            booking: self.booking_of(id).map(|(id, _)| self.booking(id)),
        }
    }

    fn booking(&self, id: BookingId) -> snapshot::Booking {
        let booking = &self.bookings[&id];
        let outcome = |one: &super::Attempt| one.outcome.map(str::to_owned);
        let certificate = booking.certificate.as_ref();
        let of_this = self.cancellations.values().filter(|one| one.booking == id);
        snapshot::Booking {
            status: booking.status.as_str().to_owned(),
            attempts: booking.attempts.iter().map(outcome).collect(),
            certificate: certificate.map(|(number, status)| (number.to_string(), (*status).to_owned())),
            cancellations: of_this.map(|one| one.status.as_str().to_owned()).collect(),
        }
    }
}

impl Job {
    fn view(&self) -> snapshot::Job {
        let state = match self.state {
            State::Pending => "pending",
            State::Published => "published",
            State::Done => "done",
            State::Dead => "dead",
        };
        snapshot::Job {
            state: state.to_owned(),
            attempt: i32::try_from(self.attempt).unwrap(),
            errors: self.errors,
        }
    }
}
