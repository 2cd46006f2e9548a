//! Keeping what is in progress ours.

use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, warn};

use super::Shared;
use crate::entry::EntryId;
use crate::error::Error;
use crate::names::GROUP;
use crate::script::RENEW;
use crate::wire;

/// Entries per script. Keeps each run of it well under a millisecond.
const BATCH: usize = 200;
/// Renewals within the time after which an entry counts as abandoned: two may fail.
const PER_IDLE_TIME: u32 = 3;

impl<H> Shared<H> {
    /// Renews the entries in progress. Never returns.
    pub(super) async fn renew_for_ever(&self) {
        let every = self
            .config
            .renew_every
            .unwrap_or(self.config.reclaim_idle / PER_IDLE_TIME);
        let mut ticks = interval(every.max(std::time::Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            for batch in self.in_flight.ours().chunks(BATCH) {
                self.renew(batch).await;
            }
        }
    }

    async fn renew(&self, ids: &[EntryId]) {
        let lost = match self.try_renew(ids).await {
            Ok(lost) => lost,
            // Without stream or group nothing is ours, and the jobs will be published again.
            Err(Error::NoGroup(_)) => ids.to_vec(),
            Err(error) => {
                debug!(kind = %self.config.kind, %error, "renewing failed");
                return;
            }
        };
        // A task may have acknowledged its entry in the meantime, or be waiting for the answer to that.
        let lost: Vec<EntryId> = lost
            .into_iter()
            .filter(|id| self.in_flight.is_at_work(*id))
            .collect();
        if !lost.is_empty() {
            warn!(kind = %self.config.kind, count = lost.len(), "entries in progress are no longer ours");
            self.in_flight.mark_lost(&lost);
        }
    }

    async fn try_renew(&self, ids: &[EntryId]) -> Result<Vec<EntryId>, Error> {
        let mut arguments = vec![GROUP.to_owned(), self.consumer().to_owned()];
        arguments.extend(Self::texts(ids));
        let lost = RENEW
            .run(self.queue.client()?, vec![self.stream.clone()], arguments)
            .await?;
        wire::entry_ids(lost, RENEW.name)
    }
}
