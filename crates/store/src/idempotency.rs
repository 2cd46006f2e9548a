//! Idempotency keys: stored in the transaction of the work that they stand for (design.md section 6).

use deadpool_postgres::Transaction;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::ports::Fault;
use serde_json::Value;
use uuid::Uuid;

use crate::Store;
use crate::fault::corrupt;
use crate::sql::{Parameters, Sql};

/// A caller's key and what it was sent with.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub fingerprint: [u8; 32],
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Location` header.
    pub location: Option<String>,
    /// Body.
    pub body: Value,
}

/// What is known of a key that was used before.
#[derive(Debug, Clone, PartialEq)]
pub enum Replay {
    /// It was used for another request.
    Reused,
    /// The request it stands for was accepted; its answer was not stored. Whoever repeats it gets the state of
    /// the work: the first caller may have lost its connection, or its api instance died.
    Accepted {
        /// The job.
        job: JobId,
        /// The business row.
        subject: Uuid,
    },
    /// The answer.
    Answered(Answer),
}

/// What became of an attempt to accept work.
#[derive(Debug)]
pub enum Acceptance<T> {
    /// It is accepted.
    Accepted(T),
    /// The key was used before.
    Replayed(Replay),
    /// It is refused; with the id of what stands in the way, where that helps.
    Refused(ErrorCode, Option<Uuid>),
}

/// Claims a key if it is free or its time is over. A concurrent claim of the same key waits for this transaction.
/// Parameters: `$1` tenant, `$2` key or NULL, `$3` fingerprint, `$4` job, `$5` subject.
pub(crate) const CLAIM: &str =
    "INSERT INTO idempotency_keys (tenant_id, key, fingerprint, job_id, subject_id, expires_at)
    SELECT $1, $2::text, $3::bytea, $4, $5, now() + interval '24 hours' WHERE $2::text IS NOT NULL
    ON CONFLICT (tenant_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, job_id = excluded.job_id,
        subject_id = excluded.subject_id, status = NULL, location = NULL, body = NULL, created_at = now(),
        expires_at = excluded.expires_at
    WHERE idempotency_keys.expires_at <= now()
    RETURNING 1";

/// Claims a key within the transaction that accepts the work. `false` when it stands for an earlier request.
pub(crate) async fn claim(
    transaction: &Transaction<'_>,
    tenant: TenantId,
    key: &Key,
    job: JobId,
    subject: Uuid,
) -> Result<bool, Fault> {
    let (fingerprint, tenant, job) = (&key.fingerprint[..], tenant.as_uuid(), job.as_uuid());
    let parameters: Parameters<'_> = &[&tenant, &key.key, &fingerprint, &job, &subject];
    let claimed = transaction
        .row("claiming an idempotency key", CLAIM, parameters)
        .await?;
    Ok(claimed.is_some())
}

impl Store {
    /// What is known of a key, or `None` when it is free.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_replay(&self, tenant: TenantId, key: &Key) -> Result<Option<Replay>, Fault> {
        let sql = "SELECT fingerprint, job_id, subject_id, status, location, body FROM idempotency_keys
            WHERE tenant_id = $1 AND key = $2 AND expires_at > now()";
        let client = self.client().await?;
        let row = client
            .row("reading an idempotency key", sql, &[&tenant.as_uuid(), &key.key])
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        if row.get::<_, Vec<u8>>("fingerprint") != key.fingerprint {
            return Ok(Some(Replay::Reused));
        }
        let Some(status) = row.get::<_, Option<i16>>("status") else {
            let job = JobId::from(row.get::<_, Uuid>("job_id"));
            return Ok(Some(Replay::Accepted {
                job,
                subject: row.get("subject_id"),
            }));
        };
        Ok(Some(Replay::Answered(Answer {
            status: u16::try_from(status).map_err(|_| corrupt("reading a stored status"))?,
            location: row.get("location"),
            body: row.get::<_, Option<Value>>("body").unwrap_or_default(),
        })))
    }

    /// What is known of a key that could not be claimed.
    pub(crate) async fn replay<T>(
        &self,
        tenant: TenantId,
        key: Option<&Key>,
    ) -> Result<Acceptance<T>, Fault> {
        let key = key.ok_or(corrupt("accepting without a key"))?;
        // A claim that failed has met a row; it can only be gone when its time ended in between.
        let known = self
            .find_replay(tenant, key)
            .await?
            .ok_or(corrupt("finding the claimed key"))?;
        Ok(Acceptance::Replayed(known))
    }

    /// Stores the answer that was given, unless one is stored already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_answer(&self, tenant: TenantId, key: &Key, answer: &Answer) -> Result<(), Fault> {
        let sql = "UPDATE idempotency_keys SET status = $3, location = $4, body = $5
            WHERE tenant_id = $1 AND key = $2 AND status IS NULL";
        let status = i16::try_from(answer.status).map_err(|_| corrupt("storing a status"))?;
        let client = self.client().await?;
        client
            .run(
                "storing an answer",
                sql,
                &[
                    &tenant.as_uuid(),
                    &key.key,
                    &status,
                    &answer.location,
                    &answer.body,
                ],
            )
            .await?;
        Ok(())
    }
}
