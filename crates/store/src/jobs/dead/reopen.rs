//! What a job works on, made ready to be worked on once more.

use deadpool_postgres::Transaction;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_core::ports::Fault;
use loadsure_core::state::State as _;
use loadsure_core::{booking, cancellation, certificate, quote};
use uuid::Uuid;

use crate::fault::corrupt;
use crate::quotes::EFFECTIVE_STATUS;
use crate::sql::{Parameters, Sql};

/// Reopens the record of a job that died, or says why not.
pub(super) async fn reopen(
    transaction: &Transaction<'_>,
    kind: Kind,
    subject: Uuid,
) -> Result<Result<(), ErrorCode>, Fault> {
    match kind {
        Kind::Quote => reopen_quote(transaction, subject).await,
        Kind::Booking => reopen_booking(transaction, subject).await,
        Kind::Cancellation => reopen_cancellation(transaction, subject).await,
        Kind::Maintenance => look_at_settlement(transaction, subject).await,
        // Nothing but the job says that they are wanted.
        Kind::Certificate | Kind::SupportData => Ok(Ok(())),
        // They are redelivered under their own name.
        Kind::Webhook => Ok(Err(ErrorCode::NotReplayable)),
    }
}

async fn reopen_quote(transaction: &Transaction<'_>, id: Uuid) -> Result<Result<(), ErrorCode>, Fault> {
    let sql = "UPDATE quotes SET status = 'requested', error_code = NULL, updated_at = now()
        WHERE id = $1 AND status = ANY($2)";
    let from = quote::Status::sources(quote::Event::Reopened);
    reopened(transaction.run("reopening a quote", sql, &[&id, &from]).await?)
}

/// As when its caller books again; but not while the purchase may have been made, whatever a person has said since.
async fn reopen_booking(transaction: &Transaction<'_>, id: Uuid) -> Result<Result<(), ErrorCode>, Fault> {
    let lock = "SELECT 1 FROM quotes WHERE id = (SELECT quote_id FROM bookings WHERE id = $1) FOR UPDATE";
    transaction
        .row("locking a quote to book again", lock, &[&id])
        .await?;
    let sql = format!(
        "SELECT b.status, {EFFECTIVE_STATUS} AS quote_status, EXISTS (SELECT FROM booking_attempts a
            WHERE a.booking_id = b.id AND (a.outcome IS NULL OR a.outcome IN ('bought', 'lost_sight'))) AS sent
        FROM bookings b JOIN quotes q ON q.id = b.quote_id WHERE b.id = $1"
    );
    let row = transaction.row("reading a booking", &sql, &[&id]).await?;
    let row = row.ok_or(corrupt("finding a booking"))?;
    let read = |_| corrupt("reading a booking's status");
    let status: booking::Status = row.get::<_, &str>("status").parse().map_err(read)?;
    let quote: quote::Status = row.get::<_, &str>("quote_status").parse().map_err(read)?;
    let is_open = matches!(
        status,
        booking::Status::Purchasing | booking::Status::OutcomeUnknown
    );
    match (status, quote) {
        _ if is_open => return Ok(Err(ErrorCode::PurchaseMayBeMade)),
        (booking::Status::Failed, _) if row.get("sent") => return Ok(Err(ErrorCode::PurchaseMayBeMade)),
        (booking::Status::Failed, quote::Status::Active) => {}
        (booking::Status::Failed, quote::Status::Expired) => return Ok(Err(ErrorCode::QuoteExpired)),
        (booking::Status::Failed, _) => return Ok(Err(ErrorCode::QuoteNotBookable)),
        _ => return Ok(Err(ErrorCode::JobSuperseded)),
    }
    let sql =
        "UPDATE bookings SET status = 'requested', reasons = '[]', error_code = NULL, updated_at = now()
        WHERE id = $1 AND status = ANY($2)";
    let from = booking::Status::sources(booking::Event::Reopened);
    reopened(transaction.run("reopening a booking", sql, &[&id, &from]).await?)
}

/// As one that was sent: the insurer is asked first whether it arrived.
async fn reopen_cancellation(
    transaction: &Transaction<'_>,
    id: Uuid,
) -> Result<Result<(), ErrorCode>, Fault> {
    let lock = "SELECT id, status FROM certificates
        WHERE id = (SELECT certificate_id FROM cancellations WHERE id = $1) FOR UPDATE";
    let row = transaction.row("locking a certificate", lock, &[&id]).await?;
    let row = row.ok_or(corrupt("finding a certificate"))?;
    let status = certificate::Status::from_insurer(row.get("status"));
    if status == certificate::Status::Expired || status.transition(&certificate::Event::Cancelled).is_err() {
        return Ok(Err(ErrorCode::CertificateNotActive));
    }
    let certificate: Uuid = row.get("id");
    let open = "SELECT 1 FROM cancellations WHERE certificate_id = $1 AND status IN ('requested', 'sending')";
    let open = transaction
        .row("looking for a cancellation", open, &[&certificate])
        .await?;
    if open.is_some() {
        return Ok(Err(ErrorCode::CancellationInProgress));
    }
    let sql = "UPDATE cancellations SET status = 'sending', error_code = NULL, updated_at = now()
        WHERE id = $1 AND status = ANY($2) AND error_code IS NOT NULL";
    let from = cancellation::Status::sources(cancellation::Event::Reopened);
    reopened(
        transaction
            .run("reopening a cancellation", sql, &[&id, &from])
            .await?,
    )
}

/// A settlement is of use while the outcome is unknown and nobody else settles it.
async fn look_at_settlement(transaction: &Transaction<'_>, id: Uuid) -> Result<Result<(), ErrorCode>, Fault> {
    let lock = "SELECT status = ANY($2) AS is_open FROM bookings WHERE id = $1 FOR UPDATE";
    let from = booking::Status::sources(booking::Event::SettledBought);
    let parameters: Parameters<'_> = &[&id, &from];
    let row = transaction.row("locking a booking", lock, parameters).await?;
    if !row.is_some_and(|row| row.get("is_open")) {
        return Ok(Err(ErrorCode::OutcomeNotUnknown));
    }
    let other = "SELECT 1 FROM jobs WHERE subject_id = $1 AND kind = 'maintenance'
        AND state IN ('pending', 'published')";
    let other = transaction.row("looking for a settlement", other, &[&id]).await?;
    Ok(other.map_or(Ok(()), |_| Err(ErrorCode::SettlementInProgress)))
}

fn reopened(rows: u64) -> Result<Result<(), ErrorCode>, Fault> {
    Ok(if rows == 1 {
        Ok(())
    } else {
        Err(ErrorCode::JobSuperseded)
    })
}
