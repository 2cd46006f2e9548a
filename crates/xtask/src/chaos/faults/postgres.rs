//! PostgreSQL, the only truth: it may be away, but it keeps what was committed.

use std::time::Duration;

use crate::chaos::stack::Stack;

/// Added to each piece of data in each direction.
const SLOW: Duration = Duration::from_millis(40);

/// Faults of the database and of the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Postgres {
    /// Ended without writing anything, and recovered from its log.
    Crashed,
    /// All connections are reset; new ones are accepted.
    Cut,
    /// Not reachable.
    Away,
    Slow,
    /// Connections stay open, nothing is answered.
    Hung,
}

impl Postgres {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crashed => "postgres-crashed",
            Self::Cut => "postgres-cut",
            Self::Away => "postgres-away",
            Self::Slow => "postgres-slow",
            Self::Hung => "postgres-hung",
        }
    }

    pub(super) fn lasts_ms(self) -> (u64, u64) {
        match self {
            Self::Cut => (500, 1_000),
            Self::Crashed => (1_000, 3_000),
            _ => (3_000, 6_000),
        }
    }

    pub(super) async fn inject(self, stack: &Stack) -> anyhow::Result<()> {
        match self {
            Self::Crashed => stack.postgres.lock().await.crash().await?,
            Self::Cut => stack.postgres_proxy.cut().await?,
            Self::Away => stack.postgres_proxy.down().await?,
            Self::Slow => stack.postgres_proxy.slow(SLOW),
            Self::Hung => stack.postgres_proxy.pause(),
        }
        Ok(())
    }

    pub(super) async fn heal(self, stack: &Stack) -> anyhow::Result<()> {
        match self {
            Self::Crashed => stack.postgres.lock().await.restart().await?,
            Self::Cut => {}
            Self::Away | Self::Slow | Self::Hung => stack.postgres_proxy.pass().await?,
        }
        Ok(())
    }
}
