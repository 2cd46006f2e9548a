//! Plays a schedule: clients, API, relay, sweeper, workers, Redis and the insurer, one event at a time, on any storage.

mod calm;
mod clients;
mod workers;

use std::time::Duration;

use loadsure_core::id::{JobId, QuoteId};
use loadsure_core::job::{Kind, Ticket};
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::usecase::purchase::Limits;
use loadsure_store::DueJob;

use crate::protocol::broker::Broker;
use crate::protocol::gate::Point;
use crate::protocol::insurer::{GOOD_FOR, Ledger};
use crate::protocol::law;
use crate::protocol::op::{Op, Passage, Span, WORKERS};
use crate::protocol::snapshot::{Quote, Snapshot};
use crate::protocol::storage::Storage;
use workers::Execution;

/// The longest that a worker is inside a purchase.
const LONGEST_CALL: Duration = Duration::from_secs(60);

/// Deliveries after which an entry is given up. Few, so that it happens.
const MAX_DELIVERIES: u32 = 3;

/// What is wrong, in words.
pub(crate) type Broken = String;

/// The world.
pub(crate) struct Sim<S> {
    storage: S,
    ledger: Ledger,
    limits: Limits,
    broker: Broker,
    workers: Vec<Option<Execution>>,
    quotes: Vec<QuoteId>,
    jobs: Vec<(JobId, Kind)>,
    now: Duration,
    /// When the last attempt to buy each quote began.
    begun: Vec<Duration>,
    last: Snapshot,
    trace: Vec<Snapshot>,
}

/// Plays a schedule, then lets everything come to rest. Tells every state that the storage was seen in.
pub(crate) async fn play<S: Storage>(
    storage: S,
    repeat: RepeatPurchase,
    schedule: &[Op],
) -> Result<Vec<Snapshot>, Broken> {
    let mut sim = Sim {
        storage,
        ledger: Ledger::new(repeat),
        limits: Limits {
            longest_call: LONGEST_CALL,
            // Time is the schedule's here. By the machine's own clock, a pause of the machine would hold a worker up in
            // the middle of an event, and the schedule would not say so.
            send_within: Duration::MAX,
            repeat,
        },
        broker: Broker::default(),
        // One more than take part, for what goes well.
        workers: (0..=WORKERS).map(|_| None).collect(),
        quotes: Vec::new(),
        jobs: Vec::new(),
        now: Duration::ZERO,
        begun: Vec::new(),
        last: Snapshot::default(),
        trace: Vec::new(),
    };
    for (index, op) in schedule.iter().enumerate() {
        sim.apply(op)
            .await
            .map_err(|what| format!("{index} {op:?}: {what}"))?;
    }
    sim.come_to_rest().await?;
    Ok(sim.trace)
}

impl<S: Storage> Sim<S> {
    async fn apply(&mut self, op: &Op) -> Result<(), Broken> {
        match *op {
            Op::Quote { key } => self.quote(key).await,
            Op::Priced => self.priced().await?,
            Op::Book { quote, key } => self.book(quote, key).await,
            Op::Cancel { quote, key } => self.cancel(quote, key).await,
            Op::Settle { quote } => self.settle(quote).await,
            Op::Publish { job, noted } => self.publish(job, noted).await,
            Op::Relay { noted } => self.relay(noted).await,
            Op::Read { worker } => self.read(worker).await?,
            Op::Reclaim { worker, entry } => self.reclaim(worker, entry).await?,
            Op::Step { worker, passage } => self.step(worker, passage).await?,
            Op::Finish { worker, passage } => self.finish(worker, passage).await?,
            Op::Wear { worker, answer } => self.wear(worker, answer).await?,
            Op::Crash { worker } => self.workers[usize::from(worker)] = None,
            Op::Duplicate { entry } => self.broker.duplicate(entry),
            Op::LoseRedis => self.broker.lose(),
            Op::Sweep => self.sweep().await,
            Op::Pass(span) => self.pass(span).await?,
            Op::Expire => drop(self.storage.expire_quotes().await.unwrap()),
        }
        self.check().await
    }

    /// Looks at everything, and compares it with what must hold.
    async fn check(&mut self) -> Result<(), Broken> {
        let jobs: Vec<JobId> = self.jobs.iter().map(|(id, _)| *id).collect();
        let now = self.storage.look(&self.quotes, &jobs).await;
        if now.jobs.len() != jobs.len() || now.quotes.len() != self.quotes.len() {
            return Err("accepted work is lost".to_owned());
        }
        law::broken(&self.last, &now, &self.ledger.entries())?;
        let most = law::most_lost(self.limits.repeat);
        let lost = |outcome: &&Option<String>| outcome.as_deref() == Some("lost_sight");
        for quote in &now.quotes {
            let attempts = quote.booking.iter().flat_map(|booking| &booking.attempts);
            // Each settlement as not bought allows one purchase more.
            let settled = usize::try_from(now.audit.values().sum::<i64>()).unwrap_or_default();
            if attempts.filter(lost).count() > most * (settled + 1) {
                return Err("sight was lost of more attempts than may be made".to_owned());
            }
        }
        self.begun.resize(now.quotes.len(), self.now);
        for (index, quote) in now.quotes.iter().enumerate() {
            if attempts(Some(quote)) > attempts(self.last.quotes.get(index)) {
                self.begun[index] = self.now;
            }
        }
        self.trace.push(now.clone());
        self.last = now;
        Ok(())
    }

    /// Whether, since `before`, sight was lost of a purchase whose call may still be under way.
    fn gave_up_early(&self, before: &Snapshot) -> bool {
        let pairs = before.quotes.iter().zip(&self.last.quotes).zip(&self.begun);
        pairs.into_iter().any(|((before, now), begun)| {
            let status = |quote: &Quote, is: &str| quote.booking.as_ref().is_some_and(|one| one.status == is);
            status(before, "purchasing")
                && status(now, "outcome_unknown")
                && before
                    .booking
                    .as_ref()
                    .is_some_and(|one| one.attempts.last() == Some(&None))
                && self.now.saturating_sub(*begun) < LONGEST_CALL
        })
    }

    async fn publish(&mut self, pick: u8, noted: bool) {
        let Some(index) = usize::from(pick).checked_rem(self.jobs.len()) else {
            return;
        };
        // The API publishes the first attempt only, however late.
        let (job, kind) = self.jobs[index];
        let published = self.broker.publish(kind, Ticket { job, attempt: 1 });
        if noted {
            self.storage.mark_published(&[published]).await.unwrap();
        }
    }

    async fn relay(&mut self, noted: bool) {
        let broker = &mut self.broker;
        let mut publish = |mut due: Vec<DueJob>| {
            due.sort_by_key(|job| job.id);
            let ticket = |job: &DueJob| Ticket {
                job: job.id,
                attempt: job.attempt,
            };
            due.iter()
                .map(|job| broker.publish(job.kind, ticket(job)))
                .collect()
        };
        self.storage.relay(&mut publish, noted).await.unwrap();
    }

    async fn sweep(&mut self) {
        let unfinished = self.storage.unfinished().await.unwrap();
        let is_lost = |job: &DueJob| !self.broker.has(job);
        let lost: Vec<DueJob> = unfinished.into_iter().filter(is_lost).collect();
        self.storage.republish(&lost).await.unwrap();
    }

    /// A worker that has journalled a purchase sends it at once or, when it was held up, not at all (`SEND_WITHIN`):
    /// no time passes for it there.
    async fn pass(&mut self, span: Span) -> Result<(), Broken> {
        for worker in 0..WORKERS {
            if self.waits_at(worker) == Some(Point::Purchase) {
                self.step(worker, Passage::WELL).await?;
            }
        }
        let time = match span {
            Span::Call => LONGEST_CALL,
            Span::Settlement => loadsure_core::settlement::NOT_BOUGHT_AFTER,
            Span::Expiry => GOOD_FOR,
        };
        self.now += time;
        self.storage.pass(time).await;
        Ok(())
    }
}

fn attempts(quote: Option<&Quote>) -> usize {
    let booking = quote.and_then(|quote| quote.booking.as_ref());
    booking.map_or(0, |booking| booking.attempts.len())
}
