//! Decisions, each with everything that it was made from.

use loadsure_core::ports::Fault;
use loadsure_core::scaling::{Fleet, Mode, Outcome, Record};
use serde::Deserialize as _;
use serde_json::Value;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::document::written;
use super::fence::{fenced, number, position};
use super::{Error, Lead};
use crate::fault::corrupt;
use crate::sql::{Parameters, Sql};
use crate::{Cursor, Page, Store};

/// A decision that was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The term of its leader.
    pub term: u64,
    /// Its number within the term.
    pub sequence: u64,
    /// When it was recorded.
    pub at: OffsetDateTime,
    /// How many workers were decided on.
    pub target: u32,
    /// The rule that decided, in one word.
    pub reason: String,
    /// The mode in force.
    pub mode: Mode,
    /// Whether it was to change the number.
    pub is_change: bool,
    /// The whole [`Record`], as it was written: perhaps by another version of this service.
    pub record: Value,
}

impl Decided {
    /// Its place among all decisions: terms follow each other, and decisions within a term.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor(Uuid::from_u64_pair(self.term, self.sequence))
    }

    /// The workers that it was made from. `None` where another version wrote the record in another form.
    #[must_use]
    pub fn fleet(&self) -> Option<Fleet> {
        Fleet::deserialize(self.record.pointer("/snapshot/fleet")?).ok()
    }
}

const RECORD: &str = "INSERT INTO scaling_decisions
        (term, sequence, target, reason, mode, is_change, is_checkpoint, record)
    SELECT $2, $3, $4, $5, $6, $7, $8, $9 FROM held ON CONFLICT (term, sequence) DO NOTHING";

const OUTCOME: &str =
    "UPDATE scaling_decisions SET record = record || jsonb_build_object('outcome', $5::jsonb)
    FROM held WHERE term = $3 AND sequence = $4";

pub(super) const COLUMNS: &str = "term, sequence, at, target, reason, mode, is_change, record";

/// Decisions are of use for a replay and for finding out why, both soon or never. Changes are kept for longer, in a
/// table of their own.
pub(crate) const PURGE: &str = "DELETE FROM scaling_decisions WHERE (term, sequence) IN (
        SELECT term, sequence FROM scaling_decisions WHERE at <= now() - interval '7 days' ORDER BY at LIMIT 1000
        FOR UPDATE SKIP LOCKED)";

impl Store {
    /// Records a decision. One that is recorded already stays as it is.
    ///
    /// # Errors
    /// When the term is over or not that of the record, or the database fails.
    pub async fn record_decision(&self, lead: &Lead, record: &Record) -> Result<(), Error> {
        if record.term != lead.term() {
            return Err(Error::Fenced);
        }
        let document = written(record)?;
        let rule = document.pointer("/decision/reason/rule").and_then(Value::as_str);
        let rule = rule.ok_or(corrupt("reading a reason"))?;
        let decision = &record.decision;
        let (sequence, target) = (position(record.sequence)?, number(decision.target)?);
        let is_change = decision.target != record.snapshot.fleet.wanted;
        let is_checkpoint = record.history.is_some();
        self.run_fenced(
            "recording a decision",
            lead,
            &fenced(RECORD),
            &[
                &sequence,
                &target,
                &rule,
                &record.mode.as_str(),
                &is_change,
                &is_checkpoint,
                &document,
            ],
        )
        .await
    }

    /// Adds what came of a decision to its record. The decision, named by term and number, may be an earlier leader's.
    ///
    /// # Errors
    /// When the term is over, or the database fails.
    pub async fn note_outcome(
        &self,
        lead: &Lead,
        (term, sequence): (u64, u64),
        outcome: &Outcome,
    ) -> Result<(), Error> {
        let (term, sequence, outcome) = (position(term)?, position(sequence)?, written(outcome)?);
        let sql = fenced(OUTCOME);
        self.run_fenced("noting an outcome", lead, &sql, &[&term, &sequence, &outcome])
            .await
    }

    /// Decisions, newest first, page by page; all, or only those that were to change the number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions(
        &self,
        limit: u32,
        after: Option<Cursor>,
        only_changes: bool,
    ) -> Result<Page<Decided>, Fault> {
        let filter = if only_changes { "AND is_change" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS} FROM scaling_decisions WHERE (term, sequence) < ($1, $2) {filter}
            ORDER BY term DESC, sequence DESC LIMIT $3"
        );
        let (term, sequence) = after.map_or((i64::MAX, i64::MAX), place);
        let most = i64::from(limit) + 1;
        let parameters: Parameters<'_> = &[&term, &sequence, &most];
        let client = self.client().await?;
        let rows = client.rows("reading decisions", &sql, parameters).await?;
        let items = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, None, |decided| decided.cursor().0))
    }
}

/// The place that a cursor names; one that names none lies at the end.
pub(super) fn place(cursor: Cursor) -> (i64, i64) {
    let (term, sequence) = cursor.0.as_u64_pair();
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    (signed(term), signed(sequence))
}

pub(super) fn from_row(row: &Row) -> Result<Decided, Fault> {
    let unreadable = || corrupt("reading a decision");
    let number = |column| u64::try_from(row.get::<_, i64>(column)).map_err(|_| unreadable());
    let mode: &str = row.get("mode");
    Ok(Decided {
        term: number("term")?,
        sequence: number("sequence")?,
        at: row.get("at"),
        target: u32::try_from(row.get::<_, i32>("target")).map_err(|_| unreadable())?,
        reason: row.get("reason"),
        mode: mode.parse().map_err(|_| unreadable())?,
        is_change: row.get("is_change"),
        record: row.get("record"),
    })
}
