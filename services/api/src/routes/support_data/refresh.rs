//! Refreshing the reference data on demand.

use actix_web::web::Data;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use loadsure_store::{Acceptance, JobState, JobView};

use super::STATUS;
use crate::answer::Answer;
use crate::body::NoBody;
use crate::call::Call;
use crate::idempotency;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::support_data::RefreshView;
use crate::work::Planned;

/// Has a worker refresh all lists from the insurer. Takes no body.
#[utoipa::path(
    post,
    path = "/api/support-data/refresh",
    tag = "support-data",
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 200, description = "Which lists were refreshed, and which keep their old data", body = RefreshView),
        (status = 202, description = "Under way; see `Location`", body = RefreshView),
        (status = 400, description = "`invalid_idempotency_key`", body = ProblemBody),
        (status = 409, description = "`idempotency_in_progress`", body = ProblemBody),
        (status = 422, description = "`idempotency_key_reused`; `validation_failed`: there is a body that says something", body = ProblemBody),
        (status = 502, description = "`insurer_unavailable`: no list could be refreshed", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn refresh(state: Data<AppState>, call: Call, body: NoBody) -> Result<Answer, Problem> {
    let key = idempotency::key(&call, &body.bytes)?;
    let planned = Planned::new(&state, Kind::SupportData, &call)?;
    let applied = planned.applied();
    let claim = key.as_ref().map(|key| (call.tenant(), key));
    match state.store.accept_refresh(&planned.job(), claim).await? {
        Acceptance::Accepted(_) => {}
        Acceptance::Refused(code, _) => return Err(Problem::new(code)),
        Acceptance::Replayed(replay) => {
            let current = async |job| current(&state, &call, JobId::from(job)).await;
            return idempotency::replay(replay, |_| STATUS.to_owned(), current).await;
        }
    }
    planned.publish(&state);
    let answer = answer(planned.ended(&state).await, &call)?;
    idempotency::keep(&state, &call, key.as_ref(), &answer).await;
    Ok(answer.preferring(applied))
}

/// How a refresh that was accepted before stands now.
async fn current(state: &AppState, call: &Call, job: JobId) -> Result<Answer, Problem> {
    let job = state.store.job(job).await?;
    answer(job.filter(|job| job.state.is_finished()), call)
}

fn answer(ended: Option<JobView>, call: &Call) -> Result<Answer, Problem> {
    match ended {
        None => Answer::accepted(STATUS.to_owned(), &RefreshView::under_way()),
        Some(job) if job.state == JobState::Dead => {
            let problem = Problem::new(job.failure.unwrap_or(ErrorCode::Internal));
            Answer::refused(&problem, STATUS.to_owned(), call)
        }
        Some(job) => Answer::ok(&RefreshView::of(&job)),
    }
}
