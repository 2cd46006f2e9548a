//! A platform on which each change of the number of workers is a deployment.

use loadsure_core::scaling::ChangeResult;

use crate::fault::Fault;
use crate::random::{Random, Stream};
use crate::time::ms;

/// Median time of a deployment in seconds, and the spread of its logarithm: the 90th percentile is twice the median.
const MEDIAN: f64 = 150.0;
const SIGMA: f64 = 0.540_85;

/// The part of deployments that fail.
const FAILING: f64 = 0.02;

/// The same under [`Fault::Deployments`].
const FAILING_OFTEN: f64 = 0.4;

/// Mean time between deployments of someone else, in seconds, under [`Fault::Superseded`].
const FOREIGN_EVERY: f64 = 3_600.0;

/// The number of workers that was asked for, and the deployment that brings it.
#[derive(Debug)]
pub(crate) struct Platform {
    /// The number in the live specification.
    pub(crate) wanted: u32,
    /// The number that the last deployment has brought.
    active: u32,
    running: Option<Deployment>,
    /// The latest request that came while one ran.
    waiting: Option<u32>,
    random: Random,
    foreign: Random,
    failing: f64,
    next: u64,
}

#[derive(Debug, Clone, Copy)]
struct Deployment {
    id: u64,
    is_ours: bool,
    fails: bool,
}

/// A deployment that has begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    pub(crate) id: u64,
    pub(crate) takes: u64,
    /// One of ours that this one has taken the place of.
    pub(crate) superseded: Option<u64>,
}

/// A deployment that has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// [`None`] for someone else's.
    pub(crate) ours: Option<(u64, ChangeResult)>,
    /// The number of workers that all are replaced by, unless it has failed.
    pub(crate) workers: Option<u32>,
    /// The request that has waited.
    pub(crate) waiting: Option<u32>,
}

impl Platform {
    pub(crate) fn new(workers: u32, seed: u64, fault: Option<Fault>) -> Self {
        let failing = match fault {
            Some(Fault::Deployments) => FAILING_OFTEN,
            _ => FAILING,
        };
        Self {
            wanted: workers,
            active: workers,
            running: None,
            waiting: None,
            random: Random::new(seed, Stream::Deployments),
            foreign: Random::new(seed, Stream::Faults),
            failing,
            next: 0,
        }
    }

    pub(crate) const fn is_deploying(&self) -> bool {
        self.running.is_some()
    }

    /// Asks for a number of workers. One deployment runs at a time; the latest request waits.
    pub(crate) fn ask(&mut self, workers: u32) -> Option<Begun> {
        self.wanted = workers;
        if self.running.is_some() {
            self.waiting = Some(workers);
            return None;
        }
        Some(self.begin(true))
    }

    /// Someone else deploys. The live specification is built, so a count of ours that is being deployed comes with it.
    pub(crate) fn deploy_foreign(&mut self) -> Begun {
        let superseded = self
            .running
            .filter(|running| running.is_ours)
            .map(|running| running.id);
        Begun {
            superseded,
            ..self.begin(false)
        }
    }

    /// Milliseconds until someone else deploys again.
    pub(crate) fn next_foreign(&mut self) -> u64 {
        ms(self.foreign.gap() * FOREIGN_EVERY)
    }

    /// A deployment has had its time; nothing if another has taken its place.
    pub(crate) fn end(&mut self, id: u64) -> Option<Ended> {
        let deployment = self.running.filter(|running| running.id == id)?;
        self.running = None;
        let waiting = self.waiting.take();
        if deployment.fails {
            self.wanted = waiting.unwrap_or(self.active);
        } else {
            self.active = self.wanted;
        }
        let result = if deployment.fails {
            ChangeResult::Failed
        } else {
            ChangeResult::Applied
        };
        Some(Ended {
            ours: deployment.is_ours.then_some((id, result)),
            workers: (!deployment.fails).then_some(self.active),
            waiting,
        })
    }

    fn begin(&mut self, is_ours: bool) -> Begun {
        let takes = ms(self.random.log_normal(MEDIAN, SIGMA));
        let fails = self.random.fraction() < self.failing;
        let id = self.next;
        self.next += 1;
        self.running = Some(Deployment { id, is_ours, fails });
        Begun {
            id,
            takes,
            superseded: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_deployment_runs_and_the_latest_request_waits() {
        let mut platform = Platform::new(1, 1, None);
        let begun = platform.ask(2).unwrap();
        assert!(platform.is_deploying());
        assert!(platform.ask(3).is_none() && platform.ask(4).is_none());
        let ended = platform.end(begun.id).unwrap();
        assert_eq!(ended.waiting, Some(4));
        assert!(!platform.is_deploying());
        assert!(platform.end(begun.id).is_none(), "it ends once");
    }

    #[test]
    fn someone_elses_deployment_takes_the_place_of_ours_and_brings_its_count() {
        let mut platform = Platform::new(1, 1, None);
        let ours = platform.ask(3).unwrap();
        let theirs = platform.deploy_foreign();
        assert_eq!(theirs.superseded, Some(ours.id));
        assert!(platform.end(ours.id).is_none());
        let ended = platform.end(theirs.id).unwrap();
        assert!(ended.ours.is_none());
        assert_eq!(ended.workers, Some(3));
    }

    #[test]
    fn a_deployment_takes_its_time_and_may_fail() {
        let deploy = |fault| {
            let mut platform = Platform::new(1, 1, fault);
            let times = (0..2_000).map(|_| {
                let begun = platform.ask(2).unwrap();
                let ended = platform.end(begun.id).unwrap();
                assert_eq!(platform.wanted, ended.workers.unwrap_or(platform.active));
                (begun.takes, ended.workers.is_none())
            });
            let mut times: Vec<_> = times.collect();
            times.sort_unstable();
            let failed = times.iter().filter(|(_, failed)| *failed).count();
            (times[1_000].0 / 1_000, times[1_800].0 / 1_000, failed)
        };
        let (median, high, failed) = deploy(None);
        assert!(
            (140..160).contains(&median) && (280..320).contains(&high),
            "{median} {high}"
        );
        assert!((20..65).contains(&failed), "{failed}");
        assert!((700..900).contains(&deploy(Some(Fault::Deployments)).2));
    }
}
