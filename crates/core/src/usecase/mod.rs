//! What the workers do: one module per kind of job, over ports.
//!
//! Every use case follows one protocol: read the work; commit what must be known before the insurer is called; call;
//! commit the result together with the end of the job. The queue acknowledges only after that. A storage fault is
//! returned as it is: nothing was committed, so the message stays pending and comes back.

pub mod cancel;
pub mod certificate;
pub mod price;
pub mod purchase;
pub mod refresh;
pub mod settle;

use std::time::Duration;

use crate::error_code::ErrorCode;
use crate::insurer::{Failure, Lost};
use crate::retry::{Backoff, Policy};

/// The wait of work that moves money after a call that failed, when so many had failed before, or `None` when that was
/// the last. What holds calls back while the insurer is well never ends such work: a booking ends with its quote, and a
/// cancellation has its turn some day.
pub(crate) fn next(policy: Policy, failed: u32, failure: &Failure) -> Option<Backoff> {
    match failure.held_back() {
        Some(held) if held.by.is_our_own() => Some(policy.held_back(held.retry_after)),
        _ => policy.after(failed.saturating_add(1), failure.retry_after()),
    }
}

/// The code and retry wish of a failure, for calls that may safely be repeated.
pub(crate) fn repeatable(failure: &Failure) -> (ErrorCode, Option<Duration>) {
    match failure {
        Failure::NotSent(_) | Failure::Refused { .. } => {
            (ErrorCode::InsurerUnavailable, failure.retry_after())
        }
        Failure::Unknown {
            what: Lost::Timeout, ..
        } => (ErrorCode::InsurerTimeout, None),
        Failure::Unknown { .. } | Failure::Declined { .. } => (ErrorCode::InsurerFault, None),
    }
}
