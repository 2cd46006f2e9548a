//! How much work nobody has taken.

use serde::{Deserialize, Serialize};

/// How many jobs no worker has taken yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lag {
    /// This many.
    Known(u64),
    /// Nobody can say. Not zero, and not the length of the stream (S1, S2).
    Unknown {
        /// Why.
        why: LagUnknown,
    },
}

/// Why nobody can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LagUnknown {
    /// There is no group, as after a wipe.
    NoGroup,
    /// The server does not say, as after `XDEL`, or what it says cannot be true.
    NotTold,
    /// Entries were counted, and counting was given up at this number.
    MoreThan(u64),
}

impl Default for Lag {
    /// A look that was not taken knows nothing.
    fn default() -> Self {
        Self::Unknown {
            why: LagUnknown::NotTold,
        }
    }
}

impl Lag {
    /// The number, if it is known.
    #[must_use]
    pub const fn known(self) -> Option<u64> {
        match self {
            Self::Known(lag) => Some(lag),
            Self::Unknown { .. } => None,
        }
    }

    /// The fewest that there can be.
    #[must_use]
    pub const fn at_least(self) -> u64 {
        match self {
            Self::Known(lag)
            | Self::Unknown {
                why: LagUnknown::MoreThan(lag),
            } => lag,
            Self::Unknown { .. } => 0,
        }
    }
}
