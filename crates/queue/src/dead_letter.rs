//! Dead letters: what was given up, kept for a person to look at or discard. Whoever
//! tries a job once more does so by its row, which the store keeps; the letter is removed then.

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::message::{DecodeError, Message};
use crate::queue::Queue;
use crate::wire;

/// Marks the fields of the original entry.
const ORIGINAL: &str = "raw.";
/// Code of the dead letters that the consumer writes by itself.
const UNDECODABLE: &str = "undecodable";
/// What is kept of an entry that cannot be decoded: fields, and characters of each. A script cannot pass on thousands of
/// values, and then the entry could never be buried.
const KEPT: (usize, usize) = (64, 4096);
/// Letters that are read at once when those of one job are looked for.
const LETTERS_AT_ONCE: u64 = 200;

/// A job that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Whose dead-letter stream it goes to.
    pub kind: Kind,
    /// What was in the job stream.
    pub payload: Payload,
    /// Why, as a code.
    pub code: String,
    /// Why, for a person. No personal data.
    pub text: String,
    /// What was tried, as the worker recorded it.
    pub history: serde_json::Value,
    /// When it was given up.
    pub at: OffsetDateTime,
}

/// The original entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A job.
    Message(Message),
    /// Fields that are no job.
    Raw(Vec<(String, String)>),
}

/// A dead letter at its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Buried {
    /// Id in the dead-letter stream.
    pub id: EntryId,
    /// The letter.
    pub letter: DeadLetter,
}

impl DeadLetter {
    fn encode(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("code".to_owned(), self.code.clone()),
            ("text".to_owned(), self.text.clone()),
            ("history".to_owned(), self.history.to_string()),
            ("at".to_owned(), self.at.format(&Rfc3339).unwrap_or_default()),
        ];
        let marked = |(name, value): (&str, String)| (format!("{ORIGINAL}{name}"), value);
        match &self.payload {
            Payload::Message(message) => fields.extend(message.encode().into_iter().map(marked)),
            Payload::Raw(raw) => fields.extend(raw.iter().map(|(name, value)| marked((name, value.clone())))),
        }
        fields
    }

    /// Reads whatever is there. A list of dead letters must never fail because of one of them.
    fn decode(kind: Kind, entry: &Entry) -> Self {
        let text = |name| entry.get(name).unwrap_or_default().to_owned();
        let raw = original(entry);
        let payload = match Message::decode_of(kind, &raw) {
            Ok(message) => Payload::Message(message),
            Err(_) => Payload::Raw(raw.fields),
        };
        Self {
            kind,
            payload,
            code: text("code"),
            text: text("text"),
            history: serde_json::from_str(&text("history")).unwrap_or_default(),
            at: OffsetDateTime::parse(&text("at"), &Rfc3339).unwrap_or_else(|_| added_at(entry.id)),
        }
    }
}

/// The fields of the dead letter for an entry that cannot be decoded.
pub(crate) fn undecodable(kind: Kind, entry: &Entry, reason: &DecodeError) -> Vec<(String, String)> {
    let cut = |text: &str| text.chars().take(KEPT.1).collect::<String>();
    let fields = entry.fields.iter().take(KEPT.0);
    let letter = DeadLetter {
        kind,
        payload: Payload::Raw(fields.map(|(name, value)| (cut(name), cut(value))).collect()),
        code: UNDECODABLE.to_owned(),
        text: reason.to_string(),
        history: serde_json::json!([{ "entry": entry.id }]),
        at: OffsetDateTime::now_utc(),
    };
    letter.encode()
}

fn original(entry: &Entry) -> Entry {
    let fields = entry.fields.iter();
    let raw =
        fields.filter_map(|(name, value)| Some((name.strip_prefix(ORIGINAL)?.to_owned(), value.clone())));
    Entry {
        id: entry.id,
        fields: raw.collect(),
    }
}

fn added_at(id: EntryId) -> OffsetDateTime {
    let nanoseconds = i128::from(id.ms()) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

impl Queue {
    /// Adds a dead letter. The entry of the job is acknowledged by the outcome of its handler, after this.
    ///
    /// # Errors
    /// If Redis did not take it.
    pub async fn dead_letter(&self, letter: &DeadLetter) -> Result<EntryId, Error> {
        let cap = ("MAXLEN", "~", self.config().lengths.dead.to_string());
        let stream = self.names().dead(letter.kind);
        let id: Value = self
            .client()?
            .xadd(stream, false, cap, "*", letter.encode())
            .await?;
        wire::entry_id(&id, "XADD")
    }

    /// Up to `count` dead letters of a kind, newest first, beginning before `before`.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn dead_letters(
        &self,
        kind: Kind,
        before: Option<EntryId>,
        count: u64,
    ) -> Result<Vec<Buried>, Error> {
        let end = before.map_or_else(|| "+".to_owned(), |id| format!("({id}"));
        self.letters(kind, end, "-".to_owned(), count).await
    }

    /// One dead letter.
    ///
    /// # Errors
    /// [`Error::NotFound`], or if Redis did not answer.
    pub async fn dead_letter_get(&self, kind: Kind, id: EntryId) -> Result<Buried, Error> {
        self.letters(kind, id.to_string(), id.to_string(), 1)
            .await?
            .pop()
            .ok_or(Error::NotFound)
    }

    /// How many dead letters there are.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn dead_letter_count(&self, kind: Kind) -> Result<u64, Error> {
        Ok(self.client()?.xlen(self.names().dead(kind)).await?)
    }

    /// Removes a dead letter for good. Tells whether it was there.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn discard(&self, kind: Kind, id: EntryId) -> Result<bool, Error> {
        let removed: u64 = self
            .client()?
            .xdel(self.names().dead(kind), id.to_string())
            .await?;
        Ok(removed > 0)
    }

    /// Removes the dead letters of a job, which has been dealt with elsewhere. Gives how many there were.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn discard_letters_of(&self, kind: Kind, job: JobId) -> Result<u64, Error> {
        let (mut before, mut removed) = (None, 0);
        loop {
            let page = self.dead_letters(kind, before, LETTERS_AT_ONCE).await?;
            let Some(last) = page.last() else {
                return Ok(removed);
            };
            before = Some(last.id);
            for buried in &page {
                let is_of_job =
                    matches!(&buried.letter.payload, Payload::Message(message) if message.job == job);
                if is_of_job && self.discard(kind, buried.id).await? {
                    removed += 1;
                }
            }
        }
    }

    async fn letters(
        &self,
        kind: Kind,
        end: String,
        start: String,
        count: u64,
    ) -> Result<Vec<Buried>, Error> {
        let stream = self.names().dead(kind);
        let answer: Value = self.client()?.xrevrange(stream, end, start, Some(count)).await?;
        let found = wire::entries(answer, "XREVRANGE")?;
        let buried = found.iter().map(|entry| Buried {
            id: entry.id,
            letter: DeadLetter::decode(kind, entry),
        });
        Ok(buried.collect())
    }
}
