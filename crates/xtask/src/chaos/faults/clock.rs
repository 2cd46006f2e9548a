//! Clocks that differ between processes, by libfaketime where it is installed.

use anyhow::Context as _;
use loadsure_testkit::clock;

use crate::chaos::stack::{Role, Stack};

/// A worker and an api whose clock is wrong by two minutes, more than any time-out of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Ahead,
    Behind,
}

/// Why clocks cannot be changed here.
pub(super) fn missing() -> Option<&'static str> {
    clock::wrong_by(0).is_none().then_some(clock::MISSING)
}

impl Clock {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ahead => "clock-ahead",
            Self::Behind => "clock-behind",
        }
    }

    fn seconds(self) -> i32 {
        match self {
            Self::Ahead => 120,
            Self::Behind => -120,
        }
    }

    pub(super) async fn inject(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        let env = clock::wrong_by(self.seconds()).context(clock::MISSING)?;
        let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
        for role in [Role::Worker, Role::Api] {
            stack.fleet.member(role, pick)?.restart_with(&env, None).await?;
        }
        Ok(())
    }

    pub(super) async fn heal(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        for role in [Role::Worker, Role::Api] {
            stack.fleet.member(role, pick)?.plain_again().await?;
        }
        Ok(())
    }
}
