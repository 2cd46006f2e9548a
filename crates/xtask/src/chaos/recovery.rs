//! How long after its healing a fault is still felt.
//!
//! Of faults that overlap each counts from the healing of the last one, since before that nobody could tell
//! what is felt of which.

use std::time::Duration;

use super::drive::Strike;
use super::journal::{End, Op, Told};

/// A fault that begins this soon after another one was healed leaves no time to recover in between.
const BREATH: Duration = Duration::from_secs(1);

/// The time from the healing of everything to the first success of the operation that took longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// The operation, and how long it took.
    After(Op, Duration),
    /// An operation that never succeeded again, although clients wanted it.
    Never(Op),
    /// Nobody wanted anything after it.
    NotSeen,
}

/// The end of the faults that overlap with this one, directly or by others.
fn all_clear(strike: &Strike, strikes: &[Strike]) -> Duration {
    let mut clear = strike.healed;
    while let Some(later) = strikes
        .iter()
        .filter(|other| other.injected < clear + BREATH && other.healed > clear)
        .map(|other| other.healed)
        .max()
    {
        clear = later;
    }
    clear
}

/// How the service came back after a fault.
pub(crate) fn recovery(strike: &Strike, strikes: &[Strike], told: &[Told]) -> Recovery {
    let clear = all_clear(strike, strikes);
    let mut longest = Recovery::NotSeen;
    for op in Op::ALL {
        let mut wanted = told
            .iter()
            .filter(|told| told.op == op && told.ended >= clear)
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
        let took = first.saturating_sub(clear);
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

    fn strike(injected: u64, healed: u64) -> Strike {
        Strike {
            fault: Fault::Postgres(Postgres::Cut),
            injected: Duration::from_secs(injected),
            healed: Duration::from_secs(healed),
            struck: true,
        }
    }

    fn after(told: &[Told]) -> Recovery {
        let strike = strike(5, 10);
        recovery(&strike, std::slice::from_ref(&strike), told)
    }

    #[test]
    fn faults_that_overlap_are_over_together() {
        let strikes = [strike(5, 10), strike(9, 15), strike(14, 20), strike(22, 30)];
        assert_eq!(all_clear(&strikes[0], &strikes), Duration::from_secs(20));
        assert_eq!(all_clear(&strikes[2], &strikes), Duration::from_secs(20));
        assert_eq!(all_clear(&strikes[3], &strikes), Duration::from_secs(30));
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
