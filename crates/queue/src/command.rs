//! Commands of operations to the queue monitor, and its replies.

use std::collections::VecDeque;
use std::time::Duration;

use fred::interfaces::{KeysInterface as _, StreamsInterface as _};
use fred::types::Value;
use loadsure_core::id::JobId;
use loadsure_core::scaling::Command;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tracing::{debug, warn};
use uuid::Uuid;

use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::queue::Queue;
use crate::replies::EXPIRY_SECONDS;
use crate::reply::Reply;
use crate::script::CLOCK;
use crate::tail::{From, Step, Tail};
use crate::wire;

/// How long a command is good for. Longer than it takes a standing-by monitor to take over; short enough that nothing
/// is applied when nobody thinks of it any more.
pub const COMMAND_LIFE: Duration = Duration::from_secs(600);

/// Commands kept on the stream. People give them, so they are few.
const LENGTH: u64 = 1000;

/// Pause after the clock could not be read.
const AGAIN: Duration = Duration::from_millis(200);

/// A command on its way to the leading monitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandMessage {
    /// Its id. A command that is sent or read twice is applied once.
    pub id: Uuid,
    /// Who asks, as the audit log names them.
    pub actor: String,
    /// When it was given, by the asker's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Reply stream of whoever waits: [`Replies::stream_name`](crate::Replies::stream_name). The reply names
    /// [`CommandMessage::reply_id`].
    pub reply_to: Option<String>,
    /// What is asked.
    pub command: Command,
}

impl CommandMessage {
    /// What to wait for: [`Replies::wait_for`](crate::Replies::wait_for).
    #[must_use]
    pub fn reply_id(&self) -> JobId {
        JobId::from(self.id)
    }
}

impl Queue {
    /// Sends a command to the monitors. The one that leads applies it, within [`COMMAND_LIFE`] or not at all.
    ///
    /// # Errors
    /// If Redis did not take it.
    pub async fn command(&self, message: &CommandMessage) -> Result<EntryId, Error> {
        self.append(&self.names().commands(), message, LENGTH).await
    }

    /// Wakes whoever waits for a command. `outcome` is one word; what was made of the command is in PostgreSQL.
    ///
    /// # Errors
    /// If Redis did not take it. The asker then looks into PostgreSQL when its time is up.
    pub async fn answer_command(&self, message: &CommandMessage, outcome: &str) -> Result<(), Error> {
        let Some(stream) = message
            .reply_to
            .as_deref()
            .filter(|stream| self.names().is_reply_stream(stream))
        else {
            return Ok(());
        };
        let reply = Reply {
            job: message.reply_id(),
            outcome: outcome.to_owned(),
        };
        let pipeline = self.client()?.pipeline();
        let cap = ("MAXLEN", "~", self.config().lengths.replies.to_string());
        let _queued: Value = pipeline.xadd(stream, false, cap, "*", reply.encode()).await?;
        // The asker may be gone, and nobody else would remove its stream.
        let _queued: Value = pipeline.expire(stream, EXPIRY_SECONDS, None).await?;
        for answer in pipeline.try_all::<Value>().await {
            answer?;
        }
        Ok(())
    }

    /// Those of some entries that are commands and still good, by the server's clock.
    async fn good_commands(&self, entries: &[Entry]) -> Result<Vec<CommandMessage>, Error> {
        let keys = vec![self.names().commands()];
        let clock = CLOCK.run(self.client()?, keys, Vec::new()).await?;
        let now = wire::number(&clock, CLOCK.name)?;
        Ok(entries.iter().filter_map(|entry| good(entry, now)).collect())
    }
}

fn good(entry: &Entry, now: u64) -> Option<CommandMessage> {
    let age = Duration::from_millis(now.saturating_sub(entry.id.ms()));
    if age > COMMAND_LIFE {
        return None;
    }
    match entry.document() {
        Ok(message) => Some(message),
        Err(error) => {
            // Of a newer version, perhaps. Its asker is told that nobody answered.
            warn!(entry = %entry.id, %error, "a command cannot be read and is passed over");
            None
        }
    }
}

/// Follows the commands, on a connection of its own. Does not poll. Begins with those that are still good, whether or
/// not another monitor has applied them: the storage tells those apart.
#[derive(Debug)]
pub struct CommandFeed {
    queue: Queue,
    tail: Tail,
    /// Read and not judged.
    entries: Vec<Entry>,
    ready: VecDeque<CommandMessage>,
}

impl CommandFeed {
    /// Follows.
    ///
    /// # Errors
    /// [`Error::Config`] only; a Redis that is away is waited for.
    pub async fn follow(queue: &Queue) -> Result<Self, Error> {
        let tail = Tail::open(queue, queue.names().commands(), From::Start).await?;
        Ok(Self {
            queue: queue.clone(),
            tail,
            entries: Vec::new(),
            ready: VecDeque::new(),
        })
    }

    /// The next command. Dropping the future loses nothing.
    pub async fn next(&mut self) -> CommandMessage {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return message;
            }
            if self.entries.is_empty() {
                if let Step::Entries(entries) = self.tail.next().await {
                    self.entries = entries;
                }
                continue;
            }
            match self.queue.good_commands(&self.entries).await {
                Ok(messages) => {
                    self.ready.extend(messages);
                    self.entries.clear();
                }
                Err(error) => {
                    debug!(%error, "the clock cannot be read");
                    tokio::time::sleep(AGAIN).await;
                    self.queue.connected().await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(ms: u64, text: &str) -> Entry {
        Entry {
            id: EntryId::new(ms, 0),
            fields: vec![("json".to_owned(), text.to_owned())],
        }
    }

    #[test]
    fn a_command_is_good_for_its_life_and_no_longer() {
        let message = CommandMessage {
            id: Uuid::now_v7(),
            actor: "ctl:ada".to_owned(),
            at: OffsetDateTime::UNIX_EPOCH,
            reply_to: None,
            command: Command::Limits { min: 2, max: 5 },
        };
        let text = serde_json::to_string(&message).unwrap();
        let life = u64::try_from(COMMAND_LIFE.as_millis()).unwrap();
        assert_eq!(good(&entry(1_000, &text), 1_000 + life), Some(message.clone()));
        assert_eq!(good(&entry(1_000, &text), 1_001 + life), None);
        assert_eq!(
            good(&entry(1_000, &text), 0),
            Some(message),
            "a clock that was set back"
        );
    }

    #[test]
    fn what_is_no_command_is_passed_over() {
        for text in ["", "{}", r#"{"command": "explode"}"#] {
            assert_eq!(good(&entry(0, text), 0), None, "{text}");
        }
    }
}
