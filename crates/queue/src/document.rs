//! Streams of JSON documents: samples and commands of the queue monitor, heartbeats of the workers.

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::message::DecodeError;
use crate::queue::Queue;
use crate::wire;

/// The one field of such an entry.
const FIELD: &str = "json";

impl Queue {
    /// Appends a document, and drops the oldest beyond about `length`.
    ///
    /// # Errors
    /// If the document has no JSON form, or Redis did not take it.
    pub async fn append<T: Serialize + Sync>(
        &self,
        stream: &str,
        document: &T,
        length: u64,
    ) -> Result<EntryId, Error> {
        let text = serde_json::to_string(document)?;
        let cap = ("MAXLEN", "~", length.to_string());
        let id: Value = self
            .client()?
            .xadd(stream, false, cap, "*", (FIELD, text))
            .await?;
        wire::entry_id(&id, "XADD")
    }

    /// Up to `count` documents after an entry, oldest first. Follow a stream with [`Tail`](crate::Tail) instead of calling
    /// this again and again.
    ///
    /// # Errors
    /// If one of them is not a `T`, or Redis did not answer.
    pub async fn read_after<T: DeserializeOwned>(
        &self,
        stream: &str,
        after: EntryId,
        count: u64,
    ) -> Result<Vec<(EntryId, T)>, Error> {
        let start = format!("({after}");
        let answer: Value = self.client()?.xrange(stream, start, "+", Some(count)).await?;
        wire::entries(answer, "XRANGE")?
            .iter()
            .map(|entry| Ok((entry.id, entry.document()?)))
            .collect()
    }

    /// The newest document, if there is one.
    ///
    /// # Errors
    /// If it is not a `T`, or Redis did not answer.
    pub async fn read_last<T: DeserializeOwned>(&self, stream: &str) -> Result<Option<(EntryId, T)>, Error> {
        let answer: Value = self.client()?.xrevrange(stream, "+", "-", Some(1)).await?;
        let entries = wire::entries(answer, "XREVRANGE")?;
        entries
            .first()
            .map(|entry| Ok((entry.id, entry.document()?)))
            .transpose()
    }
}

impl Entry {
    /// The document in an entry written by [`Queue::append`].
    ///
    /// # Errors
    /// If there is none, or it is not a `T`.
    pub fn document<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.get(FIELD).ok_or(DecodeError::Missing(FIELD))?;
        Ok(serde_json::from_str(text)?)
    }
}
