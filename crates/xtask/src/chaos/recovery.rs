//! How long after its healing a fault is still felt.

use std::time::Duration;

use super::drive::Strike;
use super::journal::{End, Op, Told};

/// The time from the healing of a fault to the first success of the operation that took longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// The operation, and how long it took.
    After(Op, Duration),
    /// An operation that never succeeded again, although clients wanted it.
    Never(Op),
    /// Nobody wanted anything after it.
    NotSeen,
}

/// How the service came back after a fault.
pub(crate) fn recovery(strike: &Strike, told: &[Told]) -> Recovery {
    let mut longest = Recovery::NotSeen;
    for op in Op::ALL {
        let mut wanted = told
            .iter()
            .filter(|told| told.op == op && told.ended >= strike.healed)
            .peekable();
        if wanted.peek().is_none() {
            continue;
        }
        let first = wanted
            .filter(|told| told.end == End::Done)
            .map(|told| told.ended)
            .min();
        let Some(first) = first else {
            return Recovery::Never(op);
        };
        let took = first.saturating_sub(strike.healed);
        if !matches!(longest, Recovery::After(_, so_far) if so_far >= took) {
            longest = Recovery::After(op, took);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::faults::{Fault, Postgres};

    fn told(op: Op, end: End, ended: u64) -> Told {
        Told {
            order: 0,
            op,
            end,
            id: None,
            certificate: None,
            code: None,
            tries: 1,
            begun: Duration::ZERO,
            ended: Duration::from_secs(ended),
        }
    }

    fn after(told: &[Told]) -> Recovery {
        let strike = Strike {
            fault: Fault::Postgres(Postgres::Cut),
            injected: Duration::from_secs(5),
            healed: Duration::from_secs(10),
            struck: true,
        };
        recovery(&strike, told)
    }

    #[test]
    fn the_slowest_operation_counts() {
        let told = [
            told(Op::Quote, End::Done, 9),
            told(Op::Quote, End::Done, 11),
            told(Op::Booking, End::Failed, 12),
            told(Op::Booking, End::Done, 14),
        ];
        assert_eq!(after(&told), Recovery::After(Op::Booking, Duration::from_secs(4)));
    }

    #[test]
    fn an_operation_that_only_fails_has_not_recovered() {
        let told = [
            told(Op::Quote, End::Done, 11),
            told(Op::Booking, End::NoAnswer, 60),
        ];
        assert_eq!(after(&told), Recovery::Never(Op::Booking));
        assert_eq!(after(&told[..0]), Recovery::NotSeen);
    }
}
