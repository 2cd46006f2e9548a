//! Looking at jobs that died. Across tenants, and without personal data.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use serde_json::Value;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::fault::corrupt;
use crate::jobs::relay::kind;
use crate::sql::Sql;
use crate::{Cursor, Page, Store};

/// A job that died, or was dead once, as operations see it.
#[derive(Debug, Clone)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: Kind,
    /// Where it stands: `dead`; `pending` and `published` once it was replayed; `done` once it ended or was discarded.
    pub state: String,
    /// Its owner.
    pub tenant: TenantId,
    /// The record that it works on.
    pub subject: Uuid,
    /// Its attempt.
    pub attempt: u32,
    /// Why it died.
    pub failure: Option<ErrorCode>,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
    /// When it died or ended.
    pub finished_at: Option<OffsetDateTime>,
    /// Every attempt that failed: attempt, at, why.
    pub errors: Value,
}

const COLUMNS: &str =
    "id, kind, state, tenant_id, subject_id, attempt, error_code, created_at, finished_at, errors";

impl Store {
    /// Jobs that died, the newest first; of one kind, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_jobs(
        &self,
        of: Option<Kind>,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<DeadJob>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM jobs WHERE state = 'dead' AND ($1::text IS NULL OR kind = $1)
            AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
        );
        let (of, after) = (of.map(Kind::as_str), after.map(|Cursor(id)| id));
        let client = self.client().await?;
        let parameters: crate::sql::Parameters<'_> = &[&of, &after, &(i64::from(limit) + 1)];
        let rows = client.rows("listing dead jobs", &sql, parameters).await?;
        let items = rows.iter().map(dead_job).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, None, |item| item.id.as_uuid()))
    }

    /// Any tenant's job, whatever its state, or `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_job(&self, id: JobId) -> Result<Option<DeadJob>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1");
        let client = self.client().await?;
        let row = client.row("reading a dead job", &sql, &[&id.as_uuid()]).await?;
        row.as_ref().map(dead_job).transpose()
    }
}

fn dead_job(row: &Row) -> Result<DeadJob, Fault> {
    Ok(DeadJob {
        id: JobId::from(row.get::<_, Uuid>("id")),
        kind: kind(row.get("kind"))?,
        state: row.get("state"),
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        subject: row.get("subject_id"),
        attempt: u32::try_from(row.get::<_, i32>("attempt")).map_err(|_| corrupt("reading an attempt"))?,
        failure: row
            .get::<_, Option<&str>>("error_code")
            .and_then(|code| code.parse().ok()),
        created_at: row.get("created_at"),
        finished_at: row.get("finished_at"),
        errors: row.get("errors"),
    })
}
