//! Buying.

use loadsure_core::booking::{Conclusion, Event, Status};
use loadsure_core::certificate::Facts;
use loadsure_core::id::BookingId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings, Fault, PurchaseWork, Unanswered};
use loadsure_core::retry::Backoff;
use loadsure_core::state::State as _;
use loadsure_core::{error_code::ErrorCode, quote};

use super::{Memory, State, Tables};

impl Bookings for Memory {
    async fn purchase_work(&self, ticket: Ticket) -> Result<Option<PurchaseWork>, Fault> {
        let tables = self.tables();
        let Some(id) = tables.current(ticket).map(|job| BookingId::from(job.subject)) else {
            return Ok(None);
        };
        let booking = &tables.bookings[&id];
        let open = booking.attempts.last().filter(|last| last.outcome.is_none());
        let lost = booking
            .attempts
            .iter()
            .filter(|one| one.job == ticket.job && one.outcome == Some("lost_sight"));
        let lost_before = booking
            .attempts
            .iter()
            .filter(|one| one.job != ticket.job && one.outcome == Some("lost_sight"));
        Ok(Some(PurchaseWork {
            booking: id,
            status: booking.status,
            quote_status: tables.quote_status(booking.quote).unwrap(),
            token: tables.quotes[&booking.quote].token.clone(),
            send_emails_to: Vec::new(),
            attempt: u32::try_from(booking.attempts.len()).unwrap(),
            purchasing_for: open.map(|last| tables.now.saturating_sub(last.started_at)),
            lost: u32::try_from(lost.count()).unwrap(),
            failed: tables.failed(ticket),
            lost_before: u32::try_from(lost_before.count()).unwrap(),
        }))
    }

    async fn start_purchase(&self, ticket: Ticket, booking: BookingId) -> Result<Option<Attempt>, Fault> {
        let mut tables = self.tables();
        let good = tables.quote_status(tables.bookings[&booking].quote) == Some(quote::Status::Active);
        Ok(good
            .then(|| tables.begin(ticket, booking, Event::Started))
            .flatten())
    }

    async fn postpone_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        backoff: Backoff,
        _: &str,
    ) -> Result<bool, Fault> {
        let mut tables = self.tables();
        let moved = tables.is_open(attempt) && tables.step(attempt, Event::Postponed);
        if moved {
            tables.close(attempt, "postponed");
            tables.retry(ticket, backoff);
        }
        Ok(moved)
    }

    async fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        _: &str,
    ) -> Result<bool, Fault> {
        let mut tables = self.tables();
        let moved = tables.is_open(attempt) && tables.step(attempt, Event::Repeated);
        if moved {
            tables.close(
                attempt,
                match end {
                    Unanswered::LostSight => "lost_sight",
                    Unanswered::Postponed => "postponed",
                },
            );
            tables.retry(ticket, backoff);
        }
        Ok(moved)
    }

    async fn repeat_purchase(&self, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
        let mut tables = self.tables();
        if tables.is_open(lost) {
            tables.close(lost, "lost_sight");
        }
        if tables.last(lost.booking) != lost.number {
            return Ok(None);
        }
        Ok(tables.begin(ticket, lost.booking, Event::Repeated))
    }

    async fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &Conclusion,
    ) -> Result<bool, Fault> {
        let mut tables = self.tables();
        let bought = matches!(conclusion, Conclusion::Bought(_));
        let latest = bought || tables.last(attempt.booking) == attempt.number;
        let moved = latest && tables.move_booking(attempt.booking, conclusion.event());
        if let Conclusion::Bought(facts) = conclusion {
            tables.keep(attempt.booking, facts, moved);
        } else if !moved {
            return Ok(tables.outcome(attempt) == Some(outcome(conclusion)));
        }
        if bought || tables.is_open(attempt) {
            tables.close(attempt, outcome(conclusion));
        }
        let dead = matches!(conclusion, Conclusion::GivenUp(code) if code.entry().retryable);
        tables.end(ticket.job, if dead { State::Dead } else { State::Done });
        Ok(true)
    }
}

const fn outcome(conclusion: &Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Bought(_) => "bought",
        Conclusion::Declined(_) => "declined",
        Conclusion::LostSight(_) => "lost_sight",
        Conclusion::GivenUp(_) => "given_up",
    }
}

impl Tables {
    fn last(&self, booking: BookingId) -> u32 {
        u32::try_from(self.bookings[&booking].attempts.len()).unwrap()
    }

    fn entry(&mut self, attempt: Attempt) -> Option<&mut super::Attempt> {
        let index = usize::try_from(attempt.number).unwrap().checked_sub(1)?;
        self.bookings.get_mut(&attempt.booking)?.attempts.get_mut(index)
    }

    fn outcome(&mut self, attempt: Attempt) -> Option<&'static str> {
        self.entry(attempt)?.outcome
    }

    fn is_open(&mut self, attempt: Attempt) -> bool {
        self.entry(attempt).is_some_and(|one| one.outcome.is_none())
    }

    fn close(&mut self, attempt: Attempt, outcome: &'static str) {
        if let Some(entry) = self.entry(attempt) {
            entry.outcome = Some(outcome);
        }
    }

    /// Moves a booking if `attempt` is its last one.
    fn step(&mut self, attempt: Attempt, event: Event) -> bool {
        self.last(attempt.booking) == attempt.number && self.move_booking(attempt.booking, event)
    }

    pub(super) fn move_booking(&mut self, id: BookingId, event: Event) -> bool {
        let Some(booking) = self.bookings.get_mut(&id) else {
            return false;
        };
        match booking.status.transition(event) {
            Ok(status) => booking.status = status,
            Err(_) => return false,
        }
        true
    }

    fn begin(&mut self, ticket: Ticket, booking: BookingId, event: Event) -> Option<Attempt> {
        if !self.move_booking(booking, event) {
            return None;
        }
        let attempt = super::Attempt {
            job: ticket.job,
            started_at: self.now,
            outcome: None,
        };
        self.bookings.get_mut(&booking)?.attempts.push(attempt);
        Some(Attempt {
            booking,
            number: self.last(booking),
        })
    }

    fn keep(&mut self, booking: BookingId, facts: &Facts, moved: bool) {
        if moved {
            self.book_quote(booking);
        }
        let kept = self.insert_certificate(booking, facts);
        if !kept && self.holder(&facts.number) != Some(booking) {
            self.note("booking.second_certificate");
        }
    }

    pub(super) fn book_quote(&mut self, booking: BookingId) {
        let id = self.bookings[&booking].quote;
        let quote = self.quotes.get_mut(&id).unwrap();
        if let Ok(status) = quote.status.transition(quote::Event::Bought) {
            quote.status = status;
        }
    }

    pub(super) fn insert_certificate(&mut self, booking: BookingId, facts: &Facts) -> bool {
        let taken = self.holder(&facts.number).is_some();
        let row = self.bookings.get_mut(&booking).unwrap();
        if taken || row.certificate.is_some() {
            return false;
        }
        let status = match facts.status {
            loadsure_core::certificate::Status::Cancelled => "CANCELLED",
            _ => "ACTIVE",
        };
        row.certificate = Some((facts.number.clone(), status));
        true
    }

    /// As `Store::abandon` does with a booking: whether the outcome is unknown now.
    pub(super) fn give_booking_up(&mut self, id: BookingId, _: ErrorCode) -> bool {
        if self.bookings[&id].status == Status::Purchasing {
            let last = Attempt {
                booking: id,
                number: self.last(id),
            };
            if self.is_open(last) {
                self.close(last, "lost_sight");
            }
            return self.move_booking(id, Event::LostSight);
        }
        self.move_booking(id, Event::GivenUp);
        false
    }
}
