//! How long after its healing a fault is still felt.
//!
//! Of faults that overlap each counts from the healing of the last one, since before that nobody could tell
//! what is felt of which.

use std::time::Duration;

use super::drive::Strike;
use super::journal::{End, Op, Told};

/// A fault that begins this soon after another one was healed leaves no time to recover in between.
const BREATH: Duration = Duration::from_secs(1);

/// How the operation came back that took longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    After(Op, Times),
    /// An operation that never succeeded again, although clients wanted it.
    Never(Op),
    /// Nobody wanted anything after it.
    NotSeen,
}

/// The time to the first success after everything was healed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// From the moment at which the fault was injected: the fault itself included.
    pub(crate) from_fault: Duration,
    /// From the healing of everything.
    pub(crate) from_healing: Duration,
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
        let after: Vec<_> = told
            .iter()
            .filter(|told| told.op == op && told.ended >= clear)
            .collect();
        let done = after.iter().filter(|told| told.end == End::Done);
        let Some(first) = done.map(|told| told.ended).min() else {
            if after
                .iter()
                .any(|told| told.begun >= clear && is_failure(told.end))
            {
                return Recovery::Never(op);
            }
            continue;
        };
        let times = Times {
            from_fault: first.saturating_sub(strike.injected),
            from_healing: first.saturating_sub(clear),
        };
        if !matches!(longest, Recovery::After(_, so_far) if so_far.from_healing >= times.from_healing) {
            longest = Recovery::After(op, times);
        }
    }
    longest
}

/// An end that a service without a fault does not give. A refusal says nothing about that.
fn is_failure(end: End) -> bool {
    matches!(end, End::Failed | End::Unknown | End::Accepted | End::NoAnswer)
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
            begun: Duration::from_secs(ended - 1),
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
        let times = Times {
            from_fault: Duration::from_secs(9),
            from_healing: Duration::from_secs(4),
        };
        assert_eq!(after(&told), Recovery::After(Op::Booking, times));
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

    #[test]
    fn what_began_under_the_fault_or_was_refused_says_nothing_about_recovery() {
        let told = [
            told(Op::Booking, End::Unknown, 10),
            told(Op::Booking, End::Refused, 12),
        ];
        assert_eq!(after(&told), Recovery::NotSeen);
    }
}
