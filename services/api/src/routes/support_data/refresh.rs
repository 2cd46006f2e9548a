//! Refreshing the reference data on demand.

use actix_web::web::Data;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_store::JobState;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::support_data::RefreshView;
use crate::work::Planned;

const STATUS: &str = "/api/support-data/status";

/// Has a worker refresh all lists from the insurer. Repeating it does no harm, so it takes no `Idempotency-Key`.
#[utoipa::path(
    post,
    path = "/api/support-data/refresh",
    tag = "support-data",
    params(("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`")),
    responses(
        (status = 200, description = "Which lists were refreshed, and which keep their old data", body = RefreshView),
        (status = 202, description = "Under way; see `Location`", body = RefreshView),
        (status = 502, description = "`insurer_unavailable`: no list could be refreshed", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn refresh(state: Data<AppState>, call: Call) -> Result<Answer, Problem> {
    let planned = Planned::new(&state, Kind::SupportData, &call)?;
    let applied = planned.applied();
    state.store.accept_refresh(&planned.job()).await?;
    planned.publish(&state);
    let answer = match planned.ended(&state).await {
        None => Answer::accepted(STATUS.to_owned(), &RefreshView::under_way())?,
        Some(job) if job.state == JobState::Dead => {
            return Err(Problem::new(job.failure.unwrap_or(ErrorCode::Internal)));
        }
        Some(job) => Answer::ok(&RefreshView::of(&job))?,
    };
    Ok(answer.preferring(applied))
}
