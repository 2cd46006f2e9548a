//! What can go wrong on one machine, one file per family.

mod clock;
mod crash;
mod insurer;
mod postgres;
mod process;
mod redis;

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;

pub(crate) use clock::Clock;
pub(crate) use crash::Point;
pub(crate) use insurer::Insurer;
pub(crate) use postgres::Postgres;
pub(crate) use process::Process;
pub(crate) use redis::Redis;

use super::stack::Stack;

/// A fault that can be injected and healed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Process(Process),
    Crash(Point),
    Clock(Clock),
    Redis(Redis),
    Postgres(Postgres),
    Insurer(Insurer),
}

/// Faults of one family work on the same thing, and never at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Processes,
    Redis,
    Postgres,
    Insurer,
}

impl Fault {
    /// Every fault.
    pub(crate) const ALL: &[Self] = &[
        Self::Process(Process::WorkerKilled),
        Self::Process(Process::ApiKilled),
        Self::Process(Process::MonitorKilled),
        Self::Process(Process::WorkerZombie),
        Self::Crash(Point::JournalCall),
        Self::Crash(Point::CallCommit),
        Self::Crash(Point::CommitReply),
        Self::Crash(Point::CommitAck),
        Self::Clock(Clock::Ahead),
        Self::Clock(Clock::Behind),
        Self::Redis(Redis::Emptied),
        Self::Redis(Redis::Away),
        Self::Redis(Redis::Paused),
        Self::Redis(Redis::ReadOnly),
        Self::Redis(Redis::OutOfMemory),
        Self::Redis(Redis::DiskFull),
        Self::Postgres(Postgres::Crashed),
        Self::Postgres(Postgres::Cut),
        Self::Postgres(Postgres::Away),
        Self::Postgres(Postgres::Slow),
        Self::Postgres(Postgres::Hung),
        Self::Insurer(Insurer::Slow),
        Self::Insurer(Insurer::Hangs),
        Self::Insurer(Insurer::HangsAfter),
        Self::Insurer(Insurer::ResetBefore),
        Self::Insurer(Insurer::ResetAfter),
        Self::Insurer(Insurer::Truncated),
        Self::Insurer(Insurer::TooMany),
        Self::Insurer(Insurer::Unavailable),
        Self::Insurer(Insurer::Html),
        Self::Insurer(Insurer::OkWithErrors),
        Self::Insurer(Insurer::Away),
    ];

    /// The faults of a short run: one of each way in which the books could come apart.
    pub(crate) const TELLING: &[Self] = &[
        Self::Process(Process::WorkerKilled),
        Self::Process(Process::ApiKilled),
        Self::Process(Process::WorkerZombie),
        Self::Crash(Point::JournalCall),
        Self::Crash(Point::CallCommit),
        Self::Crash(Point::CommitReply),
        Self::Crash(Point::CommitAck),
        Self::Redis(Redis::Emptied),
        Self::Redis(Redis::ReadOnly),
        Self::Postgres(Postgres::Crashed),
        Self::Insurer(Insurer::ResetAfter),
        Self::Insurer(Insurer::TooMany),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Process(fault) => fault.name(),
            Self::Crash(point) => point.name(),
            Self::Clock(fault) => fault.name(),
            Self::Redis(fault) => fault.name(),
            Self::Postgres(fault) => fault.name(),
            Self::Insurer(fault) => fault.name(),
        }
    }

    pub(crate) fn family(self) -> Family {
        match self {
            Self::Process(_) | Self::Crash(_) | Self::Clock(_) => Family::Processes,
            Self::Redis(_) => Family::Redis,
            Self::Postgres(_) => Family::Postgres,
            Self::Insurer(_) => Family::Insurer,
        }
    }

    /// The least and the most time from the injection to the healing.
    pub(crate) fn lasts(self) -> (Duration, Duration) {
        let (least, most) = match self {
            Self::Process(fault) => fault.lasts_ms(),
            // It ends when a worker comes by; this leaves the supervisor time to start it again.
            Self::Crash(_) => (2_500, 3_500),
            Self::Clock(_) => (6_000, 9_000),
            Self::Redis(fault) => fault.lasts_ms(),
            Self::Postgres(fault) => fault.lasts_ms(),
            Self::Insurer(_) => (4_000, 7_000),
        };
        (Duration::from_millis(least), Duration::from_millis(most))
    }

    /// Why it cannot be arranged on this machine.
    pub(crate) fn missing(self) -> Option<&'static str> {
        match self {
            Self::Clock(_) => clock::missing(),
            _ => None,
        }
    }

    /// Makes it so. `pick` chooses the victim among several.
    pub(crate) async fn inject(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        let injected = match self {
            Self::Process(fault) => fault.inject(stack, pick).await,
            Self::Crash(point) => point.inject(stack, pick).await,
            Self::Clock(fault) => fault.inject(stack, pick).await,
            Self::Redis(fault) => fault.inject(stack).await,
            Self::Postgres(fault) => fault.inject(stack).await,
            Self::Insurer(fault) => fault.inject(stack, pick).await,
        };
        injected.with_context(|| format!("cannot inject {self}"))
    }

    /// Whether it has had its effect. A crash point has none before a worker comes by; the others have it at once.
    pub(crate) async fn has_struck(self, stack: &Stack, pick: u64) -> anyhow::Result<bool> {
        match self {
            Self::Crash(point) => point.has_struck(stack, pick).await,
            _ => Ok(true),
        }
    }

    /// Puts it right again. Tells whether it struck: a crash point may not have been reached.
    pub(crate) async fn heal(self, stack: &Stack, pick: u64) -> anyhow::Result<bool> {
        let mut struck = true;
        let healed = match self {
            Self::Process(fault) => fault.heal(stack, pick).await,
            Self::Crash(point) => point.heal(stack, pick).await.map(|hit| struck = hit),
            Self::Clock(fault) => fault.heal(stack, pick).await,
            Self::Redis(fault) => fault.heal(stack).await,
            Self::Postgres(fault) => fault.heal(stack).await,
            Self::Insurer(fault) => fault.heal(stack).await,
        };
        healed.with_context(|| format!("cannot heal {self}"))?;
        Ok(struck)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || {
            Self::ALL
                .iter()
                .map(|fault| fault.name())
                .collect::<Vec<_>>()
                .join(", ")
        };
        Self::ALL
            .iter()
            .copied()
            .find(|fault| fault.name() == text)
            .ok_or_else(|| format!("no such fault; there are {}", names()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_fault_is_found_by_its_own_name() {
        let names: HashSet<_> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(*fault));
        }
        assert!("worker".parse::<Fault>().unwrap_err().contains("worker-killed"));
    }
}
