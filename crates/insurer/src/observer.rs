//! A place for metrics to look on from.

use std::time::Duration;

use loadsure_core::insurer::{Failure, Operation};

/// Told of every call that ended. A call that was dropped half-way did not end, and is not told.
pub trait Observer: Send + Sync {
    /// `outcome` is `ok`, `not_sent`, `refused`, `declined` or `unknown`; `took` runs from the call to the end of
    /// the answer.
    fn observed(&self, operation: Operation, outcome: &'static str, took: Duration);
}

/// The outcome as metrics call it.
pub(crate) const fn outcome<T>(result: &Result<T, Failure>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Failure::NotSent(_)) => "not_sent",
        Err(Failure::Refused { .. }) => "refused",
        Err(Failure::Declined { .. }) => "declined",
        Err(Failure::Unknown { .. }) => "unknown",
    }
}
