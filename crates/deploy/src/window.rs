//! The first minutes of a release with its traffic: it is watched from outside, as a customer sees it, and by what the
//! database says of jobs and purchases.

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_store::Vitals;
use tokio::time::{Instant, sleep};

use crate::lock::{DeployLock, LockError};
use crate::release::{Baseline, Release};
use crate::smoke::{Api, Smoke, SmokeError};

/// What is asked, in turn: that the instance is ready, and something that goes through cache and database.
const PROBES: [&str; 2] = ["/health/ready", "/api/support-data/commodities"];

/// Fewest probes by which a share of errors can be told.
const FEWEST: usize = 10;

/// What a release may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it is watched.
    pub length: Duration,
    /// The pause between two probes.
    pub pause: Duration,
    /// The largest share of probes that fail, in percent.
    pub errors_percent: u32,
    /// The 95th percentile of the probes' time.
    pub latency: Duration,
    /// How many more jobs may be given up.
    pub dead: u64,
    /// How many more purchases may have an unknown outcome.
    pub unknown: u64,
}

impl Default for Limits {
    /// Ten minutes. A purchase whose outcome is unknown is one too many: a person has to settle it.
    fn default() -> Self {
        Self {
            length: Duration::from_secs(600),
            pause: Duration::from_secs(2),
            errors_percent: 2,
            latency: Duration::from_secs(2),
            dead: 0,
            unknown: 0,
        }
    }
}

/// What was seen so far.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// How long each probe took that succeeded.
    pub times: Vec<Duration>,
    /// How many probes failed.
    pub failures: usize,
    /// The numbers before.
    pub before: Baseline,
    /// The numbers now.
    pub now: Vitals,
}

/// What is wrong with a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Verdict {
    /// Too many probes fail.
    #[error("{failures} of {probes} probes failed")]
    Errors {
        /// How many failed.
        failures: usize,
        /// Of how many.
        probes: usize,
    },
    /// It answers too slowly.
    #[error("the slowest twentieth of probes took {0:?} or longer")]
    Latency(Duration),
    /// Jobs are given up.
    #[error("{0} more jobs were given up")]
    Dead(u64),
    /// Purchases have unknown outcomes.
    #[error("{0} more purchases have an unknown outcome")]
    Unknown(u64),
}

/// Why a release does not stay.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// Another deployment took the lock.
    #[error("not watched")]
    Lock(#[from] LockError),
    /// The release was not put into force.
    #[error("the release was not put into force")]
    NotApplied,
    /// It is bad.
    #[error("the release is bad")]
    Bad(#[from] Verdict),
    /// It cannot be watched, so it cannot be called good.
    #[error("the release cannot be watched")]
    Store(#[from] Fault),
    /// It cannot be probed.
    #[error("the release cannot be probed")]
    Probe(#[from] SmokeError),
}

/// Judges what was seen. Money comes first.
///
/// # Errors
/// When a limit is passed.
pub fn judge(reading: &Reading, limits: &Limits) -> Result<(), Verdict> {
    let more = |now: u64, before: u64| now.saturating_sub(before);
    let unknown = more(reading.now.unknown, reading.before.unknown);
    if unknown > limits.unknown {
        return Err(Verdict::Unknown(unknown));
    }
    let dead = more(reading.now.dead, reading.before.dead);
    if dead > limits.dead {
        return Err(Verdict::Dead(dead));
    }
    let (failures, probes) = (reading.failures, reading.failures + reading.times.len());
    if probes < FEWEST {
        return Ok(());
    }
    let allowed = usize::try_from(limits.errors_percent).unwrap_or(usize::MAX);
    if failures.saturating_mul(100) > probes.saturating_mul(allowed) {
        return Err(Verdict::Errors { failures, probes });
    }
    match percentile_95(&reading.times) {
        Some(time) if time > limits.latency => Err(Verdict::Latency(time)),
        _ => Ok(()),
    }
}

fn percentile_95(times: &[Duration]) -> Option<Duration> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * 95).div_ceil(100).checked_sub(1)?;
    sorted.get(rank).copied()
}

/// Watches a release for as long as the limits say, and ends at once when one is passed.
///
/// # Errors
/// When a limit was passed, or nobody could tell.
pub async fn observe(
    lock: &DeployLock,
    smoke: &Smoke,
    release: &Release,
    limits: &Limits,
) -> Result<Reading, WindowError> {
    let api = Api::new(smoke)?;
    let mut reading = Reading {
        before: release.baseline.ok_or(WindowError::NotApplied)?,
        ..Reading::default()
    };
    let end = Instant::now() + limits.length;
    for path in PROBES.into_iter().cycle() {
        lock.hold().await?;
        let asked = Instant::now();
        match api.get("probe", path).await {
            Ok(_) => reading.times.push(asked.elapsed()),
            Err(_) => reading.failures += 1,
        }
        reading.now = lock.store().vitals().await?;
        judge(&reading, limits)?;
        if Instant::now() >= end && reading.failures + reading.times.len() >= FEWEST {
            break;
        }
        sleep(limits.pause).await;
    }
    Ok(reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(failures: usize, millis: &[u64]) -> Reading {
        Reading {
            times: millis.iter().copied().map(Duration::from_millis).collect(),
            failures,
            ..Reading::default()
        }
    }

    #[test]
    fn each_limit_is_a_verdict() {
        let limits = Limits::default();
        assert_eq!(judge(&reading(0, &[5; 100]), &limits), Ok(()));
        assert_eq!(judge(&reading(2, &[5; 98]), &limits), Ok(()));
        let verdict = Verdict::Errors {
            failures: 3,
            probes: 100,
        };
        assert_eq!(judge(&reading(3, &[5; 97]), &limits), Err(verdict));
        let mut slow = vec![5; 94];
        slow.extend([2001; 6]);
        let latency = Err(Verdict::Latency(Duration::from_millis(2001)));
        assert_eq!(judge(&reading(0, &slow), &limits), latency);
        slow.splice(..2, []);
        slow.extend([5; 30]);
        assert_eq!(judge(&reading(0, &slow), &limits), Ok(()));
        let mut bad = reading(0, &[5; 100]);
        bad.now.dead = 1;
        assert_eq!(judge(&bad, &limits), Err(Verdict::Dead(1)));
        bad.now.unknown = 2;
        assert_eq!(judge(&bad, &limits), Err(Verdict::Unknown(2)));
        bad.before = Baseline {
            dead: bad.now.dead,
            unknown: bad.now.unknown,
        };
        assert_eq!(
            judge(&bad, &limits),
            Ok(()),
            "what was so before is not the release's"
        );
    }

    #[test]
    fn one_lost_packet_at_the_beginning_is_no_share() {
        assert_eq!(judge(&reading(1, &[]), &Limits::default()), Ok(()));
        assert!(judge(&reading(10, &[]), &Limits::default()).is_err());
    }
}
