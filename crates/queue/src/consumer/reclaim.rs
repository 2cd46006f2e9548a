//! Taking over what dead consumers left, and what was delivered to us without our noticing.

use std::sync::Arc;
use std::time::Duration;

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use tokio::time::Instant;
use tracing::{info, warn};

use super::slots::Slot;
use super::{Config, Handler, Shared};
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::names::GROUP;
use crate::wire;

/// Steps of the cursor in one pass. Each looks at some ten times as many pending entries as there are slots.
const STEPS: usize = 16;
/// Idle consumers are looked for this seldom: a name more in a list does no harm.
const REMOVE_EVERY: Duration = Duration::from_secs(60);
/// The cursor before the first and after the last pending entry.
const BEGIN: &str = "0-0";

/// When the next pass is due, and where it goes on.
pub(super) struct Schedule {
    every: Duration,
    due: Instant,
    cursor: String,
    removal_due: Instant,
}

impl Schedule {
    pub(super) fn new(config: &Config) -> Self {
        let now = Instant::now();
        Self {
            every: config.reclaim_every,
            due: now,
            cursor: BEGIN.to_owned(),
            removal_due: now,
        }
    }

    pub(super) fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    pub(super) fn due_in(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Takes over as many abandoned entries as there are slots, and starts them. When slots run out, the next pass
    /// goes on from there at once.
    pub(super) async fn run<H: Handler>(
        &mut self,
        shared: &Arc<Shared<H>>,
        slots: &mut Vec<Slot>,
    ) -> Result<(), Error> {
        for _ in 0..STEPS {
            if slots.is_empty() || shared.stopping.is_cancelled() {
                return Ok(());
            }
            self.cursor = shared.claim_abandoned(&self.cursor, slots).await?;
            if self.cursor == BEGIN {
                break;
            }
        }
        self.due = Instant::now() + self.every;
        if Instant::now() >= self.removal_due {
            shared.remove_idle_consumers().await?;
            self.removal_due = Instant::now() + REMOVE_EVERY.min(shared.config.remove_idle);
        }
        Ok(())
    }
}

impl<H: Handler> Shared<H> {
    async fn claim_abandoned(self: &Arc<Self>, cursor: &str, slots: &mut Vec<Slot>) -> Result<String, Error> {
        let idle = u64::try_from(self.config.reclaim_idle.as_millis()).unwrap_or(u64::MAX);
        let count = u64::try_from(slots.len()).ok();
        let (stream, consumer) = (self.stream.as_str(), self.consumer());
        let answer: Value = self
            .queue
            .client()?
            .xautoclaim(stream, GROUP, consumer, idle, cursor, count, false)
            .await?;
        let mut parts = wire::list(answer, "XAUTOCLAIM")?.into_iter();
        let (Some(next), Some(entries)) = (parts.next(), parts.next()) else {
            return Err(Error::Protocol("XAUTOCLAIM"));
        };
        let entries = wire::entries(entries, "XAUTOCLAIM")?;
        self.start_reclaimed(entries, slots).await?;
        wire::text(&next, "XAUTOCLAIM")
    }

    /// Takes over entries that are pending under our name though nobody here works on them: the answer that
    /// brought them was lost with its connection. Without this they would wait for `reclaim_idle`.
    pub(super) async fn take_orphans(self: &Arc<Self>, slots: &mut Vec<Slot>) -> Result<(), Error> {
        let client = self.queue.client()?;
        let wanted = u64::try_from(slots.len() + self.in_flight.ours().len()).unwrap_or(u64::MAX);
        let (stream, consumer) = (self.stream.as_str(), self.consumer());
        let pending: Value = client
            .xpending(stream, GROUP, ("-", "+", wanted, consumer))
            .await?;
        let mut ids: Vec<String> = Vec::new();
        for row in wire::list(pending, "XPENDING")? {
            if let Some(id) = wire::list(row, "XPENDING")?.first() {
                let id = wire::entry_id(id, "XPENDING")?;
                if !self.in_flight.contains(id) {
                    ids.push(id.to_string());
                }
            }
        }
        ids.truncate(slots.len());
        if ids.is_empty() {
            return Ok(());
        }
        let claimed: Value = client
            .xclaim(stream, GROUP, consumer, 0, ids, None, None, None, false, false)
            .await?;
        self.start_reclaimed(wire::entries(claimed, "XCLAIM")?, slots)
            .await
    }

    async fn start_reclaimed(
        self: &Arc<Self>,
        entries: Vec<Entry>,
        slots: &mut Vec<Slot>,
    ) -> Result<(), Error> {
        if entries.is_empty() {
            return Ok(());
        }
        info!(kind = %self.config.kind, count = entries.len(), "taking over abandoned entries");
        let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
        let deliveries = self.deliveries(&ids).await?;
        for (entry, deliveries) in entries.into_iter().zip(deliveries) {
            if let Some(slot) = slots.pop() {
                self.dispatch(entry, deliveries, true, slot);
            }
        }
        Ok(())
    }

    /// How often each entry was delivered.
    async fn deliveries(&self, ids: &[EntryId]) -> Result<Vec<u64>, Error> {
        let pipeline = self.queue.client()?.pipeline();
        for id in Self::texts(ids) {
            let range = (id.clone(), id, 1_u64);
            let _queued: Value = pipeline.xpending(self.stream.as_str(), GROUP, range).await?;
        }
        let mut counts = Vec::with_capacity(ids.len());
        for answer in pipeline.try_all::<Value>().await {
            let row = wire::list(answer?, "XPENDING")?
                .into_iter()
                .next()
                .unwrap_or(Value::Null);
            let count = wire::list(row, "XPENDING")?
                .get(3)
                .map(|count| wire::number(count, "XPENDING"));
            // An entry that is gone by now was acknowledged elsewhere; its handler will find the job finished.
            counts.push(count.transpose()?.unwrap_or(1));
        }
        Ok(counts)
    }

    async fn remove_idle_consumers(&self) -> Result<(), Error> {
        let idle = self.config.remove_idle.as_millis().to_string();
        let arguments = vec![GROUP.to_owned(), idle, self.consumer().to_owned()];
        let script = crate::script::REMOVE_CONSUMERS;
        let removed = script
            .run(self.queue.client()?, vec![self.stream.clone()], arguments)
            .await?;
        for name in wire::list(removed, script.name)? {
            let consumer = wire::text(&name, script.name)?;
            warn!(kind = %self.config.kind, consumer, "removed a consumer that was idle and owned nothing");
        }
        Ok(())
    }
}
