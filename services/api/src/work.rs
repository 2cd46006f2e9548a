//! Accepting work and waiting for its result.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use loadsure_queue::Message;
use loadsure_store::{JobView, NewJob};
use loadsure_telemetry::propagation;
use time::OffsetDateTime;

use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;
use crate::wait::Wait;

/// A job that is about to be accepted. Its reply is waited for from now on.
#[derive(Debug)]
pub(crate) struct Planned {
    kind: Kind,
    tenant: TenantId,
    job: NewJob,
    created_at: OffsetDateTime,
    wait: Wait,
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
        let id = JobId::generate();
        let wait = Wait::new(state, call, id);
        Ok(Self {
            kind,
            tenant: call.tenant(),
            job: NewJob {
                id,
                reply_to: wait.reply_to(state),
                traceparent: propagation::current_traceparent(),
            },
            created_at: OffsetDateTime::now_utc(),
            wait,
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
        self.wait.applied()
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

    /// As [`Wait::result`].
    pub(crate) async fn result<T>(
        self,
        state: &AppState,
        read: impl AsyncFn() -> Result<Option<T>, Fault>,
    ) -> Option<T> {
        self.wait.result(state, read).await
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
