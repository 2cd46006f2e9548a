//! What a change is not allowed to be.

/// Why a change is not made: it would not be one integer, or the spec is not what it should be. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Guard {
    /// The spec has no worker of that name.
    #[error("the spec has no such worker")]
    NoSuchWorker,
    /// The spec has several workers of that name.
    #[error("the spec has several workers of that name")]
    AmbiguousWorker,
    /// The worker's number of instances is not a count.
    #[error("the worker's instance_count is not a count")]
    NotACount,
    /// Nobody would be left.
    #[error("a worker cannot have zero instances")]
    Zero,
    /// There is nothing to change.
    #[error("the worker has that many instances already")]
    AlreadyThere,
    /// The changed spec differs from the live one elsewhere than in the one integer.
    #[error("the change would touch {0:?}")]
    TouchesMore(Vec<String>),
    /// A SECRET without an encrypted value: sent back, its container would get an empty string.
    #[error("secrets without an encrypted value at {0:?}")]
    UnsealedSecrets(Vec<String>),
    /// A SECRET without any value: its container would get an empty string.
    #[error("secrets without a value at {0:?}")]
    BlankSecrets(Vec<String>),
}
