//! One booking and one insurer in memory. Every call stops once before it does anything.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use loadsure_core::booking::{Conclusion, Event, Status};
use loadsure_core::certificate::{Cancelled, Facts, Number};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, JobId};
use loadsure_core::insurer::{Failure, HeldBack, Hold, Lost, Offer, Operation, QuoteToken};
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings, Fault, Insurer, Jobs, PurchaseWork, Unanswered};
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::retry::Backoff;
use loadsure_core::spelling::Recipient;
use loadsure_core::state::State as _;
use loadsure_core::{cancellation, certificate, quote, support_data};
use serde_json::Value;

/// What goes wrong with a purchase on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing.
    None,
    /// The request is lost.
    LostBefore,
    /// The answer is lost.
    LostAfter,
    /// 429.
    TurnedAway,
    /// It is not its turn, or, when it has had that, too many calls are under way.
    HeldBack,
}

/// One attempt in the journal.
#[derive(Debug, Clone, Copy)]
struct Entry {
    job: JobId,
    is_open: bool,
    is_old: bool,
    is_lost: bool,
}

/// Everything that survives a worker.
#[derive(Debug)]
pub(super) struct World {
    pub(super) status: Status,
    pub(super) certificate: Option<Number>,
    /// The insurer's books.
    pub(super) sold: Vec<Number>,
    booking: BookingId,
    journal: Vec<Entry>,
    job: Ticket,
    failed: u32,
    has_ended: bool,
    repeats: RepeatPurchase,
    troubles: VecDeque<Trouble>,
}

impl World {
    /// The job that is to be delivered.
    pub(super) fn due(&self) -> Option<Ticket> {
        (!self.has_ended).then_some(self.job)
    }

    pub(super) fn time_passes(&mut self) {
        for entry in &mut self.journal {
            entry.is_old = true;
        }
    }

    pub(super) fn settle(&mut self, nothing_is_sent: bool) {
        if let Some(number) = self.sold.first() {
            if let Ok(settled) = self.status.transition(Event::SettledBought) {
                self.status = settled;
                self.certificate = Some(number.clone());
            }
        } else if nothing_is_sent && let Ok(failed) = self.status.transition(Event::SettledNotBought) {
            self.status = failed.transition(Event::Reopened).unwrap();
            self.job = Ticket {
                job: JobId::generate(),
                attempt: 1,
            };
            self.failed = 0;
            self.has_ended = false;
        }
    }

    fn number(&self) -> u32 {
        u32::try_from(self.journal.len()).unwrap()
    }

    fn begin(&mut self, ticket: Ticket) -> Attempt {
        self.journal.push(Entry {
            job: ticket.job,
            is_open: true,
            is_old: false,
            is_lost: false,
        });
        Attempt {
            booking: self.booking,
            number: self.number(),
        }
    }

    /// Ends an attempt, if it is the last one and open.
    fn end(&mut self, attempt: Attempt, is_lost: bool) -> bool {
        let is_last = attempt.number == self.number();
        match self.journal.last_mut().filter(|entry| is_last && entry.is_open) {
            Some(entry) => {
                entry.is_open = false;
                entry.is_lost = is_lost;
                true
            }
            None => false,
        }
    }

    fn put_off(&mut self, ticket: Ticket, backoff: Backoff) {
        if self.job == ticket && !self.has_ended {
            self.job.attempt += 1;
            self.failed += u32::from(backoff.counts);
        }
    }

    /// What the insurer does with a purchase that reaches it.
    fn sell(&mut self) -> Result<Number, Failure> {
        match (self.sold.first(), self.repeats) {
            (Some(number), RepeatPurchase::SameCertificate) => Ok(number.clone()),
            (Some(_), RepeatPurchase::Rejected) => Err(Failure::Declined {
                status: 400,
                reasons: Vec::new(),
            }),
            _ => {
                let number: Number = format!("C-{}", self.sold.len()).parse().unwrap();
                self.sold.push(number.clone());
                Ok(number)
            }
        }
    }
}

/// The storage and the insurer of one test.
#[derive(Debug, Clone)]
pub(super) struct Memory(Arc<Mutex<World>>);

impl Memory {
    pub(super) fn new(repeats: RepeatPurchase, troubles: Vec<Trouble>) -> Self {
        Self(Arc::new(Mutex::new(World {
            status: Status::Requested,
            certificate: None,
            sold: Vec::new(),
            booking: BookingId::generate(),
            journal: Vec::new(),
            job: Ticket {
                job: JobId::generate(),
                attempt: 1,
            },
            failed: 0,
            has_ended: false,
            repeats,
            troubles: troubles.into(),
        })))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    /// Lets others go first, then looks.
    async fn look(&self) -> MutexGuard<'_, World> {
        stop().await;
        self.world()
    }
}

/// Ready when it is polled a second time.
async fn stop() {
    let mut has_stopped = false;
    poll_fn(|_| {
        if std::mem::replace(&mut has_stopped, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

impl Jobs for Memory {
    async fn retry(&self, ticket: Ticket, backoff: Backoff, _: &str) -> Result<(), Fault> {
        self.look().await.put_off(ticket, backoff);
        Ok(())
    }

    async fn finish(&self, ticket: Ticket, _: Value) -> Result<(), Fault> {
        let mut world = self.look().await;
        world.has_ended |= world.job.job == ticket.job;
        Ok(())
    }

    async fn bury(&self, ticket: Ticket, _: ErrorCode, _: &str) -> Result<(), Fault> {
        self.finish(ticket, Value::Null).await
    }
}

impl Bookings for Memory {
    async fn purchase_work(&self, ticket: Ticket) -> Result<Option<PurchaseWork>, Fault> {
        let world = self.look().await;
        if world.due() != Some(ticket) {
            return Ok(None);
        }
        let open = world.journal.last().filter(|entry| entry.is_open);
        let lost = world
            .journal
            .iter()
            .filter(|entry| entry.is_lost && entry.job == ticket.job);
        let lost_before = world
            .journal
            .iter()
            .filter(|entry| entry.is_lost && entry.job != ticket.job);
        Ok(Some(PurchaseWork {
            booking: world.booking,
            status: world.status,
            quote_status: quote::Status::Active,
            token: Some(QuoteToken::new("token".to_owned())),
            send_emails_to: Vec::new(),
            attempt: world.number(),
            purchasing_for: open.map(|entry| Duration::from_secs(if entry.is_old { 3_600 } else { 0 })),
            lost: u32::try_from(lost.count()).unwrap(),
            failed: world.failed,
            lost_before: u32::try_from(lost_before.count()).unwrap(),
        }))
    }

    async fn start_purchase(&self, ticket: Ticket, _: BookingId) -> Result<Option<Attempt>, Fault> {
        let mut world = self.look().await;
        let Ok(started) = world.status.transition(Event::Started) else {
            return Ok(None);
        };
        world.status = started;
        Ok(Some(world.begin(ticket)))
    }

    async fn postpone_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        backoff: Backoff,
        _: &str,
    ) -> Result<bool, Fault> {
        let mut world = self.look().await;
        let postponed = world.status.transition(Event::Postponed);
        let Ok(postponed) = postponed else {
            return Ok(false);
        };
        if !world.end(attempt, false) {
            return Ok(false);
        }
        world.status = postponed;
        world.put_off(ticket, backoff);
        Ok(true)
    }

    async fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        _: &str,
    ) -> Result<bool, Fault> {
        let mut world = self.look().await;
        let may_repeat = world.status.transition(Event::Repeated).is_ok();
        if !may_repeat || !world.end(attempt, end == Unanswered::LostSight) {
            return Ok(false);
        }
        world.put_off(ticket, backoff);
        Ok(true)
    }

    async fn repeat_purchase(&self, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
        let mut world = self.look().await;
        let repeated = world.status.transition(Event::Repeated);
        let Some(repeated) = repeated.ok().filter(|_| lost.number == world.number()) else {
            return Ok(None);
        };
        world.end(lost, true);
        world.status = repeated;
        Ok(Some(world.begin(ticket)))
    }

    async fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &Conclusion,
    ) -> Result<bool, Fault> {
        let mut world = self.look().await;
        let moved = world.status.transition(conclusion.event());
        match (moved, conclusion) {
            (moved, Conclusion::Bought(facts)) => {
                world.status = moved.unwrap_or(world.status);
                world.certificate.get_or_insert_with(|| facts.number.clone());
            }
            (Ok(moved), _) if attempt.number == world.number() => world.status = moved,
            _ => return Ok(false),
        }
        world.end(attempt, matches!(conclusion, Conclusion::LostSight(_)));
        world.has_ended |= world.job.job == ticket.job;
        Ok(true)
    }
}

impl Insurer for Memory {
    async fn turn(&self, operation: Operation) -> Result<(), Failure> {
        assert_eq!(operation, Operation::Purchase);
        let mut world = self.look().await;
        if world.troubles.front() == Some(&Trouble::HeldBack) {
            world.troubles.pop_front();
            return Err(held_back(Hold::Rate));
        }
        Ok(())
    }

    async fn purchase(&self, _: &QuoteToken, _: &[Recipient]) -> Result<Facts, Failure> {
        let lost = Failure::Unknown {
            what: Lost::Timeout,
            source: None,
        };
        let trouble = self.look().await.troubles.pop_front().unwrap_or(Trouble::None);
        let answer = match trouble {
            Trouble::LostBefore => Err(lost),
            Trouble::TurnedAway => Err(Failure::Refused {
                status: 429,
                retry_after: None,
            }),
            Trouble::HeldBack => Err(held_back(Hold::Busy)),
            Trouble::None => self.look().await.sell().map(facts),
            Trouble::LostAfter => {
                // Whatever the insurer does, nobody hears of it.
                let _unheard = self.look().await.sell();
                Err(lost)
            }
        };
        stop().await;
        answer
    }

    async fn quote(&self, _: &QuoteRequest) -> Result<Offer, Failure> {
        unreachable!("nobody asks for a price")
    }

    async fn certificate(&self, _: &str, _: &Number) -> Result<Facts, Failure> {
        unreachable!("nobody reads a certificate")
    }

    async fn document(&self, _: &str, _: &Number) -> Result<String, Failure> {
        unreachable!("nobody asks for a document")
    }

    async fn cancel(&self, _: &cancellation::Order) -> Result<Cancelled, Failure> {
        unreachable!("nobody cancels")
    }

    async fn support_data(&self, _: support_data::Kind) -> Result<Vec<Value>, Failure> {
        unreachable!("nobody reads reference data")
    }
}

fn held_back(by: Hold) -> Failure {
    let retry_after = Duration::from_secs(30);
    HeldBack { by, retry_after }.into()
}

fn facts(number: Number) -> Facts {
    Facts {
        number,
        status: certificate::Status::Active,
        product_id: None,
        product_name: None,
        limit: None,
        deductible: None,
        premium: None,
        service_fee: None,
        tax: None,
        currency: None,
        certificate_link: None,
        file_claim_link: None,
        valid_from: None,
        valid_to: None,
        cancellation: Cancelled::default(),
    }
}
