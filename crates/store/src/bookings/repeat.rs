//! Sending a purchase again of which sight was lost, each time as a further attempt in the journal (ADR 0006).

use loadsure_core::booking::{Event, Status};
use loadsure_core::insurer::Lost;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Fault, Unanswered};
use loadsure_core::retry::Backoff;
use loadsure_core::state::State;

use super::conclude::number_of;
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::jobs::put_off;
use crate::sql::Sql;

/// The booking stays as it is: what was sent may have bought.
const WAIT: &str = "UPDATE booking_attempts a SET ended_at = now(), outcome = $3, detail = $4 FROM bookings b
    WHERE a.booking_id = $1 AND a.number = $2 AND a.ended_at IS NULL AND b.id = a.booking_id AND b.attempts = $2
        AND b.status = ANY($5)";

/// As with a first attempt, state and journal are one statement.
const START: &str = "WITH interrupted AS (
        UPDATE booking_attempts SET ended_at = now(), outcome = 'lost_sight', detail = $4
        WHERE booking_id = $1 AND number = $2 AND ended_at IS NULL),
    repeated AS (
        UPDATE bookings SET status = 'purchasing', attempts = attempts + 1, updated_at = now()
        WHERE id = $1 AND attempts = $2 AND status = ANY($5)
        RETURNING id, attempts)
    INSERT INTO booking_attempts (booking_id, number, job_id) SELECT id, attempts, $3 FROM repeated RETURNING number";

pub(super) async fn wait(
    store: &Store,
    ticket: Ticket,
    one: Attempt,
    end: Unanswered,
    backoff: Backoff,
    why: &str,
) -> Result<bool, Fault> {
    let outcome = match end {
        Unanswered::LostSight => "lost_sight",
        Unanswered::Postponed => "postponed",
    };
    let from = Status::sources(Event::Repeated);
    let mut client = store.client().await?;
    let transaction = client
        .transaction()
        .await
        .map_err(|error| fault("beginning to await a repeat", error))?;
    let ended = transaction
        .run(
            "ending an unanswered attempt",
            WAIT,
            &[&one.booking.as_uuid(), &number_of(one)?, &outcome, &why, &from],
        )
        .await?;
    if ended == 0 {
        return Ok(false);
    }
    put_off(&transaction, ticket, backoff, why).await?;
    transaction
        .commit()
        .await
        .map_err(|error| fault("committing to await a repeat", error))?;
    Ok(true)
}

pub(super) async fn start(store: &Store, ticket: Ticket, lost: Attempt) -> Result<Option<Attempt>, Fault> {
    let from = Status::sources(Event::Repeated);
    let why = Lost::Interrupted.to_string();
    let client = store.client().await?;
    let row = client
        .row(
            "repeating a purchase",
            START,
            &[
                &lost.booking.as_uuid(),
                &number_of(lost)?,
                &ticket.job.as_uuid(),
                &why,
                &from,
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let number = u32::try_from(row.get::<_, i32>(0)).map_err(|_| corrupt("counting attempts"))?;
    Ok(Some(Attempt {
        booking: lost.booking,
        number,
    }))
}
