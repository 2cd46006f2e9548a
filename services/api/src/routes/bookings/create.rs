//! Buying the cover of a quote.

use actix_web::http::header;
use actix_web::web::Data;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::BookingId;
use loadsure_core::job::Kind;
use loadsure_store::{Acceptance, Key, NewBooking};
use uuid::Uuid;

use super::order;
use super::outcome;
use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::idempotency;
use crate::openapi::forms::BookingForm;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::booking::{BookingBody, BookingView};
use crate::work::Planned;

/// Buy the cover of a quote, once.
#[utoipa::path(
    post,
    path = "/api/insurance/bookings",
    tag = "bookings",
    request_body = BookingForm,
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 201, description = "Bought, with the certificate", body = BookingBody),
        (status = 202, description = "Accepted, fetch it from `Location`; or `outcome_unknown`: do not buy elsewhere blindly", body = BookingBody),
        (status = 400, description = "Not JSON, or a bad `Idempotency-Key`", body = ProblemBody),
        (status = 404, description = "No such quote of this tenant", body = ProblemBody),
        (status = 409, description = "`quote_not_ready`, `quote_not_bookable`, `quote_expired`, `quote_already_booked` (with the `Location` of the booking), `idempotency_in_progress`", body = ProblemBody),
        (status = 422, description = "Wrong fields, all of them listed; or `booking_declined` with the insurer's reasons", body = ProblemBody),
        (status = 502, description = "The insurer is not available; nothing was bought", body = ProblemBody),
        (status = 503, description = "Database or queue are away; nothing was accepted", body = ProblemBody),
    ),
    security(("apiKey" = ["bookings"])),
)]
pub(crate) async fn create(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let key = idempotency::key(&call, &body.bytes)?;
    let order = order::parse(&body.value).map_err(Problem::invalid)?;
    let planned = Planned::new(&state, Kind::Booking, &call)?;
    let new = NewBooking {
        tenant: call.tenant(),
        order: &order,
        job: planned.job(),
    };
    match state.store.accept_booking(&new, key.as_ref()).await? {
        Acceptance::Accepted((id, _)) => accepted(&state, &call, key.as_ref(), planned, (id, &new)).await,
        Acceptance::Refused(code, in_the_way) => Err(refused(code, in_the_way)),
        Acceptance::Replayed(replay) => {
            idempotency::replay(replay, outcome::location, async |subject| {
                outcome::current(&state, &call, BookingId::from(subject)).await
            })
            .await
        }
    }
}

async fn accepted(
    state: &AppState,
    call: &Call,
    key: Option<&Key>,
    planned: Planned,
    (id, new): (BookingId, &NewBooking<'_>),
) -> Result<Answer, Problem> {
    planned.publish(state);
    let applied = planned.applied();
    let pending = BookingView::pending(id, new.order.quote, planned.created_at());
    let read = async || {
        let booking = state.store.booking(new.tenant, id).await?;
        Ok(booking.filter(outcome::has_ended))
    };
    let answer = match planned.result(state, read).await {
        Some(booking) => outcome::answer(booking, call)?,
        None => Answer::accepted(outcome::location(id.as_uuid()), &BookingBody::new(pending))?,
    };
    idempotency::keep(state, call, key, &answer).await;
    Ok(answer.preferring(applied))
}

/// A quote that is booked already leads to its booking.
fn refused(code: ErrorCode, in_the_way: Option<Uuid>) -> Problem {
    let problem = Problem::new(code);
    match in_the_way {
        Some(booking) => problem.header(header::LOCATION, &outcome::location(booking)),
        None => problem,
    }
}
