//! One worker.

use std::num::NonZeroU16;
use std::time::{Duration, Instant};

use loadsure_core::concurrency::{Bounds, Call, Limit, Sign};

/// Slots of a worker at the least and at the most, as `WORKER_CONCURRENCY_MIN` and `WORKER_CONCURRENCY`.
const SLOTS: NonZeroU16 = NonZeroU16::MIN.saturating_add(3);
const SLOTS_MAX: NonZeroU16 = NonZeroU16::MIN.saturating_add(11);

/// One worker, with the limit of the real one. The insurer is never overloaded here.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) id: u64,
    pub(crate) running: u64,
    pub(crate) is_draining: bool,
    limit: Limit,
}

/// The beginning of time, for what counts in instants. Only differences matter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Epoch(Instant);

impl Epoch {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// A job that ended well at `now`, in virtual time.
    pub(crate) fn call(self, now: u64, took: u64, crowded: bool) -> Call {
        let at = |ms| self.0 + Duration::from_millis(ms);
        Call {
            began: at(now.saturating_sub(took)),
            ended: at(now),
            sign: Sign::Served,
            crowded,
        }
    }
}

impl Worker {
    pub(crate) fn new(id: u64, adapts: bool) -> Self {
        let most = if adapts { SLOTS_MAX } else { SLOTS };
        Self {
            id,
            running: 0,
            is_draining: false,
            limit: Limit::new(Bounds::new(SLOTS, most)),
        }
    }

    pub(crate) fn slots(&self) -> u64 {
        u64::from(self.limit.slots())
    }

    pub(crate) fn slots_max(&self) -> u64 {
        u64::from(self.limit.bounds().max().get())
    }

    pub(crate) fn free(&self) -> u64 {
        if self.is_draining {
            return 0;
        }
        self.slots().saturating_sub(self.running)
    }

    /// A job has ended.
    pub(crate) fn end(&mut self, call: &Call) {
        self.running = self.running.saturating_sub(1);
        self.limit.ended(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_grow_while_jobs_wait_and_only_where_they_adapt() {
        let epoch = Epoch::new();
        let slots = |adapts, crowded| {
            let mut worker = Worker::new(1, adapts);
            (1..=200).for_each(|number| worker.end(&epoch.call(number * 3_000, 3_000, crowded)));
            worker.slots()
        };
        assert_eq!(slots(true, true), 12);
        assert_eq!(slots(true, false), 4);
        assert_eq!(slots(false, true), 4);
    }

    #[test]
    fn a_draining_worker_takes_nothing() {
        let mut worker = Worker::new(1, false);
        assert_eq!(worker.free(), 4);
        worker.is_draining = true;
        assert_eq!(worker.free(), 0);
    }
}
