//! Noticing that Redis may have lost entries.

use fred::interfaces::{ClientLike as _, EventInterface as _};
use fred::prelude::Client;
use fred::types::InfoKind;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tracing::warn;

/// Tells everyone who listens.
pub(crate) fn report(losses: &watch::Sender<u64>) {
    losses.send_modify(|count| *count = count.wrapping_add(1));
}

/// Compares the server's run id after every connection. Another id means a restart or a fail-over, and both may come
/// without the newest entries and acknowledgements: managed Valkey keeps snapshots only, minutes apart.
pub(crate) async fn watch_server(client: Client, losses: watch::Sender<u64>) {
    let mut connections = client.reconnect_rx();
    let mut known = run_id(&client).await;
    loop {
        if matches!(connections.recv().await, Err(RecvError::Closed)) {
            return;
        }
        let current = run_id(&client).await;
        if current.is_none() || current == known {
            continue;
        }
        if known.is_some() {
            warn!("another Redis server, or a restarted one: what is missing will be published again");
            report(&losses);
        }
        known = current;
    }
}

async fn run_id(client: &Client) -> Option<String> {
    let info: String = client.info(Some(InfoKind::Server)).await.ok()?;
    info.lines()
        .find_map(|line| line.strip_prefix("run_id:"))
        .map(|id| id.trim().to_owned())
}
