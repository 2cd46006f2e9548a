//! Redis, which may be lost at any time.

use crate::chaos::stack::Stack;

/// Faults of the server that carries the streams and the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redis {
    /// Killed, and started again with nothing in it.
    Emptied,
    /// Not reachable, its data kept: a network that is down.
    Away,
    /// Frozen: connections stay open, nothing is answered.
    Paused,
    /// A replica whose master is gone, as in a fail-over: it can be read, not written.
    ReadOnly,
    OutOfMemory,
    /// The append-only file cannot grow.
    DiskFull,
}

impl Redis {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Emptied => "redis-emptied",
            Self::Away => "redis-away",
            Self::Paused => "redis-paused",
            Self::ReadOnly => "redis-read-only",
            Self::OutOfMemory => "redis-out-of-memory",
            Self::DiskFull => "redis-disk-full",
        }
    }

    pub(super) fn lasts_ms(self) -> (u64, u64) {
        match self {
            Self::Emptied => (1_000, 4_000),
            _ => (3_000, 7_000),
        }
    }

    pub(super) async fn inject(self, stack: &Stack) -> anyhow::Result<()> {
        let mut redis = stack.redis.lock().await;
        match self {
            Self::Emptied => redis.kill().await,
            Self::Away => Ok(stack.redis_proxy.down().await?),
            Self::Paused => redis.freeze(),
            // Nothing listens at port 1.
            Self::ReadOnly => redis.command("REPLICAOF 127.0.0.1 1").await.map(drop),
            Self::OutOfMemory => redis.command("CONFIG SET maxmemory 1mb").await.map(drop),
            Self::DiskFull => redis.fill_disk().await,
        }
    }

    pub(super) async fn heal(self, stack: &Stack) -> anyhow::Result<()> {
        let mut redis = stack.redis.lock().await;
        match self {
            Self::Emptied => redis.start().await,
            Self::Away => Ok(stack.redis_proxy.pass().await?),
            Self::Paused => redis.thaw(),
            Self::ReadOnly => redis.command("REPLICAOF NO ONE").await.map(drop),
            Self::OutOfMemory => redis.command("CONFIG SET maxmemory 0").await.map(drop),
            Self::DiskFull => redis.empty_disk().await,
        }
    }
}
