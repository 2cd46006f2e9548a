//! What the queue monitor reads about a job stream.

use std::collections::HashMap;

use loadsure_core::job::Kind;
use serde::{Deserialize, Serialize};

use crate::entry::EntryId;
use crate::error::Error;
use crate::names::GROUP;
use crate::queue::Queue;
use crate::script::{COUNT_UNREAD, SAMPLE};
use crate::wire;

/// Up to how many unread entries are counted one by one when the server does not know the lag. More than any scaling
/// decision tells apart.
const COUNT_BOUND: u64 = 10_000;

/// How many entries no consumer has read yet. Pending ones are not among them (S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lag {
    /// This many.
    Known(u64),
    /// Nobody can say. Not zero, and not the length of the stream (S1, S2).
    Unknown(Unknown),
}

/// Why the lag is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// There is no group, as after a wipe.
    NoGroup,
    /// The server does not know it, or contradicts itself, and counting was given up at this number.
    MoreThan(u64),
}

/// One job stream at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamSample {
    /// The server's clock, in milliseconds since the Unix epoch. Tells a stale sample from a fresh one (S9).
    pub server_time_ms: u64,
    /// Entries in the stream, acknowledged ones included: no measure of work (S6).
    pub length: u64,
    /// Unread entries.
    pub lag: Lag,
    /// Entries delivered and not acknowledged. At most one per slot, so no measure of backlog alone (S5).
    pub pending: u64,
    /// Age of the oldest unread entry in milliseconds.
    pub oldest_unread_age_ms: Option<u64>,
    /// Age of the oldest pending entry in milliseconds, counted from when it was added.
    pub oldest_pending_age_ms: Option<u64>,
    /// Consumers known to the group, dead ones included.
    pub consumers: u64,
    /// Entries ever added. Grows only; starts anew after a wipe (S9).
    pub entries_added: u64,
    /// Entries ever read by the group, if the server knows.
    pub entries_read: Option<u64>,
    /// The last entry that was delivered.
    pub last_delivered: Option<EntryId>,
    /// Whether the group exists.
    pub group_exists: bool,
}

/// The answer of the script.
struct Answer(HashMap<String, String>);

impl Answer {
    fn id(&self, name: &str) -> Result<Option<EntryId>, Error> {
        let text = self.0.get(name);
        text.map(|text| text.parse().map_err(|_| Error::Protocol(SAMPLE.name)))
            .transpose()
    }

    /// A number, if it is there and one. A negative or overlong one is none (S3).
    fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.parse().ok()
    }
}

impl Queue {
    /// Reads one job stream, with the lag checked for contradictions.
    ///
    /// # Errors
    /// If Redis did not answer. There is no sample then, not one with zeros.
    pub async fn sample(&self, kind: Kind) -> Result<StreamSample, Error> {
        let keys = vec![self.names().jobs(kind)];
        let flat = SAMPLE
            .run(self.client()?, keys.clone(), vec![GROUP.to_owned()])
            .await?;
        let texts = wire::list(flat, SAMPLE.name)?
            .iter()
            .map(|value| wire::text(value, SAMPLE.name))
            .collect::<Result<Vec<_>, _>>()?;
        let pairs = texts
            .chunks_exact(2)
            .map(|pair| (pair[0].clone(), pair[1].clone()));
        let answer = Answer(pairs.collect());
        let lag = match (answer.id("last-delivered-id")?, plausible_lag(&answer)) {
            (None, _) => Lag::Unknown(Unknown::NoGroup),
            (Some(_), Some(lag)) => Lag::Known(lag),
            (Some(last), None) => {
                let arguments = vec![last.to_string(), (COUNT_BOUND + 1).to_string()];
                let counted = COUNT_UNREAD.run(self.client()?, keys, arguments).await?;
                counted_lag(wire::number(&counted, COUNT_UNREAD.name)?)
            }
        };
        build(&answer, lag)
    }
}

fn build(answer: &Answer, lag: Lag) -> Result<StreamSample, Error> {
    let now = answer.number("now").ok_or(Error::Protocol(SAMPLE.name))? / 1000;
    let age = |id: Option<EntryId>| id.map(|id| now.saturating_sub(id.ms()));
    let last_delivered = answer.id("last-delivered-id")?;
    Ok(StreamSample {
        server_time_ms: now,
        length: answer.number("length").unwrap_or(0),
        lag,
        pending: answer.number("pending").unwrap_or(0),
        oldest_unread_age_ms: age(answer.id("oldest-unread")?),
        oldest_pending_age_ms: age(answer.id("oldest-pending")?),
        consumers: answer.number("consumers").unwrap_or(0),
        entries_added: answer.number("entries-added").unwrap_or(0),
        entries_read: answer.number("entries-read"),
        last_delivered,
        group_exists: last_delivered.is_some(),
    })
}

/// The server's lag, unless it is missing (after `XDEL` or `SETID`, S1) or contradicts what else is known: more than the
/// stream holds, or something where nothing is unread, or nothing where something is (S3).
fn plausible_lag(answer: &Answer) -> Option<u64> {
    let lag = answer.number("lag")?;
    let fits = lag <= answer.number("length")?;
    let agrees = (lag > 0) == answer.0.contains_key("oldest-unread");
    (fits && agrees).then_some(lag)
}

fn counted_lag(counted: u64) -> Lag {
    if counted > COUNT_BOUND {
        Lag::Unknown(Unknown::MoreThan(COUNT_BOUND))
    } else {
        Lag::Known(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lag(pairs: &[(&str, &str)]) -> Option<u64> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        plausible_lag(&Answer(pairs.collect()))
    }

    /// S1, S3: what the server says is believed only if it can be true.
    #[test]
    fn an_impossible_lag_is_not_believed() {
        assert_eq!(
            lag(&[("length", "5"), ("lag", "3"), ("oldest-unread", "1-0")]),
            Some(3)
        );
        assert_eq!(lag(&[("length", "5"), ("lag", "0")]), Some(0));
        assert_eq!(lag(&[("length", "5")]), None, "missing");
        assert_eq!(
            lag(&[
                ("length", "5"),
                ("lag", "18446744073709551616"),
                ("oldest-unread", "1-0")
            ]),
            None
        );
        assert_eq!(
            lag(&[("length", "5"), ("lag", "-1"), ("oldest-unread", "1-0")]),
            None,
            "underflow"
        );
        assert_eq!(
            lag(&[("length", "5"), ("lag", "6"), ("oldest-unread", "1-0")]),
            None,
            "more than there is"
        );
        assert_eq!(lag(&[("length", "5"), ("lag", "2")]), None, "phantom");
        assert_eq!(
            lag(&[("length", "5"), ("lag", "0"), ("oldest-unread", "1-0")]),
            None,
            "hidden"
        );
    }

    #[test]
    fn a_count_that_was_given_up_is_unknown() {
        assert_eq!(counted_lag(COUNT_BOUND), Lag::Known(COUNT_BOUND));
        assert_eq!(
            counted_lag(COUNT_BOUND + 1),
            Lag::Unknown(Unknown::MoreThan(COUNT_BOUND))
        );
    }
}
