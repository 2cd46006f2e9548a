//! One quote.

use actix_web::web::{Data, Path};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::QuoteId;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::quote::{QuoteBody, QuoteView};

/// A quote as it stands now. What is no id of a quote names none: 404.
#[utoipa::path(
    get,
    path = "/api/insurance/quotes/{quoteId}",
    tag = "quotes",
    params(("quoteId" = String, Path, description = "Id of the quote")),
    responses(
        (status = 200, description = "The quote", body = QuoteBody),
        (status = 404, description = "No such quote of this tenant", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn show(state: Data<AppState>, call: Call, id: Path<String>) -> Result<Answer, Problem> {
    let missing = || Problem::new(ErrorCode::QuoteNotFound);
    let id: QuoteId = id.parse().map_err(|_| missing())?;
    let quote = state.store.quote(call.tenant(), id).await?.ok_or_else(missing)?;
    Answer::ok(&QuoteBody::new(QuoteView::from(quote)))
}
