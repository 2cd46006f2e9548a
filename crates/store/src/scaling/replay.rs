//! Decisions in the order in which they were made, from one on that carries the monitor's memory: for a monitor that
//! takes over, and for replaying them elsewhere.

use loadsure_core::ports::Fault;
use time::OffsetDateTime;

use super::decision::{COLUMNS, Decided, from_row, place};
use crate::fault::corrupt;
use crate::sql::Sql;
use crate::{Cursor, Page, Store};

/// Where a replay is to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayFrom {
    /// Everything from this time on.
    Time(OffsetDateTime),
    /// So many of the latest decisions.
    Last(u32),
}

const BY_TIME: &str = "SELECT term, sequence FROM scaling_decisions WHERE at >= $1 ORDER BY at LIMIT 1";
const BY_NUMBER: &str = "SELECT term, sequence FROM (
        SELECT term, sequence FROM scaling_decisions ORDER BY term DESC, sequence DESC LIMIT $1) latest
    ORDER BY term, sequence LIMIT 1";

const CHECKPOINT_BEFORE: &str = "SELECT term, sequence FROM scaling_decisions
    WHERE is_checkpoint AND (term, sequence) <= ($1, $2) ORDER BY term DESC, sequence DESC LIMIT 1";
/// For when what lies before was removed: it begins as soon as it can.
const CHECKPOINT_AFTER: &str = "SELECT term, sequence FROM scaling_decisions
    WHERE is_checkpoint AND (term, sequence) > ($1, $2) ORDER BY term, sequence LIMIT 1";

impl Store {
    /// The decision at which a replay has to begin so that it covers `from`: one that carries the monitor's memory.
    /// `None` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replay_start(&self, from: ReplayFrom) -> Result<Option<Cursor>, Fault> {
        let client = self.client().await?;
        let first = match from {
            ReplayFrom::Time(time) => client.row("finding a decision", BY_TIME, &[&time]).await?,
            ReplayFrom::Last(number) => {
                let number = i64::from(number);
                client.row("finding a decision", BY_NUMBER, &[&number]).await?
            }
        };
        let Some(first) = first else { return Ok(None) };
        let (term, sequence): (i64, i64) = (first.get(0), first.get(1));
        for sql in [CHECKPOINT_BEFORE, CHECKPOINT_AFTER] {
            let found = client
                .row("finding a checkpoint", sql, &[&term, &sequence])
                .await?;
            if let Some(row) = found {
                return cursor(row.get(0), row.get(1)).map(Some);
            }
        }
        Ok(None)
    }

    /// Up to `limit` decisions in their order, the one at `from` included. [`Page::next`] is the first of the next page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_from(&self, from: Cursor, limit: u32) -> Result<Page<Decided>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scaling_decisions WHERE (term, sequence) >= ($1, $2)
            ORDER BY term, sequence LIMIT $3"
        );
        let ((term, sequence), most) = (place(from), i64::from(limit) + 1);
        let client = self.client().await?;
        let rows = client
            .rows("reading decisions", &sql, &[&term, &sequence, &most])
            .await?;
        let mut items = rows.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        let is_full = items.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        let next = if is_full { items.pop() } else { None };
        Ok(Page {
            items,
            next: next.map(|decided| decided.cursor()),
            total: None,
        })
    }
}

fn cursor(term: i64, sequence: i64) -> Result<Cursor, Fault> {
    let unsigned = |number: i64| u64::try_from(number).map_err(|_| corrupt("reading a decision"));
    Ok(Cursor(uuid::Uuid::from_u64_pair(
        unsigned(term)?,
        unsigned(sequence)?,
    )))
}
