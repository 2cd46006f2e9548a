//! What operations ask for.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::{Guards, Predictive, Threshold};

/// Limits, the rule within them, and what keeps it from doing harm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// The fewest and the most workers.
    pub limits: Limits,
    /// How the number is found.
    pub rule: Rule,
    /// The number that a person has set, instead of the rule. Limits and stand-downs still hold.
    #[serde(default)]
    pub pin: Option<u32>,
    /// What a change costs, and how carefully it is made.
    pub guards: Guards,
}

/// How the number of workers is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// By how long jobs will wait.
    Predictive(Predictive),
    /// By the work per worker at this moment.
    Threshold(Threshold),
}

/// The fewest and the most workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Bounds")]
pub struct Limits {
    min: u32,
    max: u32,
}

/// [`Limits`] as they are written.
#[derive(Deserialize)]
struct Bounds {
    min: NonZeroU32,
    max: NonZeroU32,
}

impl From<Bounds> for Limits {
    fn from(bounds: Bounds) -> Self {
        Self::new(bounds.min, bounds.max)
    }
}

impl Limits {
    /// Limits; a maximum below the minimum is raised to it.
    #[must_use]
    pub fn new(min: NonZeroU32, max: NonZeroU32) -> Self {
        Self {
            min: min.get(),
            max: max.max(min).get(),
        }
    }

    /// The fewest.
    #[must_use]
    pub const fn min(&self) -> u32 {
        self.min
    }

    /// The most.
    #[must_use]
    pub const fn max(&self) -> u32 {
        self.max
    }

    /// The same with no number above `ceiling`, but one.
    #[must_use]
    pub fn below(self, ceiling: u32) -> Self {
        let most = ceiling.max(1);
        Self {
            min: self.min.min(most),
            max: self.max.min(most),
        }
    }

    /// The allowed number that is nearest.
    #[must_use]
    pub fn clamp(&self, workers: u32) -> u32 {
        workers.clamp(self.min, self.max)
    }
}

impl Policy {
    /// A rule within limits, with the guards for a platform on which each change is a deployment.
    #[must_use]
    pub fn new(limits: Limits, rule: Rule) -> Self {
        Self {
            limits,
            rule,
            pin: None,
            guards: Guards::default(),
        }
    }
}
