//! The handle that everything else starts from.

use std::sync::Arc;

use fred::interfaces::StreamsInterface as _;
use fred::prelude::{Client, ClientLike as _};
use fred::types::Value;
use loadsure_core::job::Kind;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::config::Config;
use crate::connection::{Connection, Role};
use crate::entry::EntryId;
use crate::error::Error;
use crate::loss;
use crate::message::Message;
use crate::names::{GROUP, Names};
use crate::wire;

/// Messages in one pipeline. Bounds the time for which one caller holds the connection.
const PIPELINE: usize = 256;

/// Handle to the streams. Cheap to clone; the connection closes with the last clone.
#[derive(Clone)]
pub struct Queue {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    names: Names,
    instance: String,
    commands: Connection,
    losses: watch::Sender<u64>,
    _watching: DropGuard,
}

impl Queue {
    /// Connects in the background, and waits for the first attempt only (P16). It also succeeds while Redis is
    /// down: commands fail with [`Error::Unavailable`] until the connection is there.
    ///
    /// # Errors
    /// [`Error::Config`], if the settings can never work.
    pub async fn connect(config: &Config) -> Result<Self, Error> {
        let commands = Connection::open(config, Role::Commands).await?;
        let (losses, _) = watch::channel(0);
        let watching = CancellationToken::new();
        let watch = loss::Watch::new(commands.raw().clone()).await;
        tokio::spawn(
            watching
                .clone()
                .run_until_cancelled_owned(watch.run(losses.clone())),
        );
        Ok(Self {
            inner: Arc::new(Inner {
                names: Names::new(&config.prefix),
                instance: format!("{}-{}", config.instance, boot_id()),
                config: config.clone(),
                commands,
                losses,
                _watching: watching.drop_guard(),
            }),
        })
    }

    /// Name of this process: its instance and a boot id. No two boots share it (P56).
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.inner.instance
    }

    /// Names of the streams under the configured prefix.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.inner.names
    }

    /// Counts the moments at which entries may have been lost: a group that had to be made again, or another server
    /// behind the connection. Whoever owns the truth publishes again what is missing.
    #[must_use]
    pub fn losses(&self) -> watch::Receiver<u64> {
        self.inner.losses.subscribe()
    }

    /// Whether a connection exists at this moment. Costs nothing; [`ping`](Self::ping) asks the server.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.inner.commands.client().is_ok()
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    /// If it does not answer in time.
    pub async fn ping(&self) -> Result<(), Error> {
        let _pong: Value = self.client()?.ping(None).await?;
        Ok(())
    }

    /// Appends jobs to the streams of their kinds, in one pipeline, and gives their ids in the same order.
    ///
    /// # Errors
    /// If any could not be appended. Others may have been; publishing all again is harmless.
    pub async fn publish(&self, messages: &[Message]) -> Result<Vec<EntryId>, Error> {
        let client = self.client()?;
        let mut ids = Vec::with_capacity(messages.len());
        for chunk in messages.chunks(PIPELINE) {
            let pipeline = client.pipeline();
            for message in chunk {
                let stream = self.names().jobs(message.kind);
                let _queued: Value = pipeline.xadd(stream, false, None, "*", message.encode()).await?;
            }
            for answer in pipeline.try_all::<Value>().await {
                ids.push(wire::entry_id(&answer?, "XADD")?);
            }
        }
        Ok(ids)
    }

    /// Makes the group of a job stream, and the stream, unless they exist. Reads from the first entry on, so that what
    /// was published before is delivered. Tells whether it had to be made.
    pub(crate) async fn ensure_group(&self, kind: Kind) -> Result<bool, Error> {
        let made: Result<Value, _> = self
            .client()?
            .xgroup_create(self.names().jobs(kind), GROUP, "0", true)
            .await;
        match made.map_err(Error::from) {
            Ok(_) => {
                loss::report(&self.inner.losses);
                Ok(true)
            }
            // The only reason for which the server rejects this command with our arguments is BUSYGROUP.
            Err(Error::Rejected(error)) if error.details().starts_with("BUSYGROUP") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The client for commands.
    pub(crate) fn client(&self) -> Result<&Client, Error> {
        self.inner.commands.client()
    }

    /// Waits until there is a connection.
    pub(crate) async fn connected(&self) {
        self.inner.commands.connected().await;
    }

    /// Opens a connection for reads that block for at most `block`.
    pub(crate) async fn reader(&self, block: std::time::Duration) -> Result<Connection, Error> {
        Connection::open(&self.inner.config, Role::Blocking(block)).await
    }

    /// The settings.
    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue")
            .field("instance", &self.inner.instance)
            .finish_non_exhaustive()
    }
}

/// The random part of a fresh UUID.
fn boot_id() -> String {
    let text = Uuid::now_v7().simple().to_string();
    text.get(20..).unwrap_or(&text).to_owned()
}
