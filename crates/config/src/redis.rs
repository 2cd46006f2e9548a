//! Redis or Valkey: streams, caches and rate limits.

use std::num::NonZeroU16;
use std::time::Duration;

use secrecy::SecretString;

use crate::{Fallback, Group, Reader, Service, Var};

const REDIS_URL: Var = Var::required(
    "REDIS_URL",
    &Service::ALL,
    "Redis or Valkey that carries the streams: redis://user:password@host:port, or rediss:// for TLS. \
     Its eviction policy must be noeviction. Optional for loadsurectl, whose migrate needs only PostgreSQL.",
)
.secret();

const REDIS_CACHE_URL: Var = Var::optional(
    "REDIS_CACHE_URL",
    &Service::ALL,
    "Redis or Valkey for caches, sessions and rate limits, which may evict.",
)
.or_derived("REDIS_URL")
.secret();

const REDIS_PREFIX: Var = Var::optional(
    "REDIS_PREFIX",
    &Service::ALL,
    "First part of every key and stream name; the same for all programs that belong together. \
     Small letters, digits, '_' and '-', at most 32.",
)
.or("loadsure");

const COMMAND_TIMEOUT_MS: Var = Var::optional(
    "REDIS_COMMAND_TIMEOUT_MS",
    &Service::ALL,
    "Milliseconds for one command.",
)
.or("2000");

const POOL_SIZE: Var = Var::optional(
    "REDIS_POOL_SIZE",
    &Service::ALL,
    "Connections per process and server.",
)
.or("8");

pub(crate) const GROUP: Group = Group {
    title: "Redis or Valkey",
    vars: &[
        REDIS_URL,
        REDIS_CACHE_URL,
        REDIS_PREFIX,
        COMMAND_TIMEOUT_MS,
        POOL_SIZE,
    ],
};

/// Redis or Valkey: streams, caches and rate limits.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// Address of the server with the streams, with credentials.
    pub url: SecretString,
    /// Address of the server with the caches, with credentials; the same unless given.
    pub cache_url: SecretString,
    /// First part of every name.
    pub prefix: String,
    /// Time for one command.
    pub command_timeout: Duration,
    /// Connections per process and server.
    pub pool_size: NonZeroU16,
}

impl RedisConfig {
    /// Reads it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Self::read_with(reader, &REDIS_URL)?
    }

    /// As [`RedisConfig::read`], but `Some(None)` without `REDIS_URL`.
    pub fn read_optional(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        Self::read_with(
            reader,
            &Var {
                fallback: Fallback::Optional,
                ..REDIS_URL
            },
        )
    }

    fn read_with(reader: &mut Reader<'_>, url: &Var) -> Option<Option<Self>> {
        let url = reader.optional(|r| r.secret(url, address));
        let cache_url = reader.optional(|r| r.secret(&REDIS_CACHE_URL, address));
        let prefix = reader.parse_with(&REDIS_PREFIX, name_prefix);
        let command_timeout = reader.millis(&COMMAND_TIMEOUT_MS);
        let pool_size = reader.nonzero_u16(&POOL_SIZE);
        let (url, cache_url, prefix) = (url?, cache_url?, prefix?);
        let (command_timeout, pool_size) = (command_timeout?, pool_size?);
        Some(url.map(|url| Self {
            cache_url: cache_url.unwrap_or_else(|| url.clone()),
            url,
            prefix,
            command_timeout,
            pool_size,
        }))
    }
}

fn address(text: &str) -> Result<(), &'static str> {
    let scheme = text.starts_with("redis://") || text.starts_with("rediss://");
    scheme
        .then_some(())
        .ok_or("must start with redis:// or rediss://")
}

fn name_prefix(text: &str) -> Result<String, &'static str> {
    // Braces and colons have a meaning in key names: hash tags and separators.
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    if text.len() > 32 || !text.chars().all(allowed) {
        return Err("must be 1 to 32 small letters, digits, '_' or '-'");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn caches_are_on_the_same_server_unless_told() {
        let env = [("REDIS_URL", "redis://a:6379")];
        let config = RedisConfig::read(&mut Reader::new(&env)).unwrap();
        assert_eq!(config.cache_url.expose_secret(), "redis://a:6379");
        let env = [
            ("REDIS_URL", "redis://a:6379"),
            ("REDIS_CACHE_URL", "rediss://b:6379"),
        ];
        let config = RedisConfig::read(&mut Reader::new(&env)).unwrap();
        assert_eq!(config.cache_url.expose_secret(), "rediss://b:6379");
    }

    #[test]
    fn a_prefix_that_would_break_hash_tags_is_refused() {
        for prefix in ["{a}", "a:b", "A", "a b"] {
            assert!(name_prefix(prefix).is_err(), "{prefix}");
        }
    }
}
