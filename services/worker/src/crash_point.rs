//! Places between two steps of a purchase at which the worker crashes on purpose, to show that nothing is lost
//! there. `cargo xtask chaos` builds with the feature `crash-points`; in every other build, and in every optimised
//! one, this is nothing.

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    /// The attempt is journalled, nothing is sent.
    JournalCall,
    /// The insurer has answered, nothing is committed.
    CallCommit,
    /// The result is committed, and nobody is told yet.
    CommitReply,
    /// What is to be told is known, and the entry is not acknowledged yet.
    CommitAck,
}

impl CrashPoint {
    /// Ends the process as a crash would, if `LOADSURE_CRASH_AT` names this place and this is a development machine.
    #[cfg(all(feature = "crash-points", debug_assertions))]
    pub(crate) fn reached(self) {
        let is = |name, value| std::env::var(name).is_ok_and(|found| found == value);
        if is("APP_ENV", "development") && is("LOADSURE_CRASH_AT", self.name()) {
            tracing::warn!(at = self.name(), "crashing on purpose");
            std::process::abort();
        }
    }

    /// Nothing happens here.
    #[cfg(not(all(feature = "crash-points", debug_assertions)))]
    pub(crate) const fn reached(self) {}

    #[cfg(all(feature = "crash-points", debug_assertions))]
    const fn name(self) -> &'static str {
        match self {
            Self::JournalCall => "journal-call",
            Self::CallCommit => "call-commit",
            Self::CommitReply => "commit-reply",
            Self::CommitAck => "commit-ack",
        }
    }
}
