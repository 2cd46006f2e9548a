//! Accepting a question about a certificate.

use loadsure_core::certificate::Number;
use loadsure_core::id::{JobId, TenantId};
use loadsure_core::ports::{CertificateTask, Fault};
use serde_json::json;

use crate::Store;
use crate::jobs::NewJob;
use crate::sql::Sql;

/// Whether a tenant's certificate was found, and the job that asks about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It was; the job is accepted.
    Yes(JobId),
    /// The tenant has no such certificate.
    No,
}

const ASK: &str = "INSERT INTO jobs (id, tenant_id, kind, subject_id, payload, due_at, reply_to, traceparent)
    SELECT $1, c.tenant_id, 'certificate', c.id, $4, now() + $5 * interval '1 millisecond', $6, $7
    FROM certificates c WHERE c.number = $2 AND c.tenant_id = $3";

impl Store {
    /// Accepts a job that asks the insurer about a certificate.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_about_certificate(
        &self,
        tenant: TenantId,
        number: &Number,
        task: CertificateTask,
        job: &NewJob,
    ) -> Result<Found, Fault> {
        let client = self.client().await?;
        let accepted = client
            .run(
                "asking about a certificate",
                ASK,
                &[
                    &job.id.as_uuid(),
                    &number.as_str(),
                    &tenant.as_uuid(),
                    &json!({"task": task}),
                    &job.relay_after_ms(),
                    &job.reply_to,
                    &job.traceparent,
                ],
            )
            .await?;
        Ok(if accepted == 1 {
            Found::Yes(job.id)
        } else {
            Found::No
        })
    }
}
