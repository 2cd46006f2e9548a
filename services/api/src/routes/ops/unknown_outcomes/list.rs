//! The list.

use actix_web::web::Data;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, PageParameters};
use crate::state::AppState;
use crate::views::page::Pagination;
use crate::views::unknown_outcome::UnknownOutcomesBody;

/// Purchases of all tenants whose outcome is unknown, the oldest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/ops/unknown-outcomes",
    tag = "unknown-outcomes",
    params(PageParameters),
    responses((status = 200, description = "A page of purchases", body = UnknownOutcomesBody)),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Answer, Problem> {
    let (limit, after) = query::page(&call)?;
    let page = state.store.unsettled(limit, after).await?;
    let pagination = Pagination::by_cursor(limit, page.next);
    Answer::ok(&UnknownOutcomesBody::new(page.items, pagination))
}
