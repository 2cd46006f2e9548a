//! The database, as the commands need it.

use std::time::Duration;

use loadsure_config::CtlConfig;
use loadsure_store::{ConnectError, Settings, Store};

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
        url: database.url.clone(),
        application_name: "loadsurectl".to_owned(),
        pool_size: 1,
        ca_certificate: database.ca_cert.clone(),
        connect_timeout: database.connect_timeout,
        statement_timeout: match limit {
            Limit::Configured => database.statement_timeout,
            // PostgreSQL takes zero for no limit.
            Limit::None => Duration::ZERO,
        },
        wait_timeout: database.wait_timeout,
    })
}
