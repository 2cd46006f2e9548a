//! Acknowledging, and what replaces it when there is nothing to acknowledge.

use std::time::Duration;

use fred::interfaces::{KeysInterface as _, StreamsInterface as _};
use fred::types::Value;
use tokio::time::sleep;
use tracing::{debug, warn};

use super::Shared;
use super::handler::Delivery;
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::event::Event;
use crate::message::DecodeError;
use crate::names::GROUP;
use crate::replies::EXPIRY_SECONDS;
use crate::reply::Reply;
use crate::script::{BURY, REQUEUE};

/// First and longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

impl<H> Shared<H> {
    /// Tells of the result and acknowledges. Goes on trying while the process runs; after that, a redelivery finds the
    /// job finished.
    pub(super) async fn settle(&self, delivery: &Delivery, reply: Option<Reply>, event: Option<Event>) {
        self.in_flight.begin_to_settle(delivery.id);
        self.persist("acknowledging", || {
            self.acknowledge(delivery, reply.as_ref(), event.as_ref())
        })
        .await;
    }

    /// Moves an entry that cannot be decoded to the dead letters.
    pub(super) async fn bury(&self, entry: &Entry, reason: &DecodeError) {
        self.persist("burying", || self.try_bury(entry, reason)).await;
    }

    async fn persist<F: Future<Output = Result<(), Error>>>(
        &self,
        what: &str,
        mut attempt: impl FnMut() -> F,
    ) {
        let (mut pause, longest) = PAUSES;
        while let Err(error) = attempt().await {
            if pause == PAUSES.0 {
                warn!(kind = %self.config.kind, %error, "{what} failed; trying again");
            }
            if self.stopping.run_until_cancelled(sleep(pause)).await.is_none() {
                return;
            }
            pause = longest.min(pause * 2);
        }
    }

    async fn acknowledge(
        &self,
        delivery: &Delivery,
        reply: Option<&Reply>,
        event: Option<&Event>,
    ) -> Result<(), Error> {
        let pipeline = self.queue.client()?.pipeline();
        let lengths = self.queue.config().lengths;
        if let (Some(reply), Some(stream)) = (reply, self.reply_stream(delivery)) {
            let cap = ("MAXLEN", "~", lengths.replies.to_string());
            let _queued: Value = pipeline.xadd(stream, false, cap, "*", reply.encode()).await?;
            // The instance may be gone, and nobody else would remove its stream.
            let _queued: Value = pipeline.expire(stream, EXPIRY_SECONDS, None).await?;
        }
        if let Some(event) = event {
            let cap = ("MAXLEN", "~", lengths.events.to_string());
            let _queued: Value = pipeline
                .xadd(self.queue.names().events(), false, cap, "*", event.encode())
                .await?;
        }
        let _queued: Value = pipeline
            .xack(self.stream.as_str(), GROUP, delivery.id.to_string())
            .await?;
        let mut answers = pipeline.try_all::<Value>().await;
        // The acknowledgement is last. A reply or event that was refused (out of memory) is only a hint: the result is
        // in PostgreSQL, and doing the acknowledgement again would not bring it back.
        let acknowledged = answers.pop().ok_or(Error::Protocol("XACK"))?;
        for error in answers.into_iter().filter_map(Result::err) {
            debug!(kind = %self.config.kind, %error, "a reply or event was not taken");
        }
        acknowledged?;
        Ok(())
    }

    fn reply_stream<'a>(&self, delivery: &'a Delivery) -> Option<&'a str> {
        let stream = delivery.message.reply_to.as_deref()?;
        self.queue.names().is_reply_stream(stream).then_some(stream)
    }

    async fn try_bury(&self, entry: &Entry, reason: &DecodeError) -> Result<(), Error> {
        let names = self.queue.names();
        let keys = vec![names.dead(self.config.kind), self.stream.clone()];
        let mut arguments = vec![
            GROUP.to_owned(),
            entry.id.to_string(),
            self.queue.config().lengths.dead.to_string(),
        ];
        for (name, value) in crate::dead_letter::undecodable(self.config.kind, entry, reason) {
            arguments.extend([name, value]);
        }
        BURY.run(self.queue.client()?, keys, arguments).await.map(drop)
    }

    /// Leaves a delivery pending for later, and takes back that it was counted.
    pub(super) async fn put_back(&self, delivery: &Delivery) {
        if !delivery.lost.is_cancelled() {
            self.reset(
                &[delivery.id.to_string()],
                Duration::ZERO,
                delivery.deliveries.saturating_sub(1),
            )
            .await;
        }
    }

    /// Gives entries that nobody has looked at to whoever reads next. Another consumer would find a pending one only at
    /// its next pass for abandoned entries, and somebody waits for the job.
    pub(super) async fn hand_back(&self, entries: &[Entry]) {
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.to_string()).collect();
        if let Err(error) = self.requeue(&ids).await {
            debug!(kind = %self.config.kind, %error, "entries could not be handed back at once");
            self.reset(&ids, self.config.reclaim_idle, 0).await;
        }
    }

    async fn requeue(&self, ids: &[String]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut arguments = vec![GROUP.to_owned(), self.consumer().to_owned()];
        arguments.extend_from_slice(ids);
        let keys = vec![self.stream.clone()];
        REQUEUE.run(self.queue.client()?, keys, arguments).await.map(drop)
    }

    /// Sets idle time and delivery count of entries that are ours. If this fails they only come later.
    async fn reset(&self, ids: &[String], idle: Duration, deliveries: u64) {
        let Ok(client) = self.queue.client() else { return };
        if ids.is_empty() {
            return;
        }
        let idle = u64::try_from(idle.as_millis()).unwrap_or(u64::MAX);
        let (stream, consumer) = (self.stream.as_str(), self.consumer());
        let claimed: Result<Value, _> = client
            .xclaim(
                stream,
                GROUP,
                consumer,
                0,
                ids.to_vec(),
                Some(idle),
                None,
                Some(deliveries),
                false,
                true,
            )
            .await;
        if let Err(error) = claimed {
            debug!(kind = %self.config.kind, %error, "entries could not be handed back");
        }
    }

    /// The ids of entries in the form of the wire.
    pub(super) fn texts(ids: &[EntryId]) -> impl Iterator<Item = String> + '_ {
        ids.iter().map(ToString::to_string)
    }
}
