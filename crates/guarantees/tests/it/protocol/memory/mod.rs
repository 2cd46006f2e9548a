//! A storage in memory with the transactional semantics of `loadsure-store`: each call is one transaction, and the
//! guards are those of its SQL.

mod accept;
mod bookings;
mod cancellations;
mod jobs;
mod quotes;
mod settlements;
mod storage;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::Number;
use loadsure_core::id::{BookingId, CancellationId, JobId, QuoteId};
use loadsure_core::insurer::QuoteToken;
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::{booking, cancellation, quote};
use uuid::Uuid;

/// The storage. Clones are the same storage.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Tables>>);

#[derive(Debug, Default)]
struct Tables {
    now: Duration,
    jobs: BTreeMap<JobId, Job>,
    quotes: BTreeMap<QuoteId, Quote>,
    bookings: BTreeMap<BookingId, Booking>,
    cancellations: BTreeMap<CancellationId, Cancellation>,
    /// Fingerprint, job and subject by key.
    keys: BTreeMap<String, ([u8; 32], JobId, Uuid)>,
    audit: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Published,
    Done,
    Dead,
}

#[derive(Debug)]
struct Job {
    kind: Kind,
    subject: Uuid,
    state: State,
    attempt: u32,
    errors: i32,
    entry: Option<String>,
    /// The certificate that a settlement names.
    says: Option<Number>,
}

#[derive(Debug)]
struct Quote {
    status: quote::Status,
    token: Option<QuoteToken>,
    expires_at: Duration,
}

#[derive(Debug)]
struct Booking {
    quote: QuoteId,
    status: booking::Status,
    attempts: Vec<Attempt>,
    /// Number and status.
    certificate: Option<(Number, &'static str)>,
}

#[derive(Debug)]
struct Attempt {
    job: JobId,
    started_at: Duration,
    outcome: Option<&'static str>,
}

#[derive(Debug)]
struct Cancellation {
    booking: BookingId,
    order: Order,
    status: cancellation::Status,
}

impl Memory {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// The job of a ticket, if it has not ended and no other attempt has taken its place.
    fn current(&self, ticket: Ticket) -> Option<&Job> {
        self.jobs
            .get(&ticket.job)
            .filter(|job| job.is_open() && job.attempt == ticket.attempt)
    }

    fn end(&mut self, job: JobId, state: State) {
        if let Some(job) = self.jobs.get_mut(&job).filter(|job| job.is_open()) {
            job.state = state;
        }
    }

    fn enqueue(&mut self, id: JobId, kind: Kind, subject: Uuid) {
        let job = Job {
            kind,
            subject,
            state: State::Pending,
            attempt: 1,
            errors: 0,
            entry: None,
            says: None,
        };
        self.jobs.insert(id, job);
    }

    fn quote_status(&self, id: QuoteId) -> Option<quote::Status> {
        let quote = self.quotes.get(&id)?;
        let over = quote.status == quote::Status::Active && quote.expires_at <= self.now;
        Some(if over {
            quote::Status::Expired
        } else {
            quote.status
        })
    }

    fn booking_of(&self, quote: QuoteId) -> Option<(BookingId, &Booking)> {
        let found = self.bookings.iter().find(|(_, one)| one.quote == quote);
        found.map(|(id, one)| (*id, one))
    }

    fn holder(&self, number: &Number) -> Option<BookingId> {
        let has = |one: &Booking| one.certificate.as_ref().is_some_and(|(held, _)| held == number);
        self.bookings.iter().find(|(_, one)| has(one)).map(|(id, _)| *id)
    }

    fn note(&mut self, action: &str) {
        *self.audit.entry(action.to_owned()).or_default() += 1;
    }
}

impl Job {
    const fn is_open(&self) -> bool {
        matches!(self.state, State::Pending | State::Published)
    }
}
