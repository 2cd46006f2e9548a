//! How many jobs may run at once, adjustable while they run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Slots for jobs. Clones share the same slots. A slot is a permit, not a counter (P24).
#[derive(Debug, Clone)]
pub struct Slots {
    permits: Arc<Semaphore>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    limit: usize,
    /// Permits to be withdrawn when their jobs end, because the limit was lowered below what is in use.
    owed: usize,
    /// Whether the latest read got a job for every slot that was free.
    crowded: bool,
}

/// One slot in use.
#[derive(Debug)]
pub(super) struct Slot {
    permit: Option<OwnedSemaphorePermit>,
    slots: Slots,
}

impl Slots {
    /// `limit` slots, at least one.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        Self {
            permits: Arc::new(Semaphore::new(limit)),
            state: Arc::new(Mutex::new(State {
                limit,
                owed: 0,
                crowded: false,
            })),
        }
    }

    /// The present limit.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.state().limit
    }

    /// How many slots are taken: by jobs, and by a read that is blocked on behalf of the free ones.
    #[must_use]
    pub fn taken(&self) -> usize {
        let state = self.state();
        (state.limit + state.owed).saturating_sub(self.permits.available_permits())
    }

    /// Whether jobs wait for a slot, as far as the latest read tells: it got as many as there were free slots.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.state().crowded
    }

    /// A read asked for `asked` jobs and got `got`.
    pub(super) fn have_read(&self, asked: usize, got: usize) {
        self.state().crowded = got >= asked;
    }

    /// Sets the limit, at least one. Jobs in flight above a lower limit finish.
    pub fn set_limit(&self, limit: usize) {
        let limit = limit.max(1);
        let mut state = self.state();
        if limit > state.limit {
            let more = limit - state.limit;
            let forgiven = more.min(state.owed);
            state.owed -= forgiven;
            self.permits.add_permits(more - forgiven);
        } else {
            let fewer = state.limit - limit;
            state.owed += fewer - self.permits.forget_permits(fewer);
        }
        state.limit = limit;
    }

    /// Waits for one slot, and takes up to `most` that are free.
    pub(super) async fn take(&self, most: usize) -> Vec<Slot> {
        // The semaphore is never closed.
        let Ok(first) = self.permits.clone().acquire_owned().await else {
            return Vec::new();
        };
        let mut slots = vec![self.slot(first)];
        while slots.len() < most {
            let Ok(permit) = self.permits.clone().try_acquire_owned() else {
                break;
            };
            slots.push(self.slot(permit));
        }
        slots
    }

    fn slot(&self, permit: OwnedSemaphorePermit) -> Slot {
        Slot {
            permit: Some(permit),
            slots: self.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        if let Some(permit) = self.permit.take()
            && state.owed > 0
        {
            state.owed -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P24: whatever the order of changes, no slot appears or is lost.
    #[tokio::test]
    async fn a_lower_limit_waits_for_jobs_and_a_higher_one_forgives() {
        let slots = Slots::new(4);
        let taken = slots.take(8).await;
        assert_eq!(taken.len(), 4);
        slots.set_limit(1);
        assert_eq!(slots.taken(), 4);
        slots.set_limit(2);
        drop(taken);
        assert_eq!((slots.limit(), slots.taken()), (2, 0));
        assert_eq!(slots.take(8).await.len(), 2);
    }
}
