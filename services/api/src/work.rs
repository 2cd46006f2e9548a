//! Accepting work and waiting for its result without polling.

use std::pin::pin;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use loadsure_queue::{Message, Waiter};
use loadsure_store::{JobView, NewJob};
use loadsure_telemetry::{fields, propagation};
use time::OffsetDateTime;
use tokio::time::Instant;
use tracing::warn;

use crate::call::Call;
use crate::prefer::Prefer;
use crate::problem::Problem;
use crate::state::AppState;

/// A job that is about to be accepted. Its reply is waited for from now on: registering after the job is published
/// could miss it.
#[derive(Debug)]
pub(crate) struct Planned {
    kind: Kind,
    tenant: TenantId,
    job: NewJob,
    created_at: OffsetDateTime,
    waiter: Option<Waiter>,
    deadline: Instant,
    prefer: Prefer,
}

impl Planned {
    /// Plans a job of `kind` for a request.
    ///
    /// # Errors
    /// `queue_unavailable` while Redis is away: nothing is accepted then (issue 2, "Bad input").
    pub(crate) fn new(state: &AppState, kind: Kind, call: &Call) -> Result<Self, Problem> {
        if !state.queue.is_connected() {
            return Err(Problem::new(ErrorCode::QueueUnavailable));
        }
        let prefer = Prefer::read(call.headers(crate::answer::PREFER));
        let id = JobId::generate();
        let waits = !prefer.wait.is_zero();
        Ok(Self {
            kind,
            tenant: call.tenant(),
            job: NewJob {
                id,
                reply_to: waits.then(|| state.replies.stream_name().to_owned()),
                traceparent: propagation::current_traceparent(),
            },
            created_at: OffsetDateTime::now_utc(),
            waiter: waits.then(|| state.replies.wait_for(id)),
            deadline: Instant::now() + prefer.wait,
            prefer,
        })
    }

    /// The same for the record of a tenant other than the caller's own, as operations work on.
    pub(crate) fn of(self, tenant: TenantId) -> Self {
        Self { tenant, ..self }
    }

    /// The job to be accepted by the store.
    pub(crate) fn job(&self) -> NewJob {
        self.job.clone()
    }

    /// When it was planned.
    pub(crate) const fn created_at(&self) -> OffsetDateTime {
        self.created_at
    }

    /// The value of `Preference-Applied`.
    pub(crate) fn applied(&self) -> Option<String> {
        self.prefer.applied.clone()
    }

    /// Publishes the job, once it is committed.
    pub(crate) fn publish(&self, state: &AppState) {
        state.publisher.publish(Message {
            kind: self.kind,
            job: self.job.id,
            attempt: 1,
            tenant: self.tenant,
            created_at: self.created_at,
            traceparent: self.job.traceparent.clone(),
            reply_to: self.job.reply_to.clone(),
        });
    }

    /// Waits until `read` finds a result, and gives it. `None` when time is up, the process stops, or the database
    /// does not answer: the work is accepted all the same, and its result is fetched later (P27).
    ///
    /// `read` runs once for each reply, so once per job, and once when replies may have been missed.
    pub(crate) async fn result<T>(
        mut self,
        state: &AppState,
        read: impl AsyncFn() -> Result<Option<T>, Fault>,
    ) -> Option<T> {
        let mut waiter = self.waiter.take();
        let mut gaps = state.replies.reconnected();
        loop {
            let woken = self.woken(state, waiter.take()?, &mut gaps).await;
            // The next reply must not be missed while the row is read.
            waiter = Some(state.replies.wait_for(self.job.id));
            match read().await {
                Ok(Some(result)) => return Some(result),
                Ok(None) if woken => {}
                Ok(None) => return None,
                Err(fault) => {
                    let job = self.job.id;
                    warn!({ fields::JOB_ID } = %job, { fields::ERROR } = fields::causes(&fault), "a result cannot be read now");
                    return None;
                }
            }
        }
    }

    /// Sleeps until there is a reason to look, which is `true`, or until the end of the wait.
    async fn woken(
        &self,
        state: &AppState,
        waiter: Waiter,
        gaps: &mut tokio::sync::watch::Receiver<u64>,
    ) -> bool {
        let mut waiter = pin!(waiter);
        tokio::select! {
            reply = &mut waiter => reply.is_some(),
            changed = gaps.changed() => changed.is_ok(),
            () = tokio::time::sleep_until(self.deadline) => false,
            () = state.hurry.cancelled() => false,
        }
    }

    /// As [`Planned::result`], for work whose result is in the row of its job.
    pub(crate) async fn ended(self, state: &AppState) -> Option<JobView> {
        let job = self.job.id;
        self.result(state, async || {
            let view = state.store.job(job).await?;
            Ok(view.filter(|view| view.state.is_finished()))
        })
        .await
    }
}
