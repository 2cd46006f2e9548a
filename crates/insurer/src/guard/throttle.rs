//! Keeping the rate of an operation.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use loadsure_core::insurer::{HeldBack, Operation};

/// Keeps the rates of the operations, usually together with other processes.
pub trait Throttle: Send + Sync {
    /// Waits for the turn of one more call, when that comes within `patience`.
    ///
    /// # Errors
    /// When it comes later. Nothing was waited for then.
    fn turn(&self, operation: Operation, patience: Duration) -> Turn<'_>;
}

/// The wait of [`Throttle::turn`].
pub type Turn<'a> = Pin<Box<dyn Future<Output = Result<(), HeldBack>> + Send + 'a>>;

/// Lets everything pass.
#[derive(Debug)]
pub(super) struct Unlimited;

impl Throttle for Unlimited {
    fn turn(&self, _: Operation, _: Duration) -> Turn<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl fmt::Debug for dyn Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Throttle")
    }
}
