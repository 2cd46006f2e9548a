//! What a delivery did with its time: whether it called the insurer, and how long it waited for tokens before.

use std::cell::Cell;
use std::time::Duration;

/// How a delivery spent its time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Waiting for the rate of an operation. That is no work: one more slot would only wait with it.
    pub(crate) waiting: Duration,
    /// Whether the insurer was called.
    pub(crate) has_called: bool,
}

tokio::task_local! {
    /// Of the delivery that this task works on.
    static SPENT: Cell<Spent>;
}

/// Works on a delivery, and tells how it spent its time.
pub(crate) async fn measured<T>(work: impl Future<Output = T>) -> (T, Spent) {
    let measured = async {
        let result = work.await;
        (result, spent())
    };
    SPENT.scope(Cell::default(), measured).await
}

/// Until now; nothing outside of a delivery.
pub(crate) fn spent() -> Spent {
    SPENT.try_with(Cell::get).unwrap_or_default()
}

/// The delivery has waited for a token.
pub(crate) fn waited(length: Duration) {
    note(|spent| Spent {
        waiting: spent.waiting.saturating_add(length),
        ..spent
    });
}

/// The delivery has called the insurer.
pub(crate) fn called() {
    note(|spent| Spent {
        has_called: true,
        ..spent
    });
}

fn note(change: impl FnOnce(Spent) -> Spent) {
    // There is nothing to note where no delivery is worked on.
    SPENT
        .try_with(|spent| spent.set(change(spent.get())))
        .unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn deliveries_that_are_worked_on_at_once_have_each_their_own_time() {
        let one = measured(async {
            waited(SECOND);
            tokio::task::yield_now().await;
            waited(SECOND);
            called();
        });
        let other = measured(tokio::task::yield_now());
        let (((), one), ((), other)) = tokio::join!(one, other);
        let spent = Spent {
            waiting: SECOND * 2,
            has_called: true,
        };
        assert_eq!((one, other), (spent, Spent::default()));
        waited(SECOND);
        assert_eq!(super::spent(), Spent::default(), "nobody's time");
    }
}
