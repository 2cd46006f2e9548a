//! Connections that are made again for ever, and say at once when they are away.

use std::time::Duration;

use fred::error::{Error as ClientError, ErrorKind};
use fred::prelude::{Builder, Client, ClientLike as _, Config as ClientConfig, ReconnectPolicy, TcpConfig};
use fred::types::config::UnresponsiveConfig;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::warn;

use crate::config::Config;
use crate::error::Error;

/// What a URL may begin with, and what may follow that.
const SCHEMES: [&str; 4] = ["redis", "rediss", "valkey", "valkeys"];
const TOPOLOGIES: [&str; 2] = ["-cluster", "-sentinel"];
/// First delay before a lost connection is tried again.
const FIRST_DELAY: Duration = Duration::from_millis(50);
/// Longest delay. A restarted Redis is found again within this time.
const LONGEST_DELAY: Duration = Duration::from_secs(2);
/// Added to every delay at random, so that many processes do not come back in step.
const JITTER: Duration = Duration::from_millis(100);
/// A peer that does not answer for this much longer than it may is taken for dead: a dropped packet flow shows
/// no error on its own.
const SILENCE: Duration = Duration::from_secs(5);

/// What a connection is used for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    /// Short commands, pipelined among all tasks.
    Commands,
    /// Reads that block for at most this long. They would hold up everything else on a shared connection.
    Blocking(Duration),
}

/// One connection. Dropping it closes it.
pub(crate) struct Connection {
    client: Client,
    _closing: DropGuard,
}

impl Connection {
    /// Starts connecting, and waits for the result of the first attempt only.
    pub(crate) async fn open(config: &Config, role: Role) -> Result<Self, Error> {
        let client = build(config, role)?;
        let closing = CancellationToken::new();
        {
            let mut first_attempt = std::pin::pin!(client.wait_for_connect());
            // The first poll subscribes, so that the result of the attempt cannot be missed.
            let _pending = futures_util::poll!(first_attempt.as_mut());
            tokio::spawn(supervise(client.clone(), closing.clone()));
            // Whatever the result: the supervisor goes on trying.
            let _result = timeout(config.connect_timeout, first_attempt).await;
        }
        Ok(Self {
            client,
            _closing: closing.drop_guard(),
        })
    }

    /// The client, if it is connected now.
    pub(crate) fn client(&self) -> Result<&Client, Error> {
        if self.client.is_connected() {
            Ok(&self.client)
        } else {
            Err(Error::Unavailable(None))
        }
    }

    /// The client in whatever state, for its notifications.
    pub(crate) const fn raw(&self) -> &Client {
        &self.client
    }

    /// Waits until the connection is there.
    pub(crate) async fn connected(&self) {
        while !self.client.is_connected() {
            // The wait also ends with the failure of an attempt, or when a notification was missed.
            let _attempt = timeout(JITTER, self.client.wait_for_connect()).await;
        }
    }
}

fn build(config: &Config, role: Role) -> Result<Client, Error> {
    let settings = settings(config.url.expose_secret()).map_err(Error::Config)?;
    let longest = match role {
        Role::Commands => config.command_timeout,
        Role::Blocking(block) => block.saturating_add(SILENCE),
    };
    Builder::from_config(settings)
        .with_connection_config(|connection| {
            connection.connection_timeout = config.connect_timeout;
            connection.internal_command_timeout = config.connect_timeout;
            // Never sent twice behind the caller's back: the caller knows whether that is harmless.
            connection.max_command_attempts = 1;
            connection.auto_client_setname = false;
            connection.tcp = TcpConfig {
                nodelay: Some(true),
                ..TcpConfig::default()
            };
            connection.unresponsive = UnresponsiveConfig {
                max_timeout: Some(longest.saturating_add(SILENCE)),
                interval: Duration::from_secs(1),
            };
        })
        .with_performance_config(|performance| performance.default_command_timeout = longest)
        .set_policy(policy())
        .build()
        .map_err(Error::Config)
}

/// Reads the URL. The client takes any scheme for `redis`, and so would try to speak to a database.
fn settings(url: &str) -> Result<ClientConfig, ClientError> {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let server = TOPOLOGIES
        .iter()
        .find_map(|suffix| scheme.strip_suffix(suffix))
        .unwrap_or(scheme);
    if SCHEMES.contains(&server) {
        ClientConfig::from_url(url)
    } else {
        Err(ClientError::new(ErrorKind::Url, "not the URL of a Redis server"))
    }
}

fn policy() -> ReconnectPolicy {
    let mut policy = ReconnectPolicy::new_exponential(0, millis(FIRST_DELAY), millis(LONGEST_DELAY), 2);
    if let ReconnectPolicy::Exponential { jitter, .. } = &mut policy {
        *jitter = millis(JITTER);
    }
    policy
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

/// Keeps the client's own task running. It reconnects by itself once it was connected, but ends when the first
/// attempt fails, and on errors that it takes for final (P16: nothing here is final).
async fn supervise(client: Client, closing: CancellationToken) {
    let mut delays = policy();
    loop {
        let mut task = client.connect();
        let ended = tokio::select! {
            () = closing.cancelled() => {
                task.abort();
                return;
            }
            ended = &mut task => ended,
        };
        let delay = delays.next_delay().unwrap_or(u64::from(millis(LONGEST_DELAY)));
        if let Ok(Err(error)) = ended {
            warn!(error = %error.kind().to_str(), retry_ms = delay, "no connection to Redis");
        }
        tokio::select! {
            () = closing.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(delay)) => {}
        }
    }
}
