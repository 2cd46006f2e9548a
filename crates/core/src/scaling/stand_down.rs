//! When nothing may be changed, whatever the work.

use serde::{Deserialize, Serialize};

use super::Moment;

/// Why nothing may be changed. A change now would fail, undo someone else's, or hide what a person should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum StandDown {
    /// A deployment is pending or runs, ours or someone else's.
    DeploymentRunning,
    /// The app is pinned after a rollback: deployments are refused until someone commits or reverts it.
    Pinned,
    /// The app is archived.
    Archived,
    /// The app is in maintenance.
    Maintenance,
    /// The app is in an error state.
    AppInError,
    /// The deploy pipeline holds its lock.
    DeployLocked,
    /// The specification has `autoscaling`: the platform itself changes the number.
    NativeAutoscaling,
    /// The size of the instances allows only one of them.
    SingleInstanceSize,
    /// Operations have paused scaling.
    Paused,
    /// The circuit to the insurer is open: more workers would only wait for it too.
    CircuitOpen,
    /// The platform does not accept the token (401, 403).
    Unauthorized,
    /// The platform does not answer, or asks for patience.
    PlatformUnreachable,
    /// A deployment failed lately.
    HeldAfterFailure {
        /// Until when.
        until: Moment,
    },
    /// Several deployments failed in a row: off until a person acts ([`History::forgive`](super::History::forgive)).
    OffAfterFailures {
        /// How many.
        failures: u32,
    },
}
