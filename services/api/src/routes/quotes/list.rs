//! Lists of quotes.

use actix_web::web::{Data, Json};
use loadsure_core::quote::Status;
use loadsure_core::state::State as _;

use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::query::{self, ListParameters, NumberedParameters};
use crate::state::AppState;
use crate::views::page::Pagination;
use crate::views::quote::{QuoteView, QuotesBody};

fn statuses() -> Vec<&'static str> {
    Status::ALL.iter().map(|status| status.as_str()).collect()
}

/// Quotes, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/insurance/quotes",
    tag = "quotes",
    params(ListParameters),
    responses(
        (status = 200, description = "A page of quotes", body = QuotesBody),
        (status = 401, description = "No valid API key", body = ProblemBody),
        (status = 403, description = "The key lacks the scope `read`", body = ProblemBody),
        (status = 422, description = "Wrong parameters, all of them listed", body = ProblemBody),
        (status = 429, description = "Too many requests", body = ProblemBody),
        (status = 503, description = "The database is away", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Json<QuotesBody>, Problem> {
    page(&state, query::by_cursor(&call, &statuses())?).await
}

/// Quotes, newest first, by page number: the older form.
#[utoipa::path(
    get,
    path = "/api/insurance/quotes/list",
    tag = "quotes",
    params(NumberedParameters),
    responses(
        (status = 200, description = "A page of quotes", body = QuotesBody),
        (status = 401, description = "No valid API key", body = ProblemBody),
        (status = 403, description = "The key lacks the scope `read`", body = ProblemBody),
        (status = 422, description = "Wrong parameters, all of them listed", body = ProblemBody),
        (status = 429, description = "Too many requests", body = ProblemBody),
        (status = 503, description = "The database is away", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list_numbered(state: Data<AppState>, call: Call) -> Result<Json<QuotesBody>, Problem> {
    page(&state, query::by_number(&call, &statuses())?).await
}

async fn page(state: &AppState, filter: loadsure_store::Filter) -> Result<Json<QuotesBody>, Problem> {
    let page = state.store.quotes(&filter).await?;
    let pagination = Pagination::of(&page, &filter);
    let quotes = page.items.into_iter().map(QuoteView::from).collect();
    Ok(Json(QuotesBody::new(quotes, pagination)))
}
