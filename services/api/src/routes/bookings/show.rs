//! One booking.

use actix_web::web::{Data, Path};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::BookingId;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::booking::{BookingBody, BookingView};

/// A booking as it stands now, with its certificate. What is no id of a booking names none: 404.
#[utoipa::path(
    get,
    path = "/api/insurance/bookings/{bookingId}",
    tag = "bookings",
    params(("bookingId" = String, Path, description = "Id of the booking")),
    responses(
        (status = 200, description = "The booking", body = BookingBody),
        (status = 404, description = "No such booking of this tenant", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn show(state: Data<AppState>, call: Call, id: Path<String>) -> Result<Answer, Problem> {
    let missing = || Problem::new(ErrorCode::BookingNotFound);
    let id: BookingId = id.parse().map_err(|_| missing())?;
    let booking = state
        .store
        .booking(call.tenant(), id)
        .await?
        .ok_or_else(missing)?;
    Answer::ok(&BookingBody::new(BookingView::from(booking)))
}
