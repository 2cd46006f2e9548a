//! Workers: what each has at work, and how it goes on.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{Bookings, Cancellations, Fault, Quotes, Settlements};
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::usecase::purchase::Limits;
use loadsure_core::usecase::{cancel, price, purchase, settle};

use super::{Broken, MAX_DELIVERIES, Sim};
use crate::protocol::broker::Entry;
use crate::protocol::gate::{Gate, Point};
use crate::protocol::gated::Gated;
use crate::protocol::insurer::Line;
use crate::protocol::op::{Answer, Passage, WORKERS};
use crate::protocol::storage::Storage;

/// The most attempts of any job here (`loadsure_core::retry`).
const MOST_ATTEMPTS: u32 = 9;

type Work = Pin<Box<dyn Future<Output = Result<Verdict, Fault>>>>;

/// A job at work.
pub(super) struct Execution {
    entry: u64,
    gate: Gate,
    /// Nothing once the use case has ended: what remains is to acknowledge.
    work: Option<Work>,
    /// What the insurer did with the purchase that it sent.
    sent: Option<Answer>,
    /// Whether the job had ended, or another attempt had taken its place, when the delivery arrived.
    stale: bool,
}

async fn execute(
    kind: Kind,
    storage: Gated<impl Quotes + Bookings + Cancellations + Settlements>,
    insurer: Line,
    limits: Limits,
    ticket: Ticket,
) -> Result<Verdict, Fault> {
    match kind {
        Kind::Quote => price::execute(&storage, &insurer, ticket).await,
        Kind::Booking => purchase::execute(&storage, &insurer, limits, ticket).await,
        Kind::Cancellation => cancel::execute(&storage, &insurer, ticket).await,
        Kind::Maintenance => settle::execute(&storage, &insurer, ticket).await,
        other => panic!("the model has no jobs of kind {other}"),
    }
}

impl<S: Storage> Sim<S> {
    /// Where a worker waits.
    pub(super) fn waits_at(&self, worker: u8) -> Option<Point> {
        let execution = self.workers[usize::from(worker)].as_ref()?;
        execution.work.as_ref()?;
        execution.gate.waiting()
    }

    pub(super) async fn read(&mut self, worker: u8) -> Result<(), Broken> {
        if self.workers[usize::from(worker)].is_some() {
            return Ok(());
        }
        if !self.broker.has_unread() {
            self.relay(true).await;
            self.check().await?;
        }
        match self.broker.read(worker) {
            Some(entry) => self.take(worker, entry).await,
            None => Ok(()),
        }
    }

    pub(super) async fn reclaim(&mut self, worker: u8, pick: u8) -> Result<(), Broken> {
        if self.workers[usize::from(worker)].is_some() {
            return Ok(());
        }
        match self.broker.reclaim(worker, pick) {
            Some(entry) => self.take(worker, entry).await,
            None => Ok(()),
        }
    }

    async fn take(&mut self, worker: u8, entry: Entry) -> Result<(), Broken> {
        if entry.deliveries > MAX_DELIVERIES {
            let why = "delivered too often";
            let abandoned = self.storage.abandon(entry.ticket, ErrorCode::Internal, why);
            abandoned.await.unwrap();
            self.broker.acknowledge(entry.id);
            return self.check().await;
        }
        let gate = Gate::default();
        let storage = Gated {
            storage: self.storage.ports(),
            gate: gate.clone(),
        };
        let insurer = Line {
            ledger: self.ledger.clone(),
            gate: gate.clone(),
        };
        let work = execute(entry.kind, storage, insurer, self.limits, entry.ticket);
        let index = self.jobs.iter().position(|(id, _)| *id == entry.ticket.job);
        let job = &self.last.jobs[index.ok_or("an entry of a job that nobody accepted")?];
        let mut execution = Execution {
            entry: entry.id,
            gate,
            work: Some(Box::pin(work)),
            sent: None,
            stale: job.is_finished() || u32::try_from(job.attempt) != Ok(entry.ticket.attempt),
        };
        // To the first gate.
        assert!(execution.advance().await.is_none());
        self.workers[usize::from(worker)] = Some(execution);
        Ok(())
    }

    /// One meeting with the outside, or the acknowledgement.
    pub(super) async fn step(&mut self, worker: u8, passage: Passage) -> Result<(), Broken> {
        let slot = usize::from(worker);
        let Some(execution) = &mut self.workers[slot] else {
            return self.read(worker).await;
        };
        if execution.work.is_none() {
            self.broker.acknowledge(execution.entry);
            self.workers[slot] = None;
            return Ok(());
        }
        if execution.gate.waiting() == Some(Point::Purchase) {
            execution.sent = Some(passage.answer);
        }
        execution.gate.grant(passage);
        let (ended, stale, sent) = (execution.advance().await, execution.stale, execution.sent);
        match ended {
            // Not acknowledged: somebody takes it over.
            Some(Err(_)) => self.workers[slot] = None,
            Some(Ok(verdict)) => {
                execution.work = None;
                judge(stale, sent, self.limits.repeat, &verdict)?;
            }
            None => {}
        }
        let before = self.last.clone();
        self.check().await?;
        if stale && before != self.last {
            return Err("a stale delivery changed something".to_owned());
        }
        if sent.is_none() && self.gave_up_early(&before) {
            return Err("sight of a purchase was lost while its call may be under way".to_owned());
        }
        Ok(())
    }

    pub(super) async fn wear(&mut self, worker: u8, answer: Answer) -> Result<(), Broken> {
        let passage = Passage {
            answer,
            ..Passage::WELL
        };
        for _ in 0..=MOST_ATTEMPTS {
            self.read(worker).await?;
            self.finish(worker, passage).await?;
        }
        Ok(())
    }

    /// A quote is accepted, and priced by a worker of its own.
    pub(super) async fn priced(&mut self) -> Result<(), Broken> {
        self.quote(None).await;
        self.check().await?;
        let &(job, kind) = self.jobs.last().ok_or("no job was accepted")?;
        self.broker.publish(kind, Ticket { job, attempt: 1 });
        let entry = self.broker.last(WORKERS).ok_or("nothing was published")?;
        self.take(WORKERS, entry).await?;
        self.finish(WORKERS, Passage::WELL).await
    }

    /// To the end, each meeting going alike.
    pub(super) async fn finish(&mut self, worker: u8, passage: Passage) -> Result<(), Broken> {
        while self.workers[usize::from(worker)].is_some() {
            self.step(worker, passage).await?;
        }
        Ok(())
    }
}

/// Whether a worker may end so.
fn judge(stale: bool, sent: Option<Answer>, repeat: RepeatPurchase, verdict: &Verdict) -> Result<(), Broken> {
    if stale && *verdict != Verdict::Stale {
        return Err(format!("a stale delivery ended with {verdict:?}"));
    }
    // Where a repeat is rejected, the insurer may have said no to what it was to carry out.
    let heard = sent == Some(Answer::Yes) && repeat != RepeatPurchase::Rejected;
    if heard && *verdict != Verdict::Done {
        return Err(format!("a certificate was heard of, and the end is {verdict:?}"));
    }
    Ok(())
}

impl Execution {
    /// Goes on until the next gate, or the end.
    async fn advance(&mut self) -> Option<Result<Verdict, Fault>> {
        let (work, gate) = (self.work.as_mut()?, &self.gate);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending if gate.waiting().is_some() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}
