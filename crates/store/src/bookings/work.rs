//! What buying reads, and the commit that comes before anything is sent.

use std::time::Duration;

use loadsure_core::booking::{Event, Status};
use loadsure_core::id::BookingId;
use loadsure_core::insurer::QuoteToken;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Bookings, Fault, PurchaseWork, Unanswered};
use loadsure_core::retry::Backoff;
use loadsure_core::state::State;
use uuid::Uuid;

use super::{conclude, repeat};
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::jobs::{FAILED, attempt, failed, put_off};
use crate::quotes::EFFECTIVE_STATUS;
use crate::sql::Sql;

/// The state and the journal are one statement: nobody ever sees one without the other.
const START: &str = "WITH started AS (
        UPDATE bookings b SET status = 'purchasing', attempts = b.attempts + 1, updated_at = now()
        FROM quotes q
        WHERE b.id = $1 AND b.status = ANY($2) AND q.id = b.quote_id AND q.status = 'active'
            AND q.expires_at > now()
        RETURNING b.id, b.attempts)
    INSERT INTO booking_attempts (booking_id, number, job_id) SELECT id, attempts, $3 FROM started RETURNING number";

const POSTPONE: &str = "WITH taken_back AS (
        UPDATE booking_attempts SET ended_at = now(), outcome = 'postponed', detail = $4
        WHERE booking_id = $1 AND number = $2 AND ended_at IS NULL RETURNING 1)
    UPDATE bookings SET status = 'requested', updated_at = now()
    WHERE id = $1 AND attempts = $2 AND status = ANY($3) AND EXISTS (SELECT FROM taken_back)";

impl Bookings for Store {
    async fn purchase_work(&self, ticket: Ticket) -> Result<Option<PurchaseWork>, Fault> {
        let sql = format!(
            "SELECT b.id, b.status, {EFFECTIVE_STATUS} AS quote_status, q.quote_token, b.send_emails_to,
                (extract(epoch FROM now() - a.started_at) * 1000)::bigint AS purchasing_ms, b.attempts,
                {FAILED} AS failed,
                (SELECT count(*) FROM booking_attempts l
                    WHERE l.booking_id = b.id AND l.job_id = j.id AND l.outcome = 'lost_sight') AS lost,
                (SELECT count(*) FROM booking_attempts l
                    WHERE l.booking_id = b.id AND l.job_id <> j.id AND l.outcome = 'lost_sight') AS lost_before
            FROM jobs j JOIN bookings b ON b.id = j.subject_id JOIN quotes q ON q.id = b.quote_id
            LEFT JOIN booking_attempts a ON a.booking_id = b.id AND a.number = b.attempts AND a.ended_at IS NULL
            WHERE j.id = $1 AND j.attempt = $2 AND j.state IN ('pending', 'published')"
        );
        let client = self.client().await?;
        let row = client
            .row(
                "reading a booking to buy",
                &sql,
                &[&ticket.job.as_uuid(), &attempt(ticket)?],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (status, quote_status): (&str, &str) = (row.get("status"), row.get("quote_status"));
        let recipients: Vec<&str> = row.get("send_emails_to");
        let purchasing: Option<i64> = row.get("purchasing_ms");
        Ok(Some(PurchaseWork {
            booking: BookingId::from(row.get::<_, Uuid>("id")),
            status: status
                .parse()
                .map_err(|_| corrupt("reading a booking's status"))?,
            quote_status: quote_status
                .parse()
                .map_err(|_| corrupt("reading a quote's status"))?,
            token: row.get::<_, Option<String>>("quote_token").map(QuoteToken::new),
            send_emails_to: recipients
                .into_iter()
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|_| corrupt("reading recipients"))?,
            attempt: u32::try_from(row.get::<_, i32>("attempts"))
                .map_err(|_| corrupt("counting attempts"))?,
            lost: u32::try_from(row.get::<_, i64>("lost")).map_err(|_| corrupt("counting attempts"))?,
            failed: failed(&row)?,
            lost_before: u32::try_from(row.get::<_, i64>("lost_before"))
                .map_err(|_| corrupt("counting attempts"))?,
            purchasing_for: purchasing.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or_default())),
        }))
    }

    async fn start_purchase(&self, ticket: Ticket, booking: BookingId) -> Result<Option<Attempt>, Fault> {
        let from = Status::sources(Event::Started);
        let client = self.client().await?;
        let row = client
            .row(
                "starting a purchase",
                START,
                &[&booking.as_uuid(), &from, &ticket.job.as_uuid()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let number = u32::try_from(row.get::<_, i32>(0)).map_err(|_| corrupt("counting attempts"))?;
        Ok(Some(Attempt { booking, number }))
    }

    async fn postpone_purchase(
        &self,
        ticket: Ticket,
        one: Attempt,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        let from = Status::sources(Event::Postponed);
        let number = conclude::number_of(one)?;
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to postpone", error))?;
        let taken_back = transaction
            .run(
                "postponing a purchase",
                POSTPONE,
                &[&one.booking.as_uuid(), &number, &from, &why],
            )
            .await?;
        if taken_back == 0 {
            return Ok(false);
        }
        put_off(&transaction, ticket, backoff, why).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a postponement", error))?;
        Ok(true)
    }

    async fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        why: &str,
    ) -> Result<bool, Fault> {
        repeat::wait(self, ticket, attempt, end, backoff, why).await
    }

    async fn repeat_purchase(&self, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
        repeat::start(self, ticket, lost).await
    }

    async fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &loadsure_core::booking::Conclusion,
    ) -> Result<bool, Fault> {
        conclude::conclude(self, ticket, attempt, conclusion).await
    }
}
