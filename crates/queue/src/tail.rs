//! Following a stream without a group: every reader sees every entry.

use std::time::Duration;

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use tracing::debug;

use crate::connection::Connection;
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::queue::Queue;
use crate::wire;

/// How long one read blocks. Only bounds how soon a silently restarted stream is noticed.
const BLOCK: Duration = Duration::from_secs(5);
/// Entries per read.
const BATCH: u64 = 512;
/// Pause after a failed read.
const PAUSE: Duration = Duration::from_millis(100);

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The oldest entry.
    Start,
    /// What is added from now on.
    Now,
    /// What comes after this entry.
    After(EntryId),
}

/// What one step of a [`Tail`] brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// New entries, oldest first.
    Entries(Vec<Entry>),
    /// Nothing for some seconds.
    Idle,
    /// The connection was lost and is back, or the stream began anew. Entries may have been missed.
    Gap,
}

/// A reader of one stream, on its own connection. Survives a lost connection and a wiped server.
pub struct Tail {
    stream: String,
    connection: Connection,
    /// Last entry seen. `None` until the end of the stream is known.
    cursor: Option<EntryId>,
    /// Whether the stream must be compared with the cursor before the next read.
    verify: bool,
    lost: bool,
}

impl Tail {
    /// Opens a connection. [`From::Now`] is resolved before this returns, unless Redis is away.
    ///
    /// # Errors
    /// [`Error::Config`] only.
    pub async fn open(queue: &Queue, stream: String, from: From) -> Result<Self, Error> {
        let connection = queue.reader(BLOCK).await?;
        let cursor = match from {
            From::Start => Some(EntryId::ZERO),
            From::Now => None,
            From::After(id) => Some(id),
        };
        let mut tail = Self {
            stream,
            connection,
            cursor,
            verify: true,
            lost: false,
        };
        if let Err(error) = tail.locate().await {
            debug!(%error, stream = tail.stream, "the stream cannot be read yet");
        }
        Ok(tail)
    }

    /// The next entries, or what else happened. Dropping the future loses nothing, since the place in the stream is only
    /// moved on together with the answer.
    pub async fn next(&mut self) -> Step {
        loop {
            match self.step().await {
                Ok(Some(step)) => return step,
                Ok(None) => {}
                Err(error) => {
                    debug!(%error, stream = self.stream, "reading a stream failed");
                    self.verify = true;
                    self.lost = true;
                    tokio::time::sleep(PAUSE).await;
                    self.connection.connected().await;
                }
            }
        }
    }

    async fn step(&mut self) -> Result<Option<Step>, Error> {
        if self.verify {
            let restarted = self.locate().await?;
            if std::mem::take(&mut self.lost) || restarted {
                return Ok(Some(Step::Gap));
            }
        }
        let Some(cursor) = self.cursor else {
            self.verify = true;
            return Ok(None);
        };
        let block = u64::try_from(BLOCK.as_millis()).unwrap_or(1);
        let client = self.connection.client()?;
        let answer: Value = client
            .xread(Some(BATCH), Some(block), self.stream.as_str(), cursor.to_string())
            .await?;
        let entries = wire::one_stream(answer, "XREAD")?;
        match entries.last() {
            Some(last) => {
                self.cursor = Some(last.id);
                Ok(Some(Step::Entries(entries)))
            }
            None => {
                self.verify = true;
                Ok(Some(Step::Idle))
            }
        }
    }

    /// Compares the end of the stream with the cursor. A stream that ends before the cursor is a new one, made after
    /// a wipe under a clock that is behind; reading on would show nothing until that clock has caught up.
    async fn locate(&mut self) -> Result<bool, Error> {
        let client = self.connection.client()?;
        let answer: Value = client.xrevrange(self.stream.as_str(), "+", "-", Some(1)).await?;
        let end = wire::entries(answer, "XREVRANGE")?
            .first()
            .map_or(EntryId::ZERO, |entry| entry.id);
        self.verify = false;
        let cursor = *self.cursor.get_or_insert(end);
        if end < cursor {
            self.cursor = Some(EntryId::ZERO);
        }
        Ok(end < cursor)
    }
}

impl std::fmt::Debug for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tail")
            .field("stream", &self.stream)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
