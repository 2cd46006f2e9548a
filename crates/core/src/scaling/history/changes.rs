//! Changes that were made, and what became of them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::scaling::{Guards, Moment};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Changes kept: more than any budget allows in a day.
const KEPT: usize = 64;

/// Changes of which the time is measured: enough for a percentile, few enough to follow a platform that changes.
const MEASURED: usize = 20;

/// Measured changes from which on they are believed rather than the assumption.
const BELIEVED_FROM: usize = 5;

/// How long a change without a result is taken for running. After that the platform's own word counts alone.
const GIVEN_UP_AFTER: u64 = HOUR;

/// One change of the number of workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The platform's name for it: the id of the deployment.
    pub id: String,
    /// When it was asked for.
    pub at: Moment,
    /// Workers before.
    pub from: u32,
    /// Workers after, if it succeeds.
    pub to: u32,
    /// When it ended.
    #[serde(default)]
    pub ended: Option<Moment>,
    /// What became of it; `None` while it runs.
    #[serde(default)]
    pub result: Option<ChangeResult>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeResult {
    /// The workers are there.
    Applied,
    /// It failed; the number is as before.
    Failed,
    /// Someone else's deployment took its place.
    Superseded,
}

/// The changes of the last day, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Changes {
    made: VecDeque<Change>,
    /// How long each of the last applied changes took, in milliseconds, oldest first.
    took_ms: VecDeque<u64>,
    /// Failures since the last success, or since a person acted.
    failures: u32,
    /// When the last failure ended.
    failed: Option<Moment>,
}

/// Oldest first.
impl FromIterator<Change> for Changes {
    fn from_iter<T: IntoIterator<Item = Change>>(made: T) -> Self {
        let mut changes = Self::default();
        for change in made {
            let (id, end) = (change.id.clone(), change.ended.zip(change.result));
            changes.begin(Change {
                ended: None,
                result: None,
                ..change
            });
            if let Some((at, result)) = end {
                changes.end(&id, at, result);
            }
        }
        changes
    }
}

impl Changes {
    pub(super) fn begin(&mut self, change: Change) {
        self.made.push_back(change);
        while self.made.len() > KEPT {
            self.made.pop_front();
        }
    }

    pub(super) fn end(&mut self, id: &str, at: Moment, result: ChangeResult) {
        let mut running = self.made.iter_mut().rev();
        let Some(change) = running.find(|change| change.id == id && change.result.is_none()) else {
            return;
        };
        change.ended = Some(at);
        change.result = Some(result);
        match result {
            ChangeResult::Applied => {
                self.took_ms.push_back(at.since(change.at));
                if self.took_ms.len() > MEASURED {
                    self.took_ms.pop_front();
                }
                self.failures = 0;
            }
            ChangeResult::Failed => {
                self.failures = self.failures.saturating_add(1);
                self.failed = Some(at);
            }
            ChangeResult::Superseded => {}
        }
    }

    pub(super) fn forgive(&mut self) {
        self.failures = 0;
        self.failed = None;
    }

    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }

    /// When the last failure ended, unless a change has succeeded since.
    pub(super) fn failed(&self) -> Option<Moment> {
        self.failed.filter(|_| self.failures > 0)
    }

    /// The change that runs, if one does.
    pub(super) fn running(&self, now: Moment) -> Option<&Change> {
        let last = self.made.back()?;
        (last.result.is_none() && now.since(last.at) < GIVEN_UP_AFTER).then_some(last)
    }

    /// When the last change ended, or began if it has not.
    pub(super) fn last(&self) -> Option<Moment> {
        let last = self.made.back()?;
        Some(last.ended.unwrap_or(last.at))
    }

    /// Changes begun in the last hour and in the last day.
    pub(super) fn count(&self, now: Moment) -> (u32, u32) {
        let within = |ms| {
            let made = self.made.iter().filter(|change| now.since(change.at) < ms);
            u32::try_from(made.count()).unwrap_or(u32::MAX)
        };
        (within(HOUR), within(DAY))
    }

    /// The 90th percentile of what changes took, by nearest rank; what is assumed while few were measured, or more.
    pub(super) fn expected_ms(&self, guards: &Guards) -> u64 {
        let mut took: Vec<_> = self.took_ms.iter().copied().collect();
        took.sort_unstable();
        let rank = (took.len() * 9).div_ceil(10);
        let measured = rank.checked_sub(1).and_then(|index| took.get(index)).copied();
        match measured {
            Some(measured) if took.len() >= BELIEVED_FROM => measured,
            Some(measured) => measured.max(guards.assumed_change_ms),
            None => guards.assumed_change_ms,
        }
    }
}
