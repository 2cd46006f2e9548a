//! How long a call may wait for a permit before it is sent.

use std::time::{Duration, Instant, SystemTime};

use loadsure_core::insurer::Operation;

/// The timer may be late by a few milliseconds.
const LATE: Duration = Duration::from_millis(100);

/// What a call may still wait, by the clock that a stopped process does not stop and by the one that a suspended
/// machine does not. A worker that was frozen here wakes up in a world in which its purchase was given up (P21).
pub(super) struct Patience {
    most: Duration,
    is_urgent: bool,
    began: Instant,
    began_at: SystemTime,
}

impl Patience {
    /// Of a call that begins to wait now: `most` for a purchase or a cancellation, whose state says already that it is
    /// being sent. Others wait as long as it takes.
    pub(super) fn of(operation: Operation, most: Duration) -> Self {
        Self {
            most,
            is_urgent: is_urgent(operation),
            began: Instant::now(),
            began_at: SystemTime::now(),
        }
    }

    /// Money moves, and must not wait behind questions for a price.
    pub(super) const fn is_urgent(&self) -> bool {
        self.is_urgent
    }

    /// What is left of it.
    pub(super) fn rest(&self) -> Duration {
        self.most.saturating_sub(self.waited())
    }

    /// Whether it has not ended.
    pub(super) fn holds(&self) -> bool {
        self.waited() <= self.most.saturating_add(LATE)
    }

    fn waited(&self) -> Duration {
        // A wall clock that was set back says nothing.
        let by_wall_clock = self.began_at.elapsed().unwrap_or_default();
        self.began.elapsed().max(by_wall_clock)
    }
}

/// Money moves in these.
const fn is_urgent(operation: Operation) -> bool {
    matches!(operation, Operation::Purchase | Operation::Cancel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_money_moves_a_call_is_urgent() {
        let short = Duration::from_secs(2);
        for operation in Operation::ALL {
            let patience = Patience::of(operation, short);
            let moves_money = matches!(operation, Operation::Purchase | Operation::Cancel);
            assert_eq!(patience.is_urgent(), moves_money, "{operation:?}");
        }
    }

    /// P21: time in which the machine was suspended counts, although the monotonic clock stood still.
    #[test]
    fn a_suspended_machine_ends_it() {
        let patience = Patience {
            began_at: SystemTime::now() - Duration::from_secs(30),
            ..Patience::of(Operation::Purchase, Duration::from_secs(2))
        };
        assert!(!patience.holds());
        assert_eq!(patience.rest(), Duration::ZERO);
    }
}
