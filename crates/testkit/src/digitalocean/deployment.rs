use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

/// How long a deployment stays in each of its phases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    /// `PENDING_BUILD`, in which it counts as pending.
    pub waits: Duration,
    /// `BUILDING`.
    pub builds: Duration,
    /// `PENDING_DEPLOY`.
    pub waits_again: Duration,
    /// `DEPLOYING`.
    pub deploys: Duration,
}

impl Default for Timeline {
    /// 150 s in all, the median that is assumed of the platform.
    fn default() -> Self {
        Self {
            waits: Duration::from_secs(5),
            builds: Duration::from_secs(40),
            waits_again: Duration::from_secs(5),
            deploys: Duration::from_secs(100),
        }
    }
}

impl Timeline {
    /// The phase after so long, or `None` at the end.
    pub(super) fn phase(&self, mut elapsed: Duration) -> Option<&'static str> {
        let phases = [
            ("PENDING_BUILD", self.waits),
            ("BUILDING", self.builds),
            ("PENDING_DEPLOY", self.waits_again),
            ("DEPLOYING", self.deploys),
        ];
        for (phase, lasts) in phases {
            match elapsed.checked_sub(lasts) {
                None => return Some(phase),
                Some(rest) => elapsed = rest,
            }
        }
        None
    }

    pub(super) fn total(&self) -> Duration {
        self.waits + self.builds + self.waits_again + self.deploys
    }
}

/// How a deployment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// It serves.
    #[default]
    Active,
    /// It fails; what served before goes on serving.
    Error,
    /// Somebody stops it; what served before goes on serving.
    Canceled,
}

impl Ending {
    pub(super) const fn phase(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Error => "ERROR",
            Self::Canceled => "CANCELED",
        }
    }
}

/// A deployment.
#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) id: Uuid,
    pub(super) spec: Value,
    pub(super) cause: &'static str,
    pub(super) created: Duration,
    /// When its phase was last another.
    pub(super) updated: Duration,
    /// When its turn came.
    pub(super) started: Duration,
    pub(super) phase: &'static str,
    pub(super) ending: Ending,
}

impl Deployment {
    pub(super) fn new(spec: Value, cause: &'static str, now: Duration, ending: Ending) -> Self {
        Self {
            id: Uuid::now_v7(),
            spec,
            cause,
            created: now,
            updated: now,
            started: now,
            phase: "PENDING_BUILD",
            ending,
        }
    }

    pub(super) fn enter(&mut self, phase: &'static str, at: Duration) {
        if self.phase != phase {
            self.phase = phase;
            self.updated = at;
        }
    }
}
