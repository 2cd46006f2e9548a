//! Looking at one job: how it ended, for whoever waits for it and for operations.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use serde_json::Value;

use super::end::{FAILED, failed};
use super::relay::kind;
use crate::Store;
use crate::fault::corrupt;
use crate::sql::Sql;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waiting to be published.
    Pending,
    /// Published to its stream.
    Published,
    /// Ended.
    Done,
    /// Ended without an answer.
    Dead,
}

impl JobState {
    /// Whether the job has ended.
    #[must_use]
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Done | Self::Dead)
    }
}

/// A job as operations see it.
#[derive(Debug, Clone)]
pub struct JobView {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: Kind,
    /// Where it stands.
    pub state: JobState,
    /// Its attempt.
    pub attempt: u32,
    /// Attempts that failed since it was begun or replayed; those that were held back here are not among them.
    pub failed: u32,
    /// What it returned.
    pub result: Option<Value>,
    /// Why it died.
    pub failure: Option<ErrorCode>,
    /// Every attempt that failed: attempt, at, why.
    pub errors: Value,
}

impl Store {
    /// A job, or `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn job(&self, id: JobId) -> Result<Option<JobView>, Fault> {
        let sql = format!(
            "SELECT kind, state, attempt, result, error_code, errors, {FAILED} AS failed FROM jobs j WHERE id = $1"
        );
        let client = self.client().await?;
        let row = client.row("reading a job", &sql, &[&id.as_uuid()]).await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let state = match row.get("state") {
            "pending" => JobState::Pending,
            "published" => JobState::Published,
            "done" => JobState::Done,
            "dead" => JobState::Dead,
            _ => return Err(corrupt("reading a job's state")),
        };
        Ok(Some(JobView {
            id,
            kind: kind(row.get("kind"))?,
            state,
            attempt: u32::try_from(row.get::<_, i32>("attempt"))
                .map_err(|_| corrupt("reading an attempt"))?,
            failed: failed(&row)?,
            result: row.get("result"),
            failure: row
                .get::<_, Option<&str>>("error_code")
                .and_then(|code| code.parse().ok()),
            errors: row.get("errors"),
        }))
    }
}
