//! What the limiter says about one request.

use std::time::Duration;

use crate::Error;

/// What the limiter says about one request.
#[derive(Debug)]
pub struct Decision {
    /// Whether the request may go on.
    pub allowed: bool,
    /// Requests per window.
    pub limit: u32,
    /// Requests that may still be made at once.
    pub remaining: u32,
    /// Time until the whole limit is available again.
    pub reset_after: Duration,
    /// Time until the next request is allowed; only when this one was not.
    pub retry_after: Option<Duration>,
    /// Why the limit could not be checked, if so. The request is allowed then, and should be counted.
    pub failure: Option<Error>,
}

impl Decision {
    /// Whether the request was let through because the limit could not be checked.
    #[must_use]
    pub const fn bypassed(&self) -> bool {
        self.failure.is_some()
    }

    /// The script's answer: allowed (0 or 1), remaining, and the two times in microseconds.
    pub(super) fn from_script(limit: u32, [allowed, remaining, reset_after, retry_after]: [u64; 4]) -> Self {
        let allowed = allowed == 1;
        Self {
            allowed,
            limit,
            remaining: u32::try_from(remaining).unwrap_or(limit),
            reset_after: Duration::from_micros(reset_after),
            retry_after: (!allowed).then_some(Duration::from_micros(retry_after)),
            failure: None,
        }
    }

    pub(super) const fn let_through(limit: u32, failure: Error) -> Self {
        Self {
            allowed: true,
            limit,
            remaining: limit,
            reset_after: Duration::ZERO,
            retry_after: None,
            failure: Some(failure),
        }
    }
}
