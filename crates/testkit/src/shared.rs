//! The one PostgreSQL and the one Redis that all tests of a run use.

use std::path::Path;

use tokio::sync::OnceCell;

use crate::db;
use crate::servers::{Error, Postgres, PostgresOptions, Redis, RedisOptions, Slot};

/// Names the shared PostgreSQL: a URL of its `postgres` database, as a user that may create databases.
pub const DATABASE_URL_VAR: &str = "LOADSURE_TEST_DATABASE_URL";
/// Names the shared Redis.
pub const REDIS_URL_VAR: &str = "LOADSURE_TEST_REDIS_URL";

/// Both servers, for as long as the value lives.
#[derive(Debug)]
pub struct Servers {
    postgres: Postgres,
    redis: Redis,
    _slot: Slot,
}

impl Servers {
    /// Starts both in an unused folder below `parent`, and drops databases left there by earlier runs.
    ///
    /// # Errors
    /// When a server cannot be started or the old databases cannot be dropped.
    pub async fn start(parent: &Path) -> Result<Self, db::Error> {
        let slot = Slot::take(parent, "run")?;
        let postgres = start_postgres(&slot).await?;
        let redis = start_redis(&slot).await?;
        Ok(Self {
            postgres,
            redis,
            _slot: slot,
        })
    }

    /// The variables that lead tests to these servers.
    #[must_use]
    pub fn env(&self) -> [(&'static str, String); 2] {
        [
            (DATABASE_URL_VAR, self.postgres.url("postgres")),
            (REDIS_URL_VAR, self.redis.url()),
        ]
    }
}

/// The shared PostgreSQL: the one named by [`DATABASE_URL_VAR`], else one started for this process.
///
/// # Errors
/// When it has to be started and cannot be.
pub async fn database_url() -> Result<String, db::Error> {
    // A static is never dropped: the server ends because its leash does, when this process ends.
    static OWN: OnceCell<(Postgres, Slot)> = OnceCell::const_new();
    if let Ok(url) = std::env::var(DATABASE_URL_VAR) {
        return Ok(url);
    }
    let (postgres, _) = OWN
        .get_or_try_init(|| async {
            let slot = own_slot()?;
            Ok::<_, db::Error>((start_postgres(&slot).await?, slot))
        })
        .await?;
    Ok(postgres.url("postgres"))
}

/// The shared Redis: the one named by [`REDIS_URL_VAR`], else one started for this process.
///
/// # Errors
/// When it has to be started and cannot be.
pub async fn redis_url() -> Result<String, Error> {
    static OWN: OnceCell<(Redis, Slot)> = OnceCell::const_new();
    if let Ok(url) = std::env::var(REDIS_URL_VAR) {
        return Ok(url);
    }
    let (redis, _) = OWN
        .get_or_try_init(|| async {
            let slot = own_slot()?;
            Ok::<_, Error>((start_redis(&slot).await?, slot))
        })
        .await?;
    Ok(redis.url())
}

fn own_slot() -> Result<Slot, Error> {
    let parent = crate::paths::data_dir().map_err(Error::file("find", "the target folder"))?;
    Slot::take(&parent, "run")
}

async fn start_postgres(slot: &Slot) -> Result<Postgres, db::Error> {
    let postgres = Postgres::start(PostgresOptions::new(slot.dir().join("postgres"))).await?;
    db::sweep(&postgres.url("postgres")).await?;
    Ok(postgres)
}

async fn start_redis(slot: &Slot) -> Result<Redis, Error> {
    Redis::start(RedisOptions {
        dir: slot.dir().join("redis"),
        append_only: false,
        port: None,
    })
    .await
}
