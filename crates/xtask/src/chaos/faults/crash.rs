//! Named places in the worker at which it crashes on purpose, once, while it buys.

use crate::chaos::stack::{Doom, Role, Stack};

/// The variable that the worker reads; see its module `crash_point`.
const VARIABLE: &str = "LOADSURE_CRASH_AT";

/// A place between two steps of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// The attempt is journalled, nothing is sent.
    JournalCall,
    /// The insurer has answered, nothing is committed.
    CallCommit,
    /// The result is committed, nobody is told.
    CommitReply,
    /// The result is committed, the entry is still pending.
    CommitAck,
}

impl Point {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::JournalCall => "crash-journal-call",
            Self::CallCommit => "crash-call-commit",
            Self::CommitReply => "crash-commit-reply",
            Self::CommitAck => "crash-commit-ack",
        }
    }

    /// The value of the variable.
    fn value(self) -> &'static str {
        self.name().trim_start_matches("crash-")
    }

    pub(super) async fn inject(self, stack: &Stack, pick: u64) -> anyhow::Result<()> {
        let member = stack.fleet.member(Role::Worker, pick)?;
        member
            .restart_with(&[(VARIABLE, self.value())], Some(Doom::Abort))
            .await
    }

    pub(super) async fn has_struck(self, stack: &Stack, pick: u64) -> anyhow::Result<bool> {
        Ok(!stack.fleet.member(Role::Worker, pick)?.is_altered().await)
    }

    /// Tells whether it came to that place; then it runs again without the variable.
    pub(super) async fn heal(self, stack: &Stack, pick: u64) -> anyhow::Result<bool> {
        let waits = stack.fleet.member(Role::Worker, pick)?.plain_again().await?;
        Ok(!waits)
    }
}
