//! What a booking means for whoever asked for it.

use loadsure_core::booking::{Booking, Status};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::BookingId;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::booking::{BookingBody, BookingView};

/// Where a booking is fetched.
pub(super) fn location(id: Uuid) -> String {
    format!("/api/insurance/bookings/{id}")
}

/// Whether there is nothing left to wait for. An unknown outcome is settled by a person.
pub(super) fn has_ended(booking: &Booking) -> bool {
    !matches!(booking.status, Status::Requested | Status::Purchasing)
}

/// The answer to the order. A failed purchase is never answered as a success (P1).
pub(super) fn answer(booking: Booking, call: &Call) -> Result<Answer, Problem> {
    let location = location(booking.id.as_uuid());
    let problem = match booking.status {
        Status::Requested | Status::Purchasing | Status::OutcomeUnknown => {
            return Answer::accepted(location, &BookingBody::new(BookingView::from(booking)));
        }
        Status::Active | Status::Cancelled => {
            return Answer::created(location, &BookingBody::new(BookingView::from(booking)));
        }
        Status::Failed => match booking.failure {
            Some(code) => Problem::new(code),
            None => Problem::declined(ErrorCode::BookingDeclined, booking.reasons),
        },
    };
    Answer::refused(&problem, location, call)
}

/// The answer by how the booking stands now.
pub(super) async fn current(state: &AppState, call: &Call, id: BookingId) -> Result<Answer, Problem> {
    let booking = state.store.booking(call.tenant(), id).await?;
    answer(booking.ok_or(Problem::new(ErrorCode::BookingNotFound))?, call)
}
