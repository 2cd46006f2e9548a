//! Lists of bookings.

use actix_web::web::{Data, Json};
use loadsure_core::booking::Status;
use loadsure_core::state::State as _;

use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::query::{self, ListParameters, NumberedParameters};
use crate::state::AppState;
use crate::views::booking::{BookingView, BookingsBody};
use crate::views::page::Pagination;

fn statuses() -> Vec<&'static str> {
    Status::ALL.iter().map(|status| status.as_str()).collect()
}

/// Bookings, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/insurance/bookings",
    tag = "bookings",
    params(ListParameters),
    responses(
        (status = 200, description = "A page of bookings", body = BookingsBody),
        (status = 401, description = "No valid API key", body = ProblemBody),
        (status = 403, description = "The key lacks the scope `read`", body = ProblemBody),
        (status = 422, description = "Wrong parameters, all of them listed", body = ProblemBody),
        (status = 429, description = "Too many requests", body = ProblemBody),
        (status = 503, description = "The database is away", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Json<BookingsBody>, Problem> {
    page(&state, query::by_cursor(&call, &statuses())?).await
}

/// Bookings, newest first, by page number: the older form.
#[utoipa::path(
    get,
    path = "/api/insurance/bookings/list",
    tag = "bookings",
    params(NumberedParameters),
    responses(
        (status = 200, description = "A page of bookings", body = BookingsBody),
        (status = 401, description = "No valid API key", body = ProblemBody),
        (status = 403, description = "The key lacks the scope `read`", body = ProblemBody),
        (status = 422, description = "Wrong parameters, all of them listed", body = ProblemBody),
        (status = 429, description = "Too many requests", body = ProblemBody),
        (status = 503, description = "The database is away", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list_numbered(state: Data<AppState>, call: Call) -> Result<Json<BookingsBody>, Problem> {
    page(&state, query::by_number(&call, &statuses())?).await
}

async fn page(state: &AppState, filter: loadsure_store::Filter) -> Result<Json<BookingsBody>, Problem> {
    let page = state.store.bookings(&filter).await?;
    let pagination = Pagination::of(&page, &filter);
    let bookings = page.items.into_iter().map(BookingView::from).collect();
    Ok(Json(BookingsBody::new(bookings, pagination)))
}
