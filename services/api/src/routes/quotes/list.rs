//! Lists of quotes.

use actix_web::web::{Data, Json};
use loadsure_core::quote::Status;

use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, ListParameters, NumberedParameters};
use crate::state::AppState;
use crate::views::page::listed;
use crate::views::quote::QuotesBody;

/// Quotes, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/insurance/quotes",
    tag = "quotes",
    params(ListParameters),
    responses((status = 200, description = "A page of quotes", body = QuotesBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Json<QuotesBody>, Problem> {
    page(&state, query::by_cursor(&call, &query::statuses::<Status>())?).await
}

/// Quotes, newest first, by page number: the older form.
#[utoipa::path(
    get,
    path = "/api/insurance/quotes/list",
    tag = "quotes",
    params(NumberedParameters),
    responses((status = 200, description = "A page of quotes", body = QuotesBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list_numbered(state: Data<AppState>, call: Call) -> Result<Json<QuotesBody>, Problem> {
    page(&state, query::by_number(&call, &query::statuses::<Status>())?).await
}

async fn page(state: &AppState, filter: loadsure_store::Filter) -> Result<Json<QuotesBody>, Problem> {
    let page = state.store.quotes(&filter).await?;
    Ok(listed(page, &filter, QuotesBody::new))
}
