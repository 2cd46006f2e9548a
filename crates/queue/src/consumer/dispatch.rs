//! From an entry to a running handler.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::{error, warn};

use super::Shared;
use super::handler::{Delivery, Handler, Outcome};
use super::in_flight::Guard;
use super::slots::Slot;
use crate::entry::Entry;
use crate::message::{DecodeError, Message};

impl<H: Handler> Shared<H> {
    /// Starts a task for an entry, unless it is in progress already. The slot is given back when the task ends.
    pub(super) fn dispatch(self: &Arc<Self>, entry: Entry, deliveries: u64, reclaimed: bool, slot: Slot) {
        let Some(guard) = self.in_flight.enter(entry.id) else {
            return;
        };
        let shared = self.clone();
        let abandoned = self.abandoned.clone();
        let task = async move {
            match Message::decode_of(shared.config.kind, &entry) {
                Ok(message) => {
                    let lost = guard.lost();
                    let delivery = Delivery {
                        id: entry.id,
                        message,
                        deliveries,
                        reclaimed,
                        lost,
                    };
                    shared.work(delivery, &guard).await;
                }
                Err(reason) => shared.refuse(&entry, &reason).await,
            }
            // Freed in this order: the entry may be taken again before its slot is.
            drop(guard);
            drop(slot);
        };
        self.tasks.spawn(abandoned.run_until_cancelled_owned(task));
    }

    async fn work(&self, delivery: Delivery, _entered: &Guard) {
        let outcome = match caught(self.handler.handle(delivery.clone())).await {
            Some(outcome) => outcome,
            None => {
                error!(kind = %self.config.kind, job = %delivery.message.job, "the handler panicked");
                caught(self.handler.panicked(delivery.clone()))
                    .await
                    .unwrap_or(Outcome::NotMine)
            }
        };
        match outcome {
            Outcome::Finished { reply, event } => self.settle(&delivery, reply, event).await,
            Outcome::NotMine => self.put_back(&delivery).await,
        }
    }

    async fn refuse(&self, entry: &Entry, reason: &DecodeError) {
        warn!(kind = %self.config.kind, entry = %entry.id, %reason, "an entry cannot be decoded");
        self.bury(entry, reason).await;
    }
}

/// Runs a handler to its end, or to its panic.
async fn caught(handling: impl Future<Output = Outcome>) -> Option<Outcome> {
    // Nothing that the handler may have left half-changed is used here afterwards.
    AssertUnwindSafe(handling).catch_unwind().await.ok()
}
