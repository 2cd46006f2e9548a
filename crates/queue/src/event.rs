//! The shared event stream: what happened, by ids only.

use std::collections::BTreeMap;

use fred::interfaces::StreamsInterface as _;
use fred::types::Value;
use loadsure_core::id::{JobId, TenantId};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::message::{DecodeError, parsed, required};
use crate::queue::Queue;
use crate::tail::{From, Step, Tail};
use crate::wire;

/// Something that happened. Holds ids, never personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened, such as `booking.bought`.
    pub kind: String,
    /// Whose it is. Nobody's for events of the service itself.
    pub tenant: Option<TenantId>,
    /// What it is about: role (such as `quote`) to id.
    pub subjects: BTreeMap<String, Uuid>,
    /// The job that caused it.
    pub job: Option<JobId>,
    /// When it happened.
    pub at: OffsetDateTime,
}

impl Event {
    pub(crate) fn encode(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("kind".to_owned(), self.kind.clone()),
            ("at".to_owned(), self.at.format(&Rfc3339).unwrap_or_default()),
        ];
        fields.extend(self.tenant.map(|id| ("tenant".to_owned(), id.to_string())));
        fields.extend(self.job.map(|id| ("job".to_owned(), id.to_string())));
        fields.extend(
            self.subjects
                .iter()
                .map(|(role, id)| (format!("subject.{role}"), id.to_string())),
        );
        fields
    }

    pub(crate) fn decode(entry: &Entry) -> Result<Self, DecodeError> {
        let subjects = entry
            .fields
            .iter()
            .filter_map(|(name, id)| Some((name.strip_prefix("subject.")?, id)));
        Ok(Self {
            kind: required(entry, "kind")?.to_owned(),
            tenant: entry.get("tenant").map(|_| parsed(entry, "tenant")).transpose()?,
            subjects: subjects
                .map(|(role, id)| {
                    Ok((
                        role.to_owned(),
                        id.parse().map_err(|_| DecodeError::Malformed("subject"))?,
                    ))
                })
                .collect::<Result<_, _>>()?,
            job: entry.get("job").map(|_| parsed(entry, "job")).transpose()?,
            at: OffsetDateTime::parse(required(entry, "at")?, &Rfc3339)
                .map_err(|_| DecodeError::Malformed("at"))?,
        })
    }
}

impl Queue {
    /// Appends an event. Workers need not call this: [`Outcome::Finished`](crate::Outcome::Finished) carries one.
    ///
    /// # Errors
    /// If Redis did not take it.
    pub async fn emit(&self, event: &Event) -> Result<EntryId, Error> {
        let cap = ("MAXLEN", "~", self.config().lengths.events.to_string());
        let id: Value = self
            .client()?
            .xadd(self.names().events(), false, cap, "*", event.encode())
            .await?;
        wire::entry_id(&id, "XADD")
    }
}

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// An event, with its place in the stream.
    Event(EntryId, Event),
    /// Events may have been missed: the connection was lost, or the stream began anew.
    Gap,
}

/// A subscription to the event stream, on its own connection.
#[derive(Debug)]
pub struct Events {
    tail: Tail,
    ready: std::collections::VecDeque<Notice>,
}

impl Events {
    /// Subscribes from the given place on.
    ///
    /// # Errors
    /// [`Error::Config`] only; a Redis that is away is waited for.
    pub async fn subscribe(queue: &Queue, from: From) -> Result<Self, Error> {
        let tail = Tail::open(queue, queue.names().events(), from).await?;
        Ok(Self {
            tail,
            ready: std::collections::VecDeque::new(),
        })
    }

    /// The next notice. Entries that are no event are skipped: they concern a newer subscriber.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Notice {
        loop {
            if let Some(notice) = self.ready.pop_front() {
                return notice;
            }
            match self.tail.next().await {
                Step::Gap => return Notice::Gap,
                Step::Idle => {}
                Step::Entries(entries) => self.ready.extend(entries.iter().filter_map(|entry| {
                    Event::decode(entry)
                        .ok()
                        .map(|event| Notice::Event(entry.id, event))
                })),
            }
        }
    }
}
