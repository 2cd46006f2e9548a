//! The database and the queue, as the commands need them.

use std::time::Duration;

use loadsure_config::{CtlConfig, RedisConfig};
use loadsure_queue::Queue;
use loadsure_service::adapters;
use loadsure_store::{ConnectError, Settings, Store, schema_is_current};

use crate::Error;

/// Whether statements have the configured time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// They have.
    Configured,
    /// They have none.
    None,
}

pub(crate) fn store(config: &CtlConfig, limit: Limit) -> Result<Store, ConnectError> {
    let database = &config.database;
    Store::new(&Settings {
        pool_size: 1,
        statement_timeout: match limit {
            Limit::Configured => database.statement_timeout,
            // PostgreSQL takes zero for no limit.
            Limit::None => Duration::ZERO,
        },
        ..adapters::store(database, "loadsurectl")
    })
}

/// The database, once it is known to have every migration.
pub(crate) async fn migrated_store(config: &CtlConfig) -> Result<Store, Error> {
    let store = store(config, Limit::Configured)?;
    let is_current = schema_is_current(&store).await;
    if is_current.map_err(Error::database("read the database"))? {
        Ok(store)
    } else {
        Err(Error::NotMigrated)
    }
}

/// The queue. Connects in the background.
pub(crate) async fn queue(config: &CtlConfig, redis: &RedisConfig) -> Result<Queue, loadsure_queue::Error> {
    Queue::connect(&adapters::queue(redis, &config.app.instance)).await
}
