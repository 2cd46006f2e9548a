//! Accepting a quote: business row, idempotency row and job row in one statement.

use std::sync::LazyLock;

use loadsure_core::id::{JobId, QuoteId, TenantId};
use loadsure_core::ports::Fault;
use loadsure_core::quote_request::QuoteRequest;

use crate::Store;
use crate::idempotency::{Acceptance, CLAIM, Key};
use crate::jobs::NewJob;
use crate::sql::Sql;

/// A quote to be accepted.
#[derive(Debug)]
pub struct NewQuote<'a> {
    /// Its id.
    pub id: QuoteId,
    /// Its owner.
    pub tenant: TenantId,
    /// The application.
    pub request: &'a QuoteRequest,
    /// The job that prices it.
    pub job: NewJob,
}

static ACCEPT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH claimed AS ({CLAIM}),
        gate AS (SELECT 1 WHERE $2::text IS NULL OR EXISTS (SELECT 1 FROM claimed)),
        accepted AS (
            INSERT INTO quotes (id, tenant_id, status, request, user_id, freight_id, po_number, fee_type, fee_value,
                callback_url)
            SELECT $5, $1, 'requested', $6, $7, $8, $9, $10, $11, $12 FROM gate RETURNING id),
        outbox AS (
            INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, reply_to, traceparent)
            SELECT $4, $1, 'quote', $5, now() + $13 * interval '1 millisecond', $14, $15 FROM gate)
        SELECT id FROM accepted"
    )
});

impl Store {
    /// Accepts a quote with the job that prices it.
    ///
    /// # Errors
    /// When the database fails; then nothing was accepted, or the same key will find it.
    pub async fn accept_quote(
        &self,
        new: &NewQuote<'_>,
        key: Option<&Key>,
    ) -> Result<Acceptance<JobId>, Fault> {
        let client = self.client().await?;
        let shipment = &new.request.shipment;
        let fee = new.request.fee;
        let rows = client
            .row(
                "accepting a quote",
                &ACCEPT,
                &[
                    &new.tenant.as_uuid(),
                    &key.map(|key| &key.key),
                    &key.map(|key| &key.fingerprint[..]),
                    &new.job.id.as_uuid(),
                    &new.id.as_uuid(),
                    &new.request.to_stored(),
                    &new.request.user.id.expose(),
                    &shipment.freight_id.expose(),
                    &shipment.po_number.as_ref().map(|number| number.expose()),
                    &fee.map(|fee| fee.kind().as_str()),
                    &fee.map(|fee| fee.value()),
                    &new.request.callback_url.as_ref().map(url::Url::as_str),
                    &new.job.relay_after_ms(),
                    &new.job.reply_to,
                    &new.job.traceparent,
                ],
            )
            .await?;
        drop(client);
        match rows {
            Some(_) => Ok(Acceptance::Accepted(new.job.id)),
            None => self.replay(new.tenant, key).await,
        }
    }
}
