//! The most workers that were needed lately.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::scaling::Moment;

/// The longest time that is remembered, in milliseconds.
const KEPT: u64 = 3_600_000;

/// A pause in knowledge that is longer than this ends what is known: nobody can say what was needed in it.
const LONGEST_PAUSE: u64 = 60_000;

/// Needs that no later one has reached: the greatest of any time until now is the first in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Needs {
    /// Since when needs are known without a pause.
    since: Option<Moment>,
    /// When a need was last noted.
    last: Option<Moment>,
    falling: VecDeque<(Moment, u32)>,
}

impl Needs {
    pub(super) fn note(&mut self, now: Moment, need: u32) {
        if self.last.is_none_or(|last| now.since(last) > LONGEST_PAUSE) {
            self.since = Some(now);
            self.falling.clear();
        }
        self.last = Some(now);
        while self.falling.back().is_some_and(|(_, earlier)| *earlier <= need) {
            self.falling.pop_back();
        }
        self.falling.push_back((now, need));
        while self.falling.front().is_some_and(|(at, _)| now.since(*at) > KEPT) {
            self.falling.pop_front();
        }
    }

    /// The greatest need of the last `window` milliseconds; `None` where not all of them are known.
    pub(super) fn greatest(&self, now: Moment, window: u64) -> Option<u32> {
        let is_known = now.since(self.since?) >= window && now.since(self.last?) <= LONGEST_PAUSE;
        let within = |(at, _): &&(Moment, u32)| now.since(*at) <= window;
        let greatest = self.falling.iter().find(within)?;
        is_known.then_some(greatest.1)
    }
}
