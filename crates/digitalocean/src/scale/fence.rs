//! The last question before the change.

use std::future::Future;

/// Answers, immediately before the change is sent, whether the caller may still make it: it still leads, nobody holds
/// the deploy lock, operations have not paused it. Any `async` closure that answers a `bool` will do.
pub trait Fence: Sync {
    /// Whether the change may be made. In doubt, no.
    fn holds(&self) -> impl Future<Output = bool> + Send;
}

impl<F, A> Fence for F
where
    F: Fn() -> A + Sync,
    A: Future<Output = bool> + Send,
{
    fn holds(&self) -> impl Future<Output = bool> + Send {
        self()
    }
}
