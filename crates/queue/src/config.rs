//! How to reach Redis, and how long the bounded streams may grow.

use std::time::Duration;

use secrecy::SecretString;

/// Settings of a [`Queue`](crate::Queue).
#[derive(Debug, Clone)]
pub struct Config {
    /// `redis://[user:password@]host[:port][/db]`; `rediss://` for TLS, `redis-cluster://` for a
    /// cluster. `valkey` may stand for `redis`.
    pub url: SecretString,
    /// Common prefix of all stream names, without braces.
    pub prefix: String,
    /// Name of this process's place, such as the host name. A boot id is added to it.
    pub instance: String,
    /// Longest time for a TCP connection with its TLS handshake.
    pub connect_timeout: Duration,
    /// Longest time for one command. Blocking reads have their own bound.
    pub command_timeout: Duration,
    /// Approximate bounds of the streams that are cut by length.
    pub lengths: Lengths,
}

impl Config {
    /// Settings for `url` with the default prefix, times and lengths.
    #[must_use]
    pub fn new(url: impl Into<SecretString>, instance: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "loadsure".to_owned(),
            instance: instance.into(),
            connect_timeout: Duration::from_secs(3),
            command_timeout: Duration::from_secs(1),
            lengths: Lengths::default(),
        }
    }
}

/// Approximate number of entries at which the oldest are dropped. Job streams have no such bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Dead letters per kind. They are small and wait for a person, so this is generous.
    pub dead: u64,
    /// Events.
    pub events: u64,
    /// Replies per API instance. More than an instance can have waiting.
    pub replies: u64,
    /// Heartbeats of all workers together.
    pub heartbeats: u64,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            dead: 100_000,
            events: 100_000,
            replies: 10_000,
            heartbeats: 10_000,
        }
    }
}
