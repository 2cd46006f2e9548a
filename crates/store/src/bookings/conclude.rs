//! Recording how a purchase ended.

use std::time::Duration;

use deadpool_postgres::Transaction;
use loadsure_core::booking::{Conclusion, Status};
use loadsure_core::certificate::{self, Facts};
use loadsure_core::id::BookingId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Attempt, Fault};
use loadsure_core::quote;
use loadsure_core::state::State;
use serde_json::json;

use super::keep::{Kept, keep_certificate};
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::sql::Sql;

/// A certificate that was issued must not be forgotten because the database is changing hands (P4): recording it is
/// tried for so long before the worker gives up and leaves the attempt to be found as interrupted.
const PERSIST_FOR: Duration = Duration::from_secs(45);

/// What the journal says of an attempt whose certificate is another booking's.
const ELSEWHERE: &str = "the insurer answered with the certificate of another booking";

/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn conclude(
    store: &Store,
    ticket: Ticket,
    attempt: Attempt,
    conclusion: &Conclusion,
) -> Result<bool, Fault> {
    let ended = persist(store, ticket, attempt, conclusion).await;
    match (ended, conclusion) {
        // Repeating will not help, and the certificate is worth more than what came with its number: a refresh
        // brings the rest again.
        (Err(Fault::Refused { what, .. }), Conclusion::Bought(facts)) => {
            tracing::error!(booking.id = %attempt.booking, what, "a certificate is kept by its number alone");
            let bare = Conclusion::Bought(Box::new(bare(facts)));
            persist(store, ticket, attempt, &bare).await
        }
        (ended, _) => ended,
    }
}

async fn persist(
    store: &Store,
    ticket: Ticket,
    attempt: Attempt,
    conclusion: &Conclusion,
) -> Result<bool, Fault> {
    let give_up = tokio::time::Instant::now() + PERSIST_FOR;
    // The one fact that settles the booking, should this process not live to record it.
    let number = match conclusion {
        Conclusion::Bought(facts) => Some(facts.number.as_str()),
        _ => None,
    };
    loop {
        match once(store, ticket, attempt, conclusion).await {
            Err(Fault::Unavailable(error)) if tokio::time::Instant::now() < give_up => {
                tracing::warn!(
                    booking.id = %attempt.booking,
                    certificate.number = number,
                    %error,
                    "a purchase's end could not be recorded yet"
                );
                tokio::time::sleep(PAUSE).await;
            }
            ended => return ended,
        }
    }
}

/// The certificate's number, and nothing else that the insurer said.
fn bare(facts: &Facts) -> Facts {
    Facts {
        number: facts.number.clone(),
        status: certificate::Status::Pending,
        product_id: None,
        product_name: None,
        limit: None,
        deductible: None,
        premium: None,
        service_fee: None,
        tax: None,
        currency: None,
        certificate_link: None,
        file_claim_link: None,
        valid_from: None,
        valid_to: None,
        cancellation: certificate::Cancelled::default(),
    }
}

async fn once(
    store: &Store,
    ticket: Ticket,
    attempt: Attempt,
    conclusion: &Conclusion,
) -> Result<bool, Fault> {
    let booking = attempt.booking;
    let mut client = store.client().await?;
    let transaction = client
        .transaction()
        .await
        .map_err(|error| fault("beginning to conclude", error))?;
    let number = number_of(attempt)?;
    let kept = match conclusion {
        Conclusion::Bought(facts) => Some(keep_certificate(&transaction, booking, facts).await?),
        _ => None,
    };
    let elsewhere = Conclusion::LostSight(ELSEWHERE.to_owned());
    let conclusion = if kept == Some(Kept::Elsewhere) {
        &elsewhere
    } else {
        conclusion
    };
    let moved = move_booking(&transaction, booking, number, conclusion).await?;
    match kept {
        Some(Kept::Here | Kept::Beside) if moved => move_quote(&transaction, booking).await?,
        // Superseded, or this very end was committed and the connection broke before we heard of it.
        None if !moved => return is_ended(&transaction, booking, number, conclusion).await,
        _ => {}
    }
    end_attempt(&transaction, booking, number, conclusion).await?;
    end_job(&transaction, ticket, conclusion).await?;
    transaction
        .commit()
        .await
        .map_err(|error| fault("committing a purchase's end", error))?;
    Ok(kept != Some(Kept::Elsewhere))
}

/// The number of an attempt as the database counts it.
pub(super) fn number_of(attempt: Attempt) -> Result<i32, Fault> {
    i32::try_from(attempt.number).map_err(|_| corrupt("counting attempts"))
}

async fn move_booking(
    transaction: &Transaction<'_>,
    booking: BookingId,
    number: i32,
    conclusion: &Conclusion,
) -> Result<bool, Fault> {
    let sql = "UPDATE bookings SET status = $3, reasons = $4, error_code = $5, updated_at = now()
        WHERE id = $1 AND status = ANY($2) AND (attempts = $6 OR $3 = 'active')";
    let event = conclusion.event();
    let to = match conclusion {
        Conclusion::Bought(_) => Status::Active,
        Conclusion::LostSight(_) => Status::OutcomeUnknown,
        Conclusion::Declined(_) | Conclusion::GivenUp(_) => Status::Failed,
    };
    let (reasons, code) = match conclusion {
        Conclusion::Declined(reasons) => (json!(reasons), None),
        Conclusion::GivenUp(code) => (json!([]), Some(code.as_str())),
        Conclusion::Bought(_) | Conclusion::LostSight(_) => (json!([]), None),
    };
    let from = Status::sources(event);
    let moved = transaction
        .run(
            "moving a booking",
            sql,
            &[&booking.as_uuid(), &from, &to.as_str(), &reasons, &code, &number],
        )
        .await?;
    Ok(moved == 1)
}

pub(super) async fn move_quote(transaction: &Transaction<'_>, booking: BookingId) -> Result<(), Fault> {
    let sql = "UPDATE quotes SET status = 'booked', updated_at = now()
        WHERE id = (SELECT quote_id FROM bookings WHERE id = $1) AND status = ANY($2)";
    let from = quote::Status::sources(quote::Event::Bought);
    transaction
        .run("moving a quote", sql, &[&booking.as_uuid(), &from])
        .await?;
    Ok(())
}

async fn is_ended(
    transaction: &Transaction<'_>,
    booking: BookingId,
    number: i32,
    conclusion: &Conclusion,
) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM booking_attempts WHERE booking_id = $1 AND number = $2 AND outcome = $3";
    let row = transaction
        .row(
            "looking at an attempt",
            sql,
            &[&booking.as_uuid(), &number, &outcome(conclusion)],
        )
        .await?;
    Ok(row.is_some())
}

const fn outcome(conclusion: &Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Bought(_) => "bought",
        Conclusion::Declined(_) => "declined",
        Conclusion::LostSight(_) => "lost_sight",
        Conclusion::GivenUp(_) => "given_up",
    }
}

/// An attempt that others called lost, and that brings a certificate after all, has bought.
async fn end_attempt(
    transaction: &Transaction<'_>,
    booking: BookingId,
    number: i32,
    conclusion: &Conclusion,
) -> Result<(), Fault> {
    let sql = "UPDATE booking_attempts
        SET ended_at = coalesce(ended_at, now()), outcome = $3, detail = coalesce($4, detail)
        WHERE booking_id = $1 AND number = $2 AND (ended_at IS NULL OR $3 = 'bought')";
    let detail = match conclusion {
        Conclusion::LostSight(what) => Some(what.as_str()),
        Conclusion::GivenUp(code) => Some(code.as_str()),
        Conclusion::Bought(_) | Conclusion::Declined(_) => None,
    };
    transaction
        .run(
            "ending an attempt",
            sql,
            &[&booking.as_uuid(), &number, &outcome(conclusion), &detail],
        )
        .await?;
    Ok(())
}

async fn end_job(
    transaction: &Transaction<'_>,
    ticket: Ticket,
    conclusion: &Conclusion,
) -> Result<(), Fault> {
    let sql = "UPDATE jobs SET state = $2, finished_at = now(), error_code = $3
        WHERE id = $1 AND state IN ('pending', 'published')";
    let (state, code) = match conclusion {
        Conclusion::GivenUp(code) if code.entry().retryable => ("dead", Some(code.as_str())),
        Conclusion::GivenUp(code) => ("done", Some(code.as_str())),
        _ => ("done", None),
    };
    transaction
        .run("ending a job", sql, &[&ticket.job.as_uuid(), &state, &code])
        .await?;
    Ok(())
}
