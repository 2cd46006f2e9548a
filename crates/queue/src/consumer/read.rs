//! The loop that takes entries: first slots, then what dead consumers left, then what is new.

use std::sync::Arc;
use std::time::Duration;

use fred::interfaces::{ClientInterface as _, StreamsInterface as _};
use fred::prelude::ClientLike as _;
use fred::types::ClientUnblockFlag;
use fred::types::Value;
use tokio::time::{Instant, sleep};
use tracing::warn;

use super::slots::Slot;
use super::{Handler, Shared};
use crate::connection::Connection;
use crate::entry::Entry;
use crate::error::Error;
use crate::names::GROUP;
use crate::wire;

/// Entries in one read, however many slots are free.
const MOST: usize = 256;
/// First and longest pause after an error, so that a server that refuses everything is not asked all the time.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));
/// How often the server is asked again to end a blocked read.
const UNBLOCK_EVERY: Duration = Duration::from_millis(20);

pub(super) struct Reader<'a, H> {
    shared: &'a Arc<Shared<H>>,
    connection: &'a Connection,
    reclaim: super::reclaim::Schedule,
    /// Whether the server said that there is no group. It is not made before, since a server that is out of memory refuses
    /// that even where the group exists.
    ungrouped: bool,
    /// Whether a read may have been answered without reaching us.
    orphans: bool,
    /// Pause after the next error.
    pause: Duration,
}

impl<'a, H: Handler> Reader<'a, H> {
    pub(super) fn new(shared: &'a Arc<Shared<H>>, connection: &'a Connection) -> Self {
        let reclaim = super::reclaim::Schedule::new(&shared.config);
        Self {
            shared,
            connection,
            reclaim,
            ungrouped: false,
            orphans: false,
            pause: PAUSES.0,
        }
    }

    /// Reads until the consumer stops.
    pub(super) async fn run(mut self) {
        let stopping = self.shared.stopping.clone();
        loop {
            let waiting = async {
                let slots = self.shared.config.slots.take(MOST).await;
                self.shared.handler.ready().await;
                slots
            };
            let Some(slots) = stopping.run_until_cancelled(waiting).await else {
                return;
            };
            match self.step(slots).await {
                Ok(()) if stopping.is_cancelled() => return,
                Ok(()) => self.pause = PAUSES.0,
                Err(error) => {
                    if stopping.run_until_cancelled(self.recover(error)).await.is_none() {
                        return;
                    }
                }
            }
        }
    }

    async fn step(&mut self, mut slots: Vec<Slot>) -> Result<(), Error> {
        if self.ungrouped {
            self.shared.queue.ensure_group(self.shared.config.kind).await?;
            self.ungrouped = false;
        }
        if std::mem::take(&mut self.orphans)
            && let Err(error) = self.shared.take_orphans(&mut slots).await
        {
            self.orphans = true;
            return Err(error);
        }
        if self.reclaim.is_due() {
            self.reclaim.run(self.shared, &mut slots).await?;
        }
        if slots.is_empty() || self.shared.stopping.is_cancelled() {
            return Ok(());
        }
        let entries = self.read(slots.len()).await?;
        self.shared.config.slots.have_read(slots.len(), entries.len());
        if self.shared.stopping.is_cancelled() {
            self.shared.hand_back(&entries).await;
            return Ok(());
        }
        for (entry, slot) in entries.into_iter().zip(slots) {
            self.shared.dispatch(entry, 1, false, slot);
        }
        Ok(())
    }

    /// Reads new entries. A read that is under way when the consumer stops is ended by the server, never dropped: what
    /// the server has delivered by then is in the answer.
    async fn read(&self, count: usize) -> Result<Vec<Entry>, Error> {
        let client = self.connection.client()?;
        let block = self
            .shared
            .config
            .block
            .min(self.reclaim.due_in())
            .as_millis()
            .max(1);
        let mut read = std::pin::pin!(client.xreadgroup::<Value, _, _, _, _>(
            GROUP,
            self.shared.consumer(),
            u64::try_from(count).ok(),
            u64::try_from(block).ok(),
            false,
            self.shared.stream.as_str(),
            ">",
        ));
        let answer = tokio::select! {
            answer = &mut read => answer,
            () = self.shared.stopping.cancelled() => loop {
                self.unblock().await;
                tokio::select! {
                    answer = &mut read => break answer,
                    () = sleep(UNBLOCK_EVERY) => {}
                }
            },
        };
        wire::one_stream(answer?, "XREADGROUP")
    }

    /// Asks the server to end the blocked read. If it cannot be asked, the read ends by its own bound.
    async fn unblock(&self) {
        let blocked = self.connection.raw();
        // On a cluster the id of one node could name someone else's connection on another.
        if blocked.is_clustered() {
            return;
        }
        if let Ok(client) = self.shared.queue.client() {
            for id in blocked.connection_ids().into_values() {
                let _told: Result<Value, _> =
                    client.client_unblock(id, Some(ClientUnblockFlag::Timeout)).await;
            }
        }
    }

    async fn recover(&mut self, error: Error) {
        let kind = self.shared.config.kind;
        match error {
            Error::NoGroup(_) => {
                warn!(%kind, "there is no consumer group; making it");
                self.ungrouped = true;
            }
            error => {
                warn!(%kind, %error, cause = source(&error), "reading failed");
                // The answer to the failed read may have been on its way: those entries are ours and unknown to us.
                self.orphans = true;
                let deadline = Instant::now() + self.pause;
                self.pause = PAUSES.1.min(self.pause * 2);
                self.connection.connected().await;
                self.shared.queue.connected().await;
                tokio::time::sleep_until(deadline).await;
            }
        }
    }
}

fn source(error: &Error) -> String {
    std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default()
}
