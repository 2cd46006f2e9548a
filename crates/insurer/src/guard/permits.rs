//! How many calls may be under way at once, over all operations.

use std::num::NonZeroU16;
use std::time::Duration;

use loadsure_core::insurer::{HeldBack, Hold};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::patience::Patience;

/// Of so many permits one is kept for purchases and cancellations.
const ONE_IN: usize = 4;

/// When a purchase that found no permit is worth another try.
const AGAIN: Duration = Duration::from_secs(2);

/// Permits to call. First come, first served (P24: a permit is a value, not a counter).
#[derive(Debug)]
pub(super) struct Permits {
    all: Semaphore,
    /// Taken first by whatever is not urgent, so that it never holds all of `all`.
    common: Semaphore,
}

/// Leave to have a call under way.
#[derive(Debug)]
#[must_use = "it ends when dropped"]
pub(super) struct Permit<'a> {
    _common: Option<SemaphorePermit<'a>>,
    _any: SemaphorePermit<'a>,
}

impl Permits {
    pub(super) fn new(most: NonZeroU16) -> Self {
        let most = usize::from(most.get());
        let kept = most.div_ceil(ONE_IN).min(most - 1);
        Self {
            all: Semaphore::new(most),
            common: Semaphore::new(most - kept),
        }
    }

    /// Waits for a permit: with patience for a purchase or a cancellation, whose state says already that it is being sent;
    /// else as long as it takes, which calls with a timeout bound.
    pub(super) async fn take(&self, patience: &Patience) -> Result<Permit<'_>, HeldBack> {
        if patience.is_urgent() {
            let any = tokio::time::timeout(patience.rest(), self.all.acquire()).await;
            let in_time = any.ok().filter(|_| patience.holds());
            return permit(None, in_time.and_then(Result::ok));
        }
        let common = self.common.acquire().await.ok();
        permit(common, self.all.acquire().await.ok())
    }
}

/// The semaphores are never closed, so a missing permit means that patience ended.
fn permit<'a>(
    common: Option<SemaphorePermit<'a>>,
    any: Option<SemaphorePermit<'a>>,
) -> Result<Permit<'a>, HeldBack> {
    let any = any.ok_or(HeldBack {
        by: Hold::Busy,
        retry_after: AGAIN,
    })?;
    Ok(Permit {
        _common: common,
        _any: any,
    })
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use loadsure_core::insurer::Operation;

    use super::*;

    fn permits(most: u16) -> Permits {
        Permits::new(NonZeroU16::new(most).unwrap())
    }

    fn patience(operation: Operation) -> Patience {
        Patience::of(operation, Duration::from_millis(10))
    }

    /// What is there without waiting.
    fn now<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn quotes_leave_room_for_purchases_and_cancellations() {
        let permits = permits(8);
        let mut taken = Vec::new();
        while let Some(permit) = now(permits.take(&patience(Operation::Quote))) {
            taken.push(permit.unwrap());
        }
        assert_eq!(taken.len(), 6);
        for urgent in [Operation::Purchase, Operation::Cancel] {
            taken.push(now(permits.take(&patience(urgent))).unwrap().unwrap());
        }
        assert_eq!(permits.all.available_permits(), 0, "and no more than eight");
        taken.clear();
        assert_eq!(permits.all.available_permits(), 8);
    }

    #[tokio::test]
    async fn a_single_permit_serves_everything() {
        let permits = permits(1);
        for operation in Operation::ALL {
            let permit = now(permits.take(&patience(operation))).unwrap().unwrap();
            assert!(now(permits.take(&patience(Operation::Quote))).is_none());
            drop(permit);
        }
    }

    /// P2: a purchase that waits longer than others believe possible would be taken for interrupted.
    #[tokio::test]
    async fn a_purchase_does_not_wait_for_ever() {
        let permits = permits(1);
        let _taken = now(permits.take(&patience(Operation::Quote))).unwrap().unwrap();
        let held = permits.take(&patience(Operation::Purchase)).await.unwrap_err();
        assert_eq!(held.retry_after, AGAIN);
    }
}
