//! A job as it travels: a reference to the row in PostgreSQL, with what is needed to route, trace and answer it.

use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::entry::Entry;

/// Version of the format that this build writes, and the only one that it reads.
const VERSION: &str = "1";

/// The reference to one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What is to be done. Decides the stream.
    pub kind: Kind,
    /// The row in PostgreSQL.
    pub job: JobId,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Whose job it is.
    pub tenant: TenantId,
    /// When the job was accepted.
    pub created_at: OffsetDateTime,
    /// W3C trace context of the request that caused the job.
    pub traceparent: Option<String>,
    /// Stream of the API instance that waits for the result: [`Replies::stream_name`](crate::Replies::stream_name).
    pub reply_to: Option<String>,
}

/// Why an entry is not a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A field is not there.
    #[error("field {0:?} is missing")]
    Missing(&'static str),
    /// A field cannot be read.
    #[error("field {0:?} is not well-formed")]
    Malformed(&'static str),
    /// The message was written by another version of this service.
    #[error("version {0:?} is not known")]
    Version(String),
    /// The message lies in the stream of another kind.
    #[error("the message is of kind {found}, but lies in the stream of {expected}")]
    WrongKind {
        /// Kind of the stream.
        expected: Kind,
        /// Kind of the message.
        found: Kind,
    },
}

impl Message {
    /// The fields of the stream entry.
    #[must_use]
    pub fn encode(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("v", VERSION.to_owned()),
            ("kind", self.kind.as_str().to_owned()),
            ("job", self.job.to_string()),
            ("attempt", self.attempt.to_string()),
            ("tenant", self.tenant.to_string()),
            // A time outside the years 0 to 9999 has no RFC 3339 form; an empty field is then refused when read.
            ("created_at", self.created_at.format(&Rfc3339).unwrap_or_default()),
        ];
        fields.extend(
            self.traceparent
                .iter()
                .map(|value| ("traceparent", value.clone())),
        );
        fields.extend(self.reply_to.iter().map(|value| ("reply_to", value.clone())));
        fields
    }

    /// Reads an entry. Additional fields are ignored, so that a newer writer may add some.
    ///
    /// # Errors
    /// If a field is missing or not well-formed, or the version is another one.
    pub fn decode(entry: &Entry) -> Result<Self, DecodeError> {
        let version = required(entry, "v")?;
        if version != VERSION {
            return Err(DecodeError::Version(version.to_owned()));
        }
        Ok(Self {
            kind: parsed(entry, "kind")?,
            job: parsed(entry, "job")?,
            attempt: parsed(entry, "attempt")?,
            tenant: parsed(entry, "tenant")?,
            created_at: OffsetDateTime::parse(required(entry, "created_at")?, &Rfc3339)
                .map_err(|_| DecodeError::Malformed("created_at"))?,
            traceparent: entry.get("traceparent").map(str::to_owned),
            reply_to: entry.get("reply_to").map(str::to_owned),
        })
    }

    /// Reads an entry of the stream of `kind`.
    pub(crate) fn decode_of(kind: Kind, entry: &Entry) -> Result<Self, DecodeError> {
        let message = Self::decode(entry)?;
        if message.kind == kind {
            Ok(message)
        } else {
            Err(DecodeError::WrongKind {
                expected: kind,
                found: message.kind,
            })
        }
    }
}

/// The text of a field that must be there.
pub(crate) fn required<'a>(entry: &'a Entry, name: &'static str) -> Result<&'a str, DecodeError> {
    entry.get(name).ok_or(DecodeError::Missing(name))
}

/// The value of a field that must be there.
pub(crate) fn parsed<T: std::str::FromStr>(entry: &Entry, name: &'static str) -> Result<T, DecodeError> {
    required(entry, name)?
        .parse()
        .map_err(|_| DecodeError::Malformed(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryId;

    fn message() -> Message {
        Message {
            kind: Kind::Booking,
            job: JobId::generate(),
            attempt: 2,
            tenant: TenantId::generate(),
            created_at: OffsetDateTime::now_utc(),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            reply_to: None,
        }
    }

    fn entry(message: &Message) -> Entry {
        let fields = message
            .encode()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Entry {
            id: EntryId::new(1, 0),
            fields: fields.collect(),
        }
    }

    #[test]
    fn a_message_survives_the_way_through_a_stream() {
        let message = message();
        assert_eq!(Message::decode(&entry(&message)), Ok(message));
    }

    #[test]
    fn a_field_of_a_newer_writer_is_ignored() {
        let message = message();
        let mut entry = entry(&message);
        entry.fields.push(("colour".to_owned(), "green".to_owned()));
        assert_eq!(Message::decode(&entry), Ok(message));
    }

    #[test]
    fn a_missing_or_malformed_field_is_named() {
        for name in ["v", "kind", "job", "attempt", "tenant", "created_at"] {
            let mut without = entry(&message());
            without.fields.retain(|(key, _)| key != name);
            assert_eq!(Message::decode(&without), Err(DecodeError::Missing(name)));
        }
        let mut entry = entry(&message());
        entry.fields.retain(|(key, _)| key != "attempt");
        entry.fields.push(("attempt".to_owned(), "-1".to_owned()));
        assert_eq!(Message::decode(&entry), Err(DecodeError::Malformed("attempt")));
    }

    #[test]
    fn a_message_in_a_foreign_stream_is_refused() {
        let error = Message::decode_of(Kind::Quote, &entry(&message())).unwrap_err();
        assert_eq!(
            error,
            DecodeError::WrongKind {
                expected: Kind::Quote,
                found: Kind::Booking
            }
        );
    }
}
