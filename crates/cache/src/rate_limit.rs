//! How often one caller may call, over all instances.

mod decision;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use deadpool_redis::Connection;
use deadpool_redis::redis::Script;
use sha2::{Digest as _, Sha256};

pub use decision::Decision;

use crate::breaker::Breaker;
use crate::{Cache, Error};

/// How long a request is held up by its limit unless told otherwise. A limit protects the service; waiting longer would be the damage
/// that it protects from.
const TIMEOUT: Duration = Duration::from_millis(100);

/// A limit for each caller, kept in Redis by the generic cell rate algorithm: a caller may spend the whole limit at
/// once, and gets it back evenly over the window. One number per caller, changed by one script.
#[derive(Debug, Clone)]
pub struct Limiter {
    cache: Cache,
    name: &'static str,
    max_requests: NonZeroU32,
    window: Duration,
    timeout: Duration,
    breaker: Arc<Breaker>,
    script: Arc<Script>,
}

impl Limiter {
    /// A limit of `max_requests` per `window` (at least a millisecond). Limiters of one `name` share their counts.
    #[must_use]
    pub fn new(cache: Cache, name: &'static str, max_requests: NonZeroU32, window: Duration) -> Self {
        Self {
            cache,
            name,
            max_requests,
            window: window.max(Duration::from_millis(1)),
            timeout: TIMEOUT,
            breaker: Arc::new(Breaker::new(Instant::now())),
            script: Arc::new(Script::new(include_str!("rate_limit/gcra.lua"))),
        }
    }

    /// Waits this long for the server instead of 100 ms.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Counts a request of `caller` (an API key, or an address) at the server's time, which all instances share.
    ///
    /// When the server is away, the decision lets the request through and says so: see [`Decision::bypassed`].
    pub async fn check(&self, caller: &str) -> Decision {
        self.decide(caller, None).await
    }

    /// As [`Limiter::check`], at the given time. Callers of one limit must agree on what time it is.
    pub async fn check_at(&self, caller: &str, now: SystemTime) -> Decision {
        self.decide(caller, Some(now)).await
    }

    async fn decide(&self, caller: &str, now: Option<SystemTime>) -> Decision {
        match self.ask(caller, now).await {
            Ok(answer) => Decision::from_script(self.max_requests.get(), answer),
            Err(error) => Decision::let_through(self.max_requests.get(), error),
        }
    }

    async fn ask(&self, caller: &str, now: Option<SystemTime>) -> Result<[u64; 4], Error> {
        let limit = u64::from(self.max_requests.get());
        let interval = (micros(self.window) / limit).max(1);
        let now = now.map_or(0, |now| {
            micros(now.duration_since(UNIX_EPOCH).unwrap_or_default())
        });
        let mut call = self.script.key(self.key(caller));
        call.arg(limit).arg(interval).arg(now);
        let send = async |mut connection: Connection| call.invoke_async(&mut *connection).await;
        self.cache.guarded(&self.breaker, self.timeout, send).await
    }

    /// A hash, because an API key is a secret and an address is personal data, and neither is needed to count.
    fn key(&self, caller: &str) -> String {
        let hash: String = Sha256::digest(caller)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.cache.key("limit", &format!("{}:{hash}", self.name))
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
