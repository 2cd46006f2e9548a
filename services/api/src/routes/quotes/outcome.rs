//! What a quote means for whoever asked for it.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::QuoteId;
use loadsure_core::quote::{Quote, Status};
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::quote::{QuoteBody, QuoteView};

/// Where a quote is fetched.
pub(super) fn location(id: Uuid) -> String {
    format!("/api/insurance/quotes/{id}")
}

/// Whether the insurer has had its say.
pub(super) fn has_ended(quote: &Quote) -> bool {
    quote.status != Status::Requested
}

/// The answer to the request for a quote.
pub(super) fn answer(quote: Quote, call: &Call) -> Result<Answer, Problem> {
    let location = location(quote.id.as_uuid());
    let problem = match quote.status {
        Status::Requested => return Answer::accepted(location, &QuoteBody::new(QuoteView::from(quote))),
        // Expired meanwhile, or bought by a request with another key: it was priced all the same.
        Status::Active | Status::Expired | Status::Booked => {
            return Answer::created(location, &QuoteBody::new(QuoteView::from(quote)));
        }
        Status::Declined => Problem::declined(ErrorCode::QuoteDeclined, quote.reasons),
        Status::Failed => Problem::new(quote.failure.unwrap_or(ErrorCode::InsurerFault)),
    };
    Answer::refused(&problem, location, call)
}

/// The answer by how the quote stands now.
pub(super) async fn current(state: &AppState, call: &Call, id: QuoteId) -> Result<Answer, Problem> {
    let quote = state.store.quote(call.tenant(), id).await?;
    answer(quote.ok_or(Problem::new(ErrorCode::QuoteNotFound))?, call)
}
