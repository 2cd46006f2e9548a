//! Lists of bookings.

use actix_web::web::{Data, Json};
use loadsure_core::booking::Status;

use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, ListParameters, NumberedParameters};
use crate::state::AppState;
use crate::views::booking::BookingsBody;
use crate::views::page::listed;

/// Bookings, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/insurance/bookings",
    tag = "bookings",
    params(ListParameters),
    responses((status = 200, description = "A page of bookings", body = BookingsBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Json<BookingsBody>, Problem> {
    page(&state, query::by_cursor(&call, &query::statuses::<Status>())?).await
}

/// Bookings, newest first, by page number: the older form.
#[utoipa::path(
    get,
    path = "/api/insurance/bookings/list",
    tag = "bookings",
    params(NumberedParameters),
    responses((status = 200, description = "A page of bookings", body = BookingsBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list_numbered(state: Data<AppState>, call: Call) -> Result<Json<BookingsBody>, Problem> {
    page(&state, query::by_number(&call, &query::statuses::<Status>())?).await
}

async fn page(state: &AppState, filter: loadsure_store::Filter) -> Result<Json<BookingsBody>, Problem> {
    let page = state.store.bookings(&filter).await?;
    Ok(listed(page, &filter, BookingsBody::new))
}
