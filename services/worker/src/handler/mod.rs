//! Works on deliveries: runs the use case of their kind, and turns what came of it into what the queue does next.

mod booking;
mod cancellation;
mod certificate;
mod ending;
mod give_up;
mod quote;
mod settlement;
mod support_data;
mod witness;

use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::Fault;
use loadsure_core::usecase::purchase::Limits;
use loadsure_insurer::{Client, Guarded};
use loadsure_queue::{Delivery, Handler, Outcome, Queue};
use loadsure_store::Store;
use loadsure_telemetry::{Metrics, fields, propagation};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span, debug, error, info_span, warn};

pub(crate) use booking::Purchase;
pub(crate) use cancellation::Cancel;
pub(crate) use certificate::Ask;
pub(crate) use quote::Price;
pub(crate) use settlement::Settle;
pub(crate) use support_data::Refresh;

use crate::crash_point::CrashPoint;
use crate::database::Database;
use crate::tally::Tally;
use crate::waits;
use ending::Ending;
use witness::Witness;

/// How often work that met an outage of the database is begun anew in place. A database that answers the look of
/// [`Database`] but not the work is not better after more tries: the entry waits then, and does not count.
const ROUNDS: u32 = 3;

/// What the work of every kind needs.
pub(crate) struct Tools {
    pub(crate) store: Store,
    pub(crate) database: Database,
    pub(crate) queue: Queue,
    pub(crate) insurer: Guarded<Client>,
    pub(crate) limits: Limits,
    pub(crate) max_deliveries: NonZeroU32,
    pub(crate) metrics: Metrics,
    /// No new work is begun.
    pub(crate) stopping: CancellationToken,
}

/// The use case of one kind of job.
pub(crate) trait UseCase: Send + Sync + 'static {
    /// The kind.
    const KIND: Kind;

    /// Does the job, through `witness`.
    fn execute(
        tools: &Tools,
        witness: &Witness,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Verdict, Fault>> + Send;
}

/// Works on the deliveries of one kind.
pub(crate) struct JobHandler<U> {
    tools: Arc<Tools>,
    tally: Arc<Tally>,
    use_case: PhantomData<U>,
}

impl<U: UseCase> JobHandler<U> {
    pub(crate) fn new(tools: Arc<Tools>, tally: Arc<Tally>) -> Self {
        Self {
            tools,
            tally,
            use_case: PhantomData,
        }
    }

    /// Runs `work` within the job's span, and counts it.
    async fn observed(&self, delivery: &Delivery, work: impl Future<Output = Ending> + Send) -> Outcome {
        let started = Instant::now();
        let waited = OffsetDateTime::now_utc() - delivery.message.created_at;
        let jobs = self.tools.metrics.jobs();
        let active = jobs.start(U::KIND, waited.try_into().unwrap_or_default());
        let span = span(delivery);
        let (ending, spent) = waits::measured(work.instrument(span.clone())).await;
        drop(active);
        let took = started.elapsed();
        span.in_scope(|| debug!({ fields::OUTCOME } = ending.name, "the delivery ended"));
        jobs.finished(U::KIND, ending.name, took);
        let worked = took.saturating_sub(spent.waiting);
        self.tally.finished(spent.has_called.then_some(worked));
        ending.outcome
    }

    async fn work(&self, delivery: &Delivery) -> Ending {
        if delivery.deliveries > u64::from(self.tools.max_deliveries.get()) {
            let why = "delivered too often: it probably ends its workers";
            return self.give_up(delivery, ErrorCode::Internal, why).await;
        }
        for _ in 0..ROUNDS {
            let witness = Witness::new(&self.tools.store);
            match U::execute(&self.tools, &witness, ticket(delivery)).await {
                Ok(verdict) => return self.conclude(delivery, verdict, &witness).await,
                Err(fault @ Fault::Unavailable(_)) => {
                    self.tools.database.failed(&fault);
                    if !self.may_begin_anew(delivery).await {
                        break;
                    }
                }
                Err(fault) => return self.refused(delivery, &fault).await,
            }
        }
        Ending::put_back()
    }

    /// Waits until the database is back, unless the delivery is better left to another worker.
    async fn may_begin_anew(&self, delivery: &Delivery) -> bool {
        tokio::select! {
            () = self.tools.database.available() => true,
            () = delivery.lost.cancelled() => false,
            () = self.tools.stopping.cancelled() => false,
        }
    }

    async fn conclude(&self, delivery: &Delivery, verdict: Verdict, witness: &Witness) -> Ending {
        let happened = witness.happened();
        match verdict {
            Verdict::Done => Ending::told("done", delivery, happened),
            Verdict::Stale => self.stale(delivery).await,
            Verdict::Retry => retry(witness.why()),
            Verdict::Dead { code, why } => self.dead(delivery, code, &why, happened).await,
            Verdict::Unknown => {
                alert();
                Ending::told("unknown", delivery, happened)
            }
        }
    }

    /// Nothing was left to do. If that is because the job ended, whoever waits may not have heard of it: the worker
    /// that ended it may have died before it could tell.
    async fn stale(&self, delivery: &Delivery) -> Ending {
        match self.tools.store.job(delivery.message.job).await {
            Ok(Some(job)) if job.state.is_finished() => Ending::told("stale", delivery, None),
            Ok(_) => Ending::quiet("stale"),
            Err(fault) => {
                self.tools.database.failed(&fault);
                Ending::put_back()
            }
        }
    }
}

impl<U: UseCase> Handler for JobHandler<U> {
    async fn handle(&self, delivery: Delivery) -> Outcome {
        let outcome = self.observed(&delivery, self.work(&delivery)).await;
        if U::KIND == Kind::Booking {
            CrashPoint::CommitAck.reached();
        }
        outcome
    }

    async fn panicked(&self, delivery: Delivery) -> Outcome {
        let give_up = self.give_up(&delivery, ErrorCode::Internal, "the worker panicked");
        self.observed(&delivery, give_up).await
    }

    async fn ready(&self) {
        self.tools.database.available().await;
    }
}

fn retry(why: Option<String>) -> Ending {
    warn!(why, "the job will be tried again");
    Ending::quiet("retry")
}

/// A purchase that may have happened: an error, so that it raises an alert.
fn alert() {
    error!("the outcome of a purchase is unknown; a person has to settle it");
}

fn ticket(delivery: &Delivery) -> Ticket {
    Ticket {
        job: delivery.message.job,
        attempt: delivery.message.attempt,
    }
}

fn span(delivery: &Delivery) -> Span {
    let message = &delivery.message;
    let span = info_span!(
        "job",
        { fields::JOB_ID } = %message.job,
        { fields::JOB_KIND } = message.kind.as_str(),
        { fields::JOB_ATTEMPT } = message.attempt,
        { fields::TENANT_ID } = %message.tenant,
    );
    propagation::set_parent(&span, message.traceparent.as_deref());
    span
}
