//! How attempts and jobs end.

use deadpool_postgres::GenericClient;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, Jobs};
use loadsure_core::retry::Backoff;
use serde_json::Value;
use tokio_postgres::Row;

use crate::Store;
use crate::fault::corrupt;
use crate::sql::Sql;

/// The errors are the attempts that failed: one that was held back here is counted in `attempt` alone, which makes a
/// message of its own of every delivery. Full jitter is drawn here, and the due time is the database's, so that clocks of processes do not matter.
const RETRY: &str = "UPDATE jobs SET state = 'pending', attempt = attempt + 1, entry_id = NULL,
        due_at = now() + ($3 + random() * $4) * interval '1 millisecond',
        errors = CASE WHEN $6
            THEN errors || jsonb_build_object('attempt', attempt, 'at', now(), 'why', $5::text) ELSE errors END
    WHERE id = $1 AND attempt = $2 AND state IN ('pending', 'published')";

const FINISH: &str = "UPDATE jobs SET state = 'done', finished_at = now(), result = $2
    WHERE id = $1 AND state IN ('pending', 'published')";

pub(super) const BURY: &str = "UPDATE jobs SET state = 'dead', finished_at = now(), error_code = $2,
        errors = errors || jsonb_build_object('attempt', attempt, 'at', now(), 'why', $3::text)
    WHERE id = $1 AND state IN ('pending', 'published')";

/// How many attempts of the job `j` failed in this life of it, for a column `failed`.
pub(crate) const FAILED: &str =
    "jsonb_array_length(jsonb_path_query_array(j.errors, '$[*] ? (!exists(@.earlier))'))";

/// Reads [`FAILED`].
pub(crate) fn failed(row: &Row) -> Result<u32, Fault> {
    u32::try_from(row.get::<_, i32>("failed")).map_err(|_| corrupt("counting attempts"))
}

/// Milliseconds as an interval's factor.
pub(crate) fn millis(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

impl Jobs for Store {
    async fn retry(&self, ticket: Ticket, backoff: Backoff, why: &str) -> Result<(), Fault> {
        let client = self.client().await?;
        put_off(&client, ticket, backoff, why).await
    }

    async fn finish(&self, ticket: Ticket, result: Value) -> Result<(), Fault> {
        let client = self.client().await?;
        client
            .run("finishing a job", FINISH, &[&ticket.job.as_uuid(), &result])
            .await?;
        Ok(())
    }

    async fn bury(&self, ticket: Ticket, code: ErrorCode, why: &str) -> Result<(), Fault> {
        let client = self.client().await?;
        client
            .run(
                "burying a job",
                BURY,
                &[&ticket.job.as_uuid(), &code.as_str(), &why],
            )
            .await?;
        Ok(())
    }
}

/// Ends an attempt that will be tried again, on a connection or within a transaction.
pub(crate) async fn put_off(
    client: &impl GenericClient,
    ticket: Ticket,
    backoff: Backoff,
    why: &str,
) -> Result<(), Fault> {
    let (least, spread) = (millis(backoff.at_least), millis(backoff.spread));
    client
        .run(
            "putting a job off",
            RETRY,
            &[
                &ticket.job.as_uuid(),
                &attempt(ticket)?,
                &least,
                &spread,
                &why,
                &backoff.counts,
            ],
        )
        .await?;
    Ok(())
}

/// The attempt of a ticket as the database counts it.
pub(crate) fn attempt(ticket: Ticket) -> Result<i32, Fault> {
    i32::try_from(ticket.attempt).map_err(|_| corrupt("counting attempts"))
}
