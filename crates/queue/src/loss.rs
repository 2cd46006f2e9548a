//! Noticing that Redis may have lost entries.

use fred::interfaces::{ClientLike as _, EventInterface as _};
use fred::prelude::{Client, Server};
use fred::types::InfoKind;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tracing::warn;

/// Tells everyone who listens.
pub(crate) fn report(losses: &watch::Sender<u64>) {
    losses.send_modify(|count| *count = count.wrapping_add(1));
}

/// Compares the server's run id after every connection. Another id means a restart or a fail-over, and both may come
/// without the newest entries and acknowledgements: managed Valkey keeps snapshots only, minutes apart.
pub(crate) struct Watch {
    client: Client,
    connections: Receiver<Server>,
    known: Option<String>,
}

impl Watch {
    /// Remembers the present server, if there is one.
    pub(crate) async fn new(client: Client) -> Self {
        let connections = client.reconnect_rx();
        let known = if client.is_connected() {
            run_id(&client).await
        } else {
            None
        };
        Self {
            client,
            connections,
            known,
        }
    }

    /// Reports until the client is closed.
    pub(crate) async fn run(mut self, losses: watch::Sender<u64>) {
        while !matches!(self.connections.recv().await, Err(RecvError::Closed)) {
            let current = run_id(&self.client).await;
            if current.is_none() || current == self.known {
                continue;
            }
            if self.known.is_some() {
                warn!("another Redis server, or a restarted one: what is missing will be published again");
                report(&losses);
            }
            self.known = current;
        }
    }
}

async fn run_id(client: &Client) -> Option<String> {
    let info: String = client.info(Some(InfoKind::Server)).await.ok()?;
    info.lines()
        .find_map(|line| line.strip_prefix("run_id:"))
        .map(|id| id.trim().to_owned())
}
