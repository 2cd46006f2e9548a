//! Entries of a stream as the server gives them.

use std::fmt;
use std::str::FromStr;

/// Id of a stream entry: milliseconds of the server's clock and a sequence number. Ordered as the server orders them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    ms: u64,
    seq: u64,
}

impl EntryId {
    /// Smaller than every id that the server gives.
    pub const ZERO: Self = Self { ms: 0, seq: 0 };

    /// An id from its parts.
    #[must_use]
    pub const fn new(ms: u64, seq: u64) -> Self {
        Self { ms, seq }
    }

    /// When the entry was added, in milliseconds since the Unix epoch by the server's clock.
    #[must_use]
    pub const fn ms(&self) -> u64 {
        self.ms
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

/// The text is not the id of a stream entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the id of a stream entry")]
pub struct InvalidEntryId(String);

impl FromStr for EntryId {
    type Err = InvalidEntryId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('-')
            .and_then(|(ms, seq)| {
                Some(Self {
                    ms: ms.parse().ok()?,
                    seq: seq.parse().ok()?,
                })
            })
            .ok_or_else(|| InvalidEntryId(text.to_owned()))
    }
}

impl serde::Serialize for EntryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for EntryId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One entry: its id and its fields in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id that the server gave.
    pub id: EntryId,
    /// Names and values. Bytes that are not UTF-8 are replaced, since nothing of ours writes such.
    pub fields: Vec<(String, String)>,
}

impl Entry {
    /// The value of the first field called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_number_not_by_text() {
        let early: EntryId = "9-10".parse().unwrap();
        let late: EntryId = "10-2".parse().unwrap();
        assert!(early < late);
        assert_eq!(late.to_string(), "10-2");
    }

    #[test]
    fn other_text_is_no_id() {
        for text in ["", "1", "1-", "-1", "a-1", "1-2-3", "18446744073709551616-0"] {
            assert!(text.parse::<EntryId>().is_err(), "{text}");
        }
    }
}
