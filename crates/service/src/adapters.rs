//! What the adapters are told, from the configuration: the same in every program.

use loadsure_config::{DatabaseConfig, RedisConfig};

/// Settings of the database. `application_name` is what the server calls the connections.
#[must_use]
pub fn store(database: &DatabaseConfig, application_name: impl Into<String>) -> loadsure_store::Settings {
    loadsure_store::Settings {
        url: database.url.clone(),
        application_name: application_name.into(),
        pool_size: database.pool_size.get().into(),
        ca_certificate: database.ca_cert.clone(),
        connect_timeout: database.connect_timeout,
        statement_timeout: database.statement_timeout,
        wait_timeout: database.wait_timeout,
    }
}

/// Settings of the streams, for one instance of a program.
#[must_use]
pub fn queue(redis: &RedisConfig, instance: &str) -> loadsure_queue::Config {
    loadsure_queue::Config {
        prefix: redis.prefix.clone(),
        command_timeout: redis.command_timeout,
        ..loadsure_queue::Config::new(redis.url.clone(), instance)
    }
}
