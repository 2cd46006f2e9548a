//! What can go wrong with the cache.

use std::time::Duration;

use deadpool_redis::redis::RedisError;
use deadpool_redis::{BuildError, PoolError};

/// What can go wrong with the cache. None of it names an address or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be read. Not that nobody answers there.
    #[error("the address of the cache cannot be read")]
    Address(#[source] RedisError),
    /// The pool cannot be made.
    #[error("the pool of connections to the cache cannot be made")]
    Pool(#[source] BuildError),
    /// There is no connection.
    #[error("no connection to the cache")]
    Connect(#[source] PoolError),
    /// The server refused a command, or the connection broke.
    #[error("the cache did not carry out a command")]
    Command(#[source] RedisError),
    /// The server did not answer in time.
    #[error("the cache did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The server failed less than a second ago, and was not asked.
    #[error("the cache failed a moment ago and was not asked")]
    Resting,
}
