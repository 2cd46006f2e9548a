//! What the end of a call says about how much the insurer bears.

use crate::insurer::{Failure, Lost};

/// What the end of a call says about how much the insurer bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It looked at the request and answered.
    Served,
    /// It is overloaded: 429, any 5xx, or no answer in time.
    Congested,
    /// Nothing: it was not reached, our key is wrong, or the answer made no sense.
    Nothing,
}

impl Sign {
    /// The sign of a call that ended so.
    #[must_use]
    pub const fn of(failure: Option<&Failure>) -> Self {
        match failure {
            None | Some(Failure::Declined { .. }) => Self::Served,
            Some(
                Failure::Refused {
                    status: 429 | 500..=599,
                    ..
                }
                | Failure::Unknown {
                    what: Lost::Timeout | Lost::ServerError(_),
                    ..
                },
            ) => Self::Congested,
            Some(Failure::NotSent(_) | Failure::Refused { .. } | Failure::Unknown { .. }) => Self::Nothing,
        }
    }
}
