//! Values with a time to live.

use std::fmt;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_redis::redis::{AsyncConnectionConfig, Cmd, FromRedisValue, RedisError, cmd};
use deadpool_redis::{Connection, Manager, Pool, Runtime};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;
use crate::breaker::Breaker;

/// Where the cache is, and how long to wait for it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address with credentials: `redis://` or `rediss://`.
    pub url: SecretString,
    /// First part of every key.
    pub prefix: String,
    /// Most connections.
    pub pool_size: NonZeroU16,
    /// Time for one call, with waiting for a connection.
    pub timeout: Duration,
}

/// A cache that all instances share. Clones share one pool.
#[derive(Clone)]
pub struct Cache {
    pool: Pool,
    prefix: Arc<str>,
    timeout: Duration,
    breaker: Arc<Breaker>,
}

impl fmt::Debug for Cache {
    // The pool's own form shows the address with its credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Cache {
    /// A cache without a connection: that is made when it is first needed.
    ///
    /// # Errors
    /// When the address cannot be read; not when nobody answers there.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        // The calls have a timeout of their own around everything; these free what such a call leaves behind.
        let connection = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(settings.timeout))
            .set_response_timeout(Some(settings.timeout));
        let manager =
            Manager::new_with_config(settings.url.expose_secret(), connection).map_err(Error::Address)?;
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size.get().into())
            .wait_timeout(Some(settings.timeout))
            .create_timeout(Some(settings.timeout))
            .recycle_timeout(Some(settings.timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(Error::Pool)?;
        Ok(Self {
            pool,
            prefix: settings.prefix.as_str().into(),
            timeout: settings.timeout,
            breaker: Arc::new(Breaker::new(Instant::now())),
        })
    }

    /// The value under `key`, if it is there and has not expired.
    ///
    /// # Errors
    /// When the server is away; the caller then goes to where the value comes from.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        self.run(cmd("GET").arg(self.key("cache", key))).await
    }

    /// Keeps `value` under `key` for `ttl` (at least a millisecond).
    ///
    /// # Errors
    /// When the server is away; the value is then not kept.
    pub async fn put(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), Error> {
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
        self.run(
            cmd("SET")
                .arg(self.key("cache", key))
                .arg(value)
                .arg("PX")
                .arg(millis),
        )
        .await
    }

    /// Forgets `key`. It is no error when there is nothing to forget.
    ///
    /// # Errors
    /// When the server is away; others may then see the value until it expires.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        self.run(cmd("UNLINK").arg(self.key("cache", key))).await
    }

    /// Asks the server whether it answers, also when it failed a moment ago, and gives the time that it took.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn probe(&self) -> Result<Duration, Error> {
        let start = Instant::now();
        let ping =
            async |mut connection: Connection| cmd("PING").query_async::<String>(&mut connection).await;
        let answer = self.within(self.timeout, ping).await;
        self.remember(&self.breaker, answer)?;
        Ok(start.elapsed())
    }

    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        let send = async |mut connection: Connection| command.query_async::<T>(&mut connection).await;
        self.guarded(&self.breaker, self.timeout, send).await
    }

    /// Does `work` on a connection unless `breaker` holds it back, and tells `breaker` how it ended.
    pub(crate) async fn guarded<T>(
        &self,
        breaker: &Breaker,
        timeout: Duration,
        work: impl AsyncFnOnce(Connection) -> Result<T, RedisError>,
    ) -> Result<T, Error> {
        if !breaker.allows(Instant::now()) {
            return Err(Error::Resting);
        }
        let answer = self.within(timeout, work).await;
        self.remember(breaker, answer)
    }

    async fn within<T>(
        &self,
        timeout: Duration,
        work: impl AsyncFnOnce(Connection) -> Result<T, RedisError>,
    ) -> Result<T, Error> {
        let call = async {
            let connection = self.pool.get().await.map_err(Error::Connect)?;
            work(connection).await.map_err(Error::Command)
        };
        tokio::time::timeout(timeout, call)
            .await
            .unwrap_or(Err(Error::TimedOut(timeout)))
    }

    fn remember<T>(&self, breaker: &Breaker, answer: Result<T, Error>) -> Result<T, Error> {
        match &answer {
            Ok(_) => breaker.succeeded(),
            Err(_) => breaker.failed(Instant::now()),
        }
        answer
    }

    /// The name of a key. The hash tag keeps all of a service's keys in one slot of a cluster.
    pub(crate) fn key(&self, family: &str, name: &str) -> String {
        format!("{{{}}}:{family}:{name}", self.prefix)
    }
}
