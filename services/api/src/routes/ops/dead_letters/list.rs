//! The list.

use actix_web::web::Data;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, DeadLetterParameters};
use crate::state::AppState;
use crate::views::dead_letter::DeadLettersBody;
use crate::views::page::Pagination;

/// Jobs of all tenants that died, the newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/ops/dead-letters",
    tag = "dead-letters",
    params(DeadLetterParameters),
    responses((status = 200, description = "A page of jobs", body = DeadLettersBody)),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Answer, Problem> {
    let (kind, limit, after) = query::dead_letters(&call)?;
    let page = state.store.dead_jobs(kind, limit, after).await?;
    let pagination = Pagination::by_cursor(limit, page.next);
    Answer::ok(&DeadLettersBody::new(page.items, pagination))
}
