//! The pool of connections, made for fail-over.

use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use loadsure_core::ports::Fault;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::TargetSessionAttrs;

use crate::connect::OnRuntime;
use crate::fault::pool_fault;
use crate::tls;

/// A connection that was idle longer is asked for a sign of life before it is used: after a fail-over the sockets
/// of the old primary can look open. One that was used a moment ago is not, which saves a round trip per query.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// Settings of the pool.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `postgres://…`; holds the password.
    pub url: SecretString,
    /// Name that the server shows for our connections.
    pub application_name: String,
    /// Most connections at once.
    pub pool_size: usize,
    /// PEM of the authority that signed the server's certificate; the system's authorities when absent.
    pub ca_certificate: Option<String>,
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Longest time that one statement may run, or that a transaction may do nothing; the server ends it.
    pub statement_timeout: Duration,
    /// Longest time to wait for a free connection.
    pub wait_timeout: Duration,
}

/// The pool cannot be built: a mistake in the settings, not an absent database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is not one of PostgreSQL.
    #[error("the database URL cannot be read")]
    Url(#[source] tokio_postgres::Error),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// The pool refused its settings.
    #[error("the pool cannot be built")]
    Pool(#[from] deadpool_postgres::BuildError),
}

/// The repositories. Cheap to clone. Connections live on the runtime that it was built on.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
}

impl Store {
    /// Builds the pool. Connects on first use, so an absent database does not keep a service from starting.
    ///
    /// # Errors
    /// When the settings are wrong.
    pub fn new(settings: &Settings) -> Result<Self, ConnectError> {
        let config = driver_config(settings)?;
        let tls = tls::connector(settings.ca_certificate.as_deref())?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = Pool::builder(Manager::from_connect(
            config,
            OnRuntime::of_caller(tls),
            recycling,
        ))
        .max_size(settings.pool_size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(settings.wait_timeout))
        .create_timeout(Some(settings.connect_timeout))
        .recycle_timeout(Some(settings.connect_timeout))
        .pre_recycle(Hook::async_fn(|client, metrics| {
            Box::pin(async move {
                if metrics.last_used() > TRUSTED_IDLE {
                    client.simple_query("").await.map_err(HookError::Backend)?;
                }
                Ok(())
            })
        }))
        .build()?;
        Ok(Self { pool })
    }

    /// A connection from the pool.
    pub(crate) async fn client(&self) -> Result<Object, Fault> {
        self.pool.get().await.map_err(pool_fault)
    }

    /// Whether the database answers, for health checks.
    ///
    /// # Errors
    /// When it does not.
    pub async fn probe(&self) -> Result<(), Fault> {
        let client = self.client().await?;
        client
            .simple_query("SELECT 1")
            .await
            .map_err(|error| crate::fault::fault("probing", error))?;
        Ok(())
    }

    /// Connections in use and allowed, for metrics.
    #[must_use]
    pub fn pool_usage(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }

    /// Closes the pool; connections in use end when they are given back.
    pub fn close(&self) {
        self.pool.close();
    }
}

fn driver_config(settings: &Settings) -> Result<tokio_postgres::Config, ConnectError> {
    let mut config =
        tokio_postgres::Config::from_str(settings.url.expose_secret()).map_err(ConnectError::Url)?;
    // A process that is frozen or gone within a transaction must not keep its locks: whoever waits for them gives up
    // after a statement's time.
    let limit = settings.statement_timeout.as_millis();
    let timeouts = format!("-c statement_timeout={limit} -c idle_in_transaction_session_timeout={limit}");
    let options = match config.get_options() {
        Some(own) => format!("{own} {timeouts}"),
        None => timeouts,
    };
    config
        .application_name(&settings.application_name)
        .options(&options)
        .connect_timeout(settings.connect_timeout)
        // A standby that answers on the primary's address is no use to us.
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(2)
        // What was sent to a host that vanished fails after this time instead of a quarter of an hour.
        .tcp_user_timeout(settings.statement_timeout.saturating_add(settings.connect_timeout));
    Ok(config)
}
