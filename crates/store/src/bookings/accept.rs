//! Accepting a booking. The quote's row is locked meanwhile, so concurrent requests for one quote queue up here.

use deadpool_postgres::Transaction;
use loadsure_core::booking::{Event, Order, Status};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, JobId, TenantId};
use loadsure_core::ports::Fault;
use loadsure_core::quote;
use loadsure_core::state::State;
use uuid::Uuid;

use crate::Store;
use crate::fault::{corrupt, fault};
use crate::idempotency::{Acceptance, Key, claim};
use crate::jobs::NewJob;
use crate::quotes::EFFECTIVE_STATUS;
use crate::sql::Sql;

/// A booking to be accepted.
#[derive(Debug)]
pub struct NewBooking<'a> {
    /// Its owner.
    pub tenant: TenantId,
    /// What is ordered.
    pub order: &'a Order,
    /// The job that buys it.
    pub job: NewJob,
}

/// How things stand with the quote that is to be bought.
enum Ground {
    /// A first booking.
    Free,
    /// A booking that failed, and may be tried again.
    Failed(BookingId),
    /// Something stands in the way.
    Refused(ErrorCode, Option<Uuid>),
}

impl Store {
    /// Accepts a booking with the job that buys it, if the quote can be bought right now.
    ///
    /// # Errors
    /// When the database fails; then nothing was accepted, or the same key will find it.
    pub async fn accept_booking(
        &self,
        new: &NewBooking<'_>,
        key: Option<&Key>,
    ) -> Result<Acceptance<(BookingId, JobId)>, Fault> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning a booking", error))?;
        let ground = survey(&transaction, new).await?;
        let booking = match ground {
            Ground::Free | Ground::Refused(..) => BookingId::generate(),
            Ground::Failed(booking) => booking,
        };
        // The key comes before the ground: a repeated request finds its own booking in the way.
        if let Some(key) = key
            && !claim(&transaction, new.tenant, key, new.job.id, booking.as_uuid()).await?
        {
            drop(transaction);
            drop(client);
            return self.replay(new.tenant, Some(key)).await;
        }
        match ground {
            Ground::Refused(code, id) => return Ok(Acceptance::Refused(code, id)),
            Ground::Free => insert(&transaction, new, booking).await?,
            Ground::Failed(_) => reopen(&transaction, new, booking).await?,
        }
        enqueue(&transaction, new, booking).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a booking", error))?;
        Ok(Acceptance::Accepted((booking, new.job.id)))
    }
}

/// Locks the quote, and only then looks: a statement that waits for a lock goes on with what it saw before it waited,
/// and would miss the booking that was made meanwhile.
async fn survey(transaction: &Transaction<'_>, new: &NewBooking<'_>) -> Result<Ground, Fault> {
    let (quote, tenant) = (new.order.quote.as_uuid(), new.tenant.as_uuid());
    let lock = "SELECT 1 FROM quotes WHERE id = $1 AND tenant_id = $2 FOR UPDATE";
    let locked = transaction
        .row("locking a quote to book", lock, &[&quote, &tenant])
        .await?;
    let sql = format!(
        "SELECT {EFFECTIVE_STATUS} AS status, b.id AS booking_id, b.status AS booking_status
        FROM quotes q LEFT JOIN bookings b ON b.quote_id = q.id WHERE q.id = $1"
    );
    let row = match locked {
        Some(_) => {
            transaction
                .row("reading a quote to book", &sql, &[&quote])
                .await?
        }
        None => None,
    };
    let Some(row) = row else {
        return Ok(Ground::Refused(ErrorCode::QuoteNotFound, None));
    };
    let booking: Option<Uuid> = row.get("booking_id");
    if let (Some(id), Some(status)) = (booking, row.get::<_, Option<&str>>("booking_status")) {
        let status: Status = status
            .parse()
            .map_err(|_| corrupt("reading a booking's status"))?;
        if status.transition(Event::Reopened).is_err() {
            return Ok(Ground::Refused(ErrorCode::QuoteAlreadyBooked, Some(id)));
        }
    }
    let status: &str = row.get("status");
    let status: quote::Status = status.parse().map_err(|_| corrupt("reading a quote's status"))?;
    Ok(match status {
        quote::Status::Active => booking.map_or(Ground::Free, |id| Ground::Failed(BookingId::from(id))),
        quote::Status::Requested => Ground::Refused(ErrorCode::QuoteNotReady, None),
        quote::Status::Expired => Ground::Refused(ErrorCode::QuoteExpired, None),
        quote::Status::Booked => Ground::Refused(ErrorCode::QuoteAlreadyBooked, booking),
        quote::Status::Declined | quote::Status::Failed => Ground::Refused(ErrorCode::QuoteNotBookable, None),
    })
}

async fn insert(
    transaction: &Transaction<'_>,
    new: &NewBooking<'_>,
    booking: BookingId,
) -> Result<(), Fault> {
    let sql = "INSERT INTO bookings (id, tenant_id, quote_id, status, send_emails_to, callback_url)
        VALUES ($1, $2, $3, 'requested', $4, $5)";
    let emails: Vec<&str> = new.order.send_emails_to.iter().map(|one| one.as_str()).collect();
    let callback = new.order.callback_url.as_ref().map(url::Url::as_str);
    let (tenant, quote) = (new.tenant.as_uuid(), new.order.quote.as_uuid());
    transaction
        .run(
            "inserting a booking",
            sql,
            &[&booking.as_uuid(), &tenant, &quote, &emails, &callback],
        )
        .await?;
    Ok(())
}

async fn reopen(
    transaction: &Transaction<'_>,
    new: &NewBooking<'_>,
    booking: BookingId,
) -> Result<(), Fault> {
    let sql =
        "UPDATE bookings SET status = 'requested', send_emails_to = $3, callback_url = $4, reasons = '[]',
        error_code = NULL, updated_at = now() WHERE id = $1 AND status = ANY($2)";
    let emails: Vec<&str> = new.order.send_emails_to.iter().map(|one| one.as_str()).collect();
    let callback = new.order.callback_url.as_ref().map(url::Url::as_str);
    let from = Status::sources(Event::Reopened);
    transaction
        .run(
            "reopening a booking",
            sql,
            &[&booking.as_uuid(), &from, &emails, &callback],
        )
        .await?;
    Ok(())
}

async fn enqueue(
    transaction: &Transaction<'_>,
    new: &NewBooking<'_>,
    booking: BookingId,
) -> Result<(), Fault> {
    let sql = "INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, reply_to, traceparent)
        VALUES ($1, $2, 'booking', $3, now() + $4 * interval '1 millisecond', $5, $6)";
    let (job, tenant) = (new.job.id.as_uuid(), new.tenant.as_uuid());
    let relay_after = new.job.relay_after_ms();
    transaction
        .run(
            "enqueueing a booking",
            sql,
            &[
                &job,
                &tenant,
                &booking.as_uuid(),
                &relay_after,
                &new.job.reply_to,
                &new.job.traceparent,
            ],
        )
        .await?;
    Ok(())
}
