//! States of the platform in which nothing is scaled.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the platform's state forbids a change of the number of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandDown {
    /// A deployment waits or is under way: another would supersede it.
    DeploymentRunning,
    /// A rollback pinned the app; it takes no deployment until it is committed or reverted.
    Pinned,
    /// The app is archived.
    Archived,
    /// The app is in maintenance mode.
    Maintenance,
    /// No deployment serves.
    AppInError,
    /// The platform scales this worker itself, and an `instance_count` beside that is refused.
    NativeAutoscaling,
    /// The worker's size allows one instance only.
    SingleInstanceSize,
}

impl fmt::Display for StandDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DeploymentRunning => "a deployment is pending or running",
            Self::Pinned => "the app is pinned by a rollback",
            Self::Archived => "the app is archived",
            Self::Maintenance => "the app is in maintenance",
            Self::AppInError => "no deployment of the app is active",
            Self::NativeAutoscaling => "the platform scales this worker itself",
            Self::SingleInstanceSize => "the worker's size allows one instance only",
        })
    }
}
