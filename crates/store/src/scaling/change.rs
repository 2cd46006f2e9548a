//! Changes that were begun: each a deployment where the platform makes it one.

use loadsure_core::ports::Fault;
use loadsure_core::scaling::{self, ChangeResult, Moment};
use serde_json::Value;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::fence::{fenced, number, position};
use super::{Error, Lead};
use crate::Store;
use crate::fault::corrupt;
use crate::sql::Sql;

/// A change that is about to be made.
#[derive(Debug, Clone)]
pub struct NewChange<'a> {
    /// Its id.
    pub id: Uuid,
    /// The decision behind it.
    pub sequence: u64,
    /// How many workers there are.
    pub from: u32,
    /// How many there will be.
    pub to: u32,
    /// Who makes it, such as `digitalocean`.
    pub actuator: &'a str,
    /// The proposal that it carries out.
    pub proposal: Option<Uuid>,
    /// What else is known, such as the cost.
    pub detail: &'a Value,
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The workers are there.
    Applied,
    /// It failed, and the number is as it was.
    Failed,
    /// Somebody else's deployment took its place.
    Superseded,
    /// Nobody knows.
    Unknown,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Applied, Self::Failed, Self::Superseded, Self::Unknown];

    /// The word in the database and in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
            Self::Unknown => "unknown",
        }
    }
}

impl From<ChangeResult> for Ending {
    fn from(result: ChangeResult) -> Self {
        match result {
            ChangeResult::Applied => Self::Applied,
            ChangeResult::Failed => Self::Failed,
            ChangeResult::Superseded => Self::Superseded,
        }
    }
}

/// A change that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its id.
    pub id: Uuid,
    /// The term of the decision behind it.
    pub term: u64,
    /// The sequence number of that decision.
    pub sequence: u64,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// How many workers there were.
    pub from: u32,
    /// How many there were to be.
    pub to: u32,
    /// Who made it.
    pub actuator: String,
    /// How it ended; `None` while it is under way.
    pub ending: Option<Ending>,
    /// What else is known.
    pub detail: Value,
}

impl Change {
    /// The change as a history of decisions remembers it. What nobody knows the end of counts as failed.
    #[must_use]
    pub fn remembered(&self) -> scaling::Change {
        scaling::Change {
            id: self.id.to_string(),
            at: moment(self.started_at),
            from: self.from,
            to: self.to,
            ended: self.ended_at.map(moment),
            result: self.ending.map(|ending| match ending {
                Ending::Applied => ChangeResult::Applied,
                Ending::Superseded => ChangeResult::Superseded,
                Ending::Failed | Ending::Unknown => ChangeResult::Failed,
            }),
        }
    }
}

/// Before 1970 nothing was scaled.
fn moment(time: OffsetDateTime) -> Moment {
    Moment(u64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default())
}

const BEGIN: &str = "INSERT INTO scaling_changes
        (id, term, sequence, from_workers, to_workers, actuator, proposal_id, detail)
    SELECT $3, $2, $4, $5, $6, $7, $8, $9 FROM held ON CONFLICT (id) DO NOTHING";

const NOTE: &str = "UPDATE scaling_changes SET detail = detail || $4
    FROM held WHERE id = $3 AND ended_at IS NULL";

/// A later leader may end what an earlier one began.
const END: &str = "UPDATE scaling_changes SET ended_at = now(), result = $4, detail = detail || $5
    FROM held WHERE id = $3 AND ended_at IS NULL";

/// The change under way, if there is one, is the newest.
const LATEST: &str =
    "SELECT id, term, sequence, started_at, ended_at, from_workers, to_workers, actuator, result, detail
    FROM scaling_changes ORDER BY started_at DESC LIMIT $1";

/// More than any budget allows in a day, and than a history remembers.
const RECENT: &str =
    "SELECT id, term, sequence, started_at, ended_at, from_workers, to_workers, actuator, result, detail
    FROM (SELECT * FROM scaling_changes WHERE started_at >= $1 AND NOT detail ? 'refused'
        ORDER BY started_at DESC LIMIT 200) latest
    ORDER BY started_at";

impl Store {
    /// Writes down that a change is about to be made: call this before anything is asked of the platform.
    ///
    /// # Errors
    /// When the term is over, or the database fails. A proposal that was carried out already is a fault.
    pub async fn begin_change(&self, lead: &Lead, new: &NewChange<'_>) -> Result<(), Error> {
        let (sequence, from, to) = (position(new.sequence)?, number(new.from)?, number(new.to)?);
        self.run_fenced(
            "beginning a change",
            lead,
            &fenced(BEGIN),
            &[
                &new.id,
                &sequence,
                &from,
                &to,
                &new.actuator,
                &new.proposal,
                new.detail,
            ],
        )
        .await
    }

    /// Adds to what is known of a change under way, such as the deployment that carries it: a later leader follows that.
    ///
    /// # Errors
    /// When the term is over, or the database fails.
    pub async fn note_change(&self, lead: &Lead, id: Uuid, detail: &Value) -> Result<(), Error> {
        let sql = fenced(NOTE);
        self.run_fenced("noting a change", lead, &sql, &[&id, detail])
            .await
    }

    /// Writes down how a change ended, and adds to what is known of it. A change that has ended stays as it is.
    ///
    /// # Errors
    /// When the term is over, or the database fails.
    pub async fn end_change(
        &self,
        lead: &Lead,
        id: Uuid,
        ending: Ending,
        detail: &Value,
    ) -> Result<(), Error> {
        let sql = fenced(END);
        self.run_fenced("ending a change", lead, &sql, &[&id, &ending.as_str(), detail])
            .await
    }

    /// The latest changes begun at or after `since`, oldest first, but for those that were given up before anything was
    /// asked of the platform: their detail says `refused`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recent_changes(&self, since: OffsetDateTime) -> Result<Vec<Change>, Fault> {
        let client = self.client().await?;
        let rows = client.rows("reading changes", RECENT, &[&since]).await?;
        rows.iter().map(from_row).collect()
    }

    /// The latest changes, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changes(&self, limit: u32) -> Result<Vec<Change>, Fault> {
        let client = self.client().await?;
        let rows = client
            .rows("reading changes", LATEST, &[&i64::from(limit)])
            .await?;
        rows.iter().map(from_row).collect()
    }
}

fn from_row(row: &Row) -> Result<Change, Fault> {
    let unreadable = || corrupt("reading a change");
    let ending = row.get::<_, Option<&str>>("result").map(|word| {
        let known = Ending::ALL.into_iter().find(|one| one.as_str() == word);
        known.ok_or_else(unreadable)
    });
    let workers = |column| u32::try_from(row.get::<_, i32>(column)).map_err(|_| unreadable());
    let position = |column| u64::try_from(row.get::<_, i64>(column)).map_err(|_| unreadable());
    Ok(Change {
        id: row.get("id"),
        term: position("term")?,
        sequence: position("sequence")?,
        started_at: row.get("started_at"),
        ended_at: row.get("ended_at"),
        from: workers("from_workers")?,
        to: workers("to_workers")?,
        actuator: row.get("actuator"),
        ending: ending.transpose()?,
        detail: row.get("detail"),
    })
}
