//! How a program ends.

use loadsure_config::EXIT_CODE;

/// Why the program ended, as the platform is told by the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It did what it was asked for.
    Done,
    /// It could not start, or not write what it was asked for.
    Failed,
    /// The command line means nothing.
    Usage,
    /// The configuration is wrong.
    Config,
    /// It was told twice to end.
    Forced,
}

impl End {
    /// The exit code: 64 is `EX_USAGE` and 78 is `EX_CONFIG` of `sysexits.h`, 130 is what a shell says of a program
    /// that was interrupted.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 64,
            Self::Config => EXIT_CODE,
            Self::Forced => 130,
        }
    }
}
