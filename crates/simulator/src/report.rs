//! What came of a run.

use crate::time::{MINUTE, SECOND, float, seconds};

/// How long a job may wait, in milliseconds.
pub(crate) const TARGET: u64 = 120 * SECOND;

/// What came of one run, or of several with the same trace and policy.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Jobs.
    pub jobs: u64,
    /// Jobs that waited longer than the target of 120 s.
    pub missed: u64,
    /// The longest wait in milliseconds.
    pub max_wait_ms: u64,
    /// Deployments that were asked for.
    pub deployments: u64,
    /// Changes in the direction opposite to the one before.
    pub reversals: u64,
    /// Requests for fewer workers while jobs waited, or while what was seen was wrong.
    pub careless: u64,
    /// Milliseconds of all workers together.
    pub worker_ms: u64,
    /// The length of the traces in milliseconds.
    pub length_ms: u64,
    /// Waits by whole seconds.
    waits: Vec<u64>,
    /// The first run, minute by minute.
    pub minutes: Vec<Minute>,
}

/// One minute of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Minute {
    /// Jobs that arrived.
    pub arrivals: u64,
    /// Jobs that no worker had taken at its end.
    pub backlog: u64,
    /// The longest wait of a job that was taken in it, in milliseconds.
    pub wait_ms: u64,
    /// Workers that took work at its end.
    pub workers: u32,
}

impl Report {
    pub(crate) fn waited(&mut self, ms: u64) {
        self.jobs += 1;
        self.missed += u64::from(ms > TARGET);
        self.max_wait_ms = self.max_wait_ms.max(ms);
        let second = usize::try_from(ms / SECOND).unwrap_or(usize::MAX);
        if self.waits.len() <= second {
            self.waits.resize(second + 1, 0);
        }
        self.waits[second] += 1;
    }

    /// The minute of a time.
    pub(crate) fn minute(&mut self, now: u64) -> &mut Minute {
        let index = usize::try_from(now / MINUTE).unwrap_or(usize::MAX);
        if self.minutes.len() <= index {
            self.minutes.resize(index + 1, Minute::default());
        }
        &mut self.minutes[index]
    }

    /// Adds another run; minutes stay those of the first.
    pub(crate) fn add(&mut self, other: &Self) {
        self.jobs += other.jobs;
        self.missed += other.missed;
        self.max_wait_ms = self.max_wait_ms.max(other.max_wait_ms);
        self.deployments += other.deployments;
        self.reversals += other.reversals;
        self.careless += other.careless;
        self.worker_ms += other.worker_ms;
        self.length_ms += other.length_ms;
        self.waits.resize(self.waits.len().max(other.waits.len()), 0);
        for (sum, more) in self.waits.iter_mut().zip(&other.waits) {
            *sum += more;
        }
        if self.minutes.is_empty() {
            self.minutes.clone_from(&other.minutes);
        }
    }

    /// The part of jobs that waited longer than the target, in per cent.
    #[must_use]
    pub fn missed_percent(&self) -> f64 {
        100.0 * float(self.missed) / float(self.jobs.max(1))
    }

    /// The wait in seconds that 95 % of jobs do not exceed.
    #[must_use]
    pub fn p95_wait_s(&self) -> u64 {
        let rank = (self.jobs * 95).div_ceil(100);
        let mut seen = 0;
        let within = |count: &u64| {
            seen += count;
            seen >= rank
        };
        let second = self.waits.iter().position(within).unwrap_or(0);
        u64::try_from(second).unwrap_or(u64::MAX)
    }

    /// Deployments per hour.
    #[must_use]
    pub fn deployments_per_hour(&self) -> f64 {
        float(self.deployments) / self.hours().max(1.0 / 3_600.0)
    }

    /// Hours of all workers together, draining ones included.
    #[must_use]
    pub fn worker_hours(&self) -> f64 {
        seconds(self.worker_ms) / 3_600.0
    }

    /// Hours of the traces.
    #[must_use]
    pub fn hours(&self) -> f64 {
        seconds(self.length_ms) / 3_600.0
    }
}
