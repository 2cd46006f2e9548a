//! Why a call did not bring what it was to bring.

use std::fmt;
use std::time::Duration;

/// Why a call of the platform's API failed. Never shows the token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401 or 403: the token is wrong, has expired, or lacks a scope. A person must act.
    #[error("the platform refuses the token ({status})")]
    Unauthorized {
        /// 401 or 403.
        status: u16,
    },
    /// 404: there is no such app, deployment or size.
    #[error("the platform does not know {0}")]
    NotFound(&'static str),
    /// Another 4xx: the request was understood and nothing was done.
    #[error("the platform refuses the request ({status}): {message}")]
    Invalid {
        /// The status.
        status: u16,
        /// What the platform says about it, shortened and without encrypted values.
        message: String,
    },
    /// 429, or a quota that is known to be spent: nothing was done.
    #[error("the platform's rate limit is spent for another {retry_after:?}")]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// No useful answer, and nothing can have changed by it.
    #[error("the platform cannot be reached: {what}")]
    Unavailable {
        /// What happened.
        what: Trouble,
        /// The failure below, where there is one.
        source: Option<reqwest::Error>,
    },
    /// No useful answer to a request that changes something: whether it did is unknown. Look before anything is sent
    /// again.
    #[error("whether the platform made the change is unknown: {what}")]
    Unknown {
        /// What happened.
        what: Trouble,
        /// The failure below, where there is one.
        source: Option<reqwest::Error>,
    },
    /// An answer that lacks something needed.
    #[error("the platform's answer has no readable {0}")]
    Unreadable(&'static str),
}

impl Error {
    /// How long the platform asks to wait, if it does.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether the same *reading* call may succeed later without anybody doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. })
    }
}

/// What kept an answer away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No connection was made.
    Connect,
    /// The time was over.
    Timeout,
    /// The connection broke.
    Reset,
    /// A status that says nothing about the request: 5xx, 408 or 3xx, also those of the proxy in front (520 to 527).
    Status(u16),
    /// The answer is not JSON, or too large.
    Unreadable,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("no connection could be made"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Reset => f.write_str("the connection broke"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Unreadable => f.write_str("the answer cannot be read"),
        }
    }
}
