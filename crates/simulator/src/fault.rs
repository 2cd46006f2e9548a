//! What may be wrong with what is seen, and with the platform.

use crate::time::{HOUR, MINUTE};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server does not tell the lag (S1).
    NullLag,
    /// The lag has underflowed (S3).
    HugeLag,
    /// The same look again and again (S9).
    Frozen,
    /// No look at all (S2).
    Missing,
    /// The platform answers with errors.
    Api,
    /// Two of five deployments fail.
    Deployments,
    /// Someone else deploys, about once an hour.
    Superseded,
}

/// Of each hour, the minutes in which what is seen is wrong: a third, and every phase of every trace.
const WRONG: std::ops::Range<u64> = 20..40;

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NullLag,
        Self::HugeLag,
        Self::Frozen,
        Self::Missing,
        Self::Api,
        Self::Deployments,
        Self::Superseded,
    ];

    /// The name in tables and arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NullLag => "null-lag",
            Self::HugeLag => "huge-lag",
            Self::Frozen => "frozen",
            Self::Missing => "missing",
            Self::Api => "api-errors",
            Self::Deployments => "failed-deployments",
            Self::Superseded => "superseded",
        }
    }

    /// The fault of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }

    /// Whether it spoils what is seen, or what the platform answers, at this time.
    pub(crate) fn strikes(self, now: u64) -> bool {
        let is_wrong = WRONG.contains(&(now % HOUR / MINUTE));
        !matches!(self, Self::Deployments | Self::Superseded) && is_wrong
    }

    /// Whether it spoils what is seen of the work.
    pub(crate) fn blinds(self, now: u64) -> bool {
        self != Self::Api && self.strikes(now)
    }
}
