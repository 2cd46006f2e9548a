//! Waiting for a reply without polling.

use std::pin::pin;

use loadsure_core::id::JobId;
use loadsure_core::ports::Fault;
use loadsure_queue::Waiter;
use loadsure_telemetry::fields;
use tokio::time::Instant;
use tracing::warn;

use crate::call::Call;
use crate::prefer::Prefer;
use crate::state::AppState;

/// A reply that is waited for from now on: registering after the question was sent could miss it.
#[derive(Debug)]
pub(crate) struct Wait {
    id: JobId,
    waiter: Option<Waiter>,
    deadline: Instant,
    prefer: Prefer,
}

impl Wait {
    /// Begins to wait for the reply of that id, for as long as the caller prefers.
    pub(crate) fn new(state: &AppState, call: &Call, id: JobId) -> Self {
        let prefer = Prefer::read(call.headers(crate::answer::PREFER));
        let waits = !prefer.wait.is_zero();
        Self {
            id,
            waiter: waits.then(|| state.replies.wait_for(id)),
            deadline: Instant::now() + prefer.wait,
            prefer,
        }
    }

    /// The stream that the reply goes to, if anyone waits for it.
    pub(crate) fn reply_to(&self, state: &AppState) -> Option<String> {
        self.waiter
            .as_ref()
            .map(|_| state.replies.stream_name().to_owned())
    }

    /// The value of `Preference-Applied`.
    pub(crate) fn applied(&self) -> Option<String> {
        self.prefer.applied.clone()
    }

    /// Waits until `read` finds a result, and gives it. `None` when time is up, the process stops, or the database
    /// does not answer: the work goes on all the same, and its result is fetched later (P27).
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
            waiter = Some(state.replies.wait_for(self.id));
            match read().await {
                Ok(Some(result)) => return Some(result),
                Ok(None) if woken => {}
                Ok(None) => return None,
                Err(fault) => {
                    let id = self.id;
                    warn!({ fields::JOB_ID } = %id, { fields::ERROR } = fields::causes(&fault), "a result cannot be read now");
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
}
