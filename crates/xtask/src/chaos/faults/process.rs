//! Processes that die, and one that comes back from the dead.

use crate::chaos::stack::{Role, Stack};

/// Faults of our own processes. What was killed is started again by the supervisor, as a platform would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    WorkerKilled,
    ApiKilled,
    MonitorKilled,
    /// Frozen until its jobs have been taken over, then let go on as if nothing had happened.
    WorkerZombie,
}

impl Process {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WorkerKilled => "worker-killed",
            Self::ApiKilled => "api-killed",
            Self::MonitorKilled => "monitor-killed",
            Self::WorkerZombie => "worker-zombie",
        }
    }

    pub(super) fn lasts_ms(self) -> (u64, u64) {
        match self {
            // Longer than the reclaim time of the stack (settings in `stack`).
            Self::WorkerZombie => (14_500, 16_000),
            _ => (2_000, 3_000),
        }
    }

    fn role(self) -> Role {
        match self {
            Self::WorkerKilled | Self::WorkerZombie => Role::Worker,
            Self::ApiKilled => Role::Api,
            Self::MonitorKilled => Role::Monitor,
        }
    }

    pub(super) async fn inject(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        let member = stack.fleet.member(self.role(), pick)?;
        match self {
            Self::WorkerZombie => member.freeze().await,
            _ => member.kill().await,
        }
    }

    pub(super) async fn heal(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        match self {
            Self::WorkerZombie => stack.fleet.member(self.role(), pick)?.thaw().await,
            _ => Ok(()),
        }
    }
}
