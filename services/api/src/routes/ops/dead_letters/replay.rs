//! Trying once more.

use actix_web::web::{Data, Path};

use super::dispose::{How, dispose};
use crate::answer::Answer;
use crate::body::NoBody;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::dead_letter::DeadLetterBody;

/// Has a job that died tried once more, with its record reopened; not while its purchase may have been made: that is
/// settled as an unknown outcome, which `Location` leads to. Written to the audit log. Takes no body.
#[utoipa::path(
    post,
    path = "/api/ops/dead-letters/{jobId}/replay",
    tag = "dead-letters",
    params(
        ("jobId" = String, Path, description = "Id of the job, of any tenant"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 200, description = "It will be tried once more", body = DeadLetterBody),
        (status = 400, description = "`invalid_idempotency_key`", body = ProblemBody),
        (status = 404, description = "`job_not_found`", body = ProblemBody),
        (status = 409, description = "`job_not_dead`, `purchase_may_be_made` (with a `Location`), `job_superseded`, `not_replayable`; `quote_expired`, `quote_not_bookable`, `certificate_not_active`, `cancellation_in_progress`, `outcome_not_unknown`, `settlement_in_progress`", body = ProblemBody),
        (status = 422, description = "`idempotency_key_reused`; `validation_failed`: there is a body that says something", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn replay(
    state: Data<AppState>,
    call: Call,
    path: Path<String>,
    body: NoBody,
) -> Result<Answer, Problem> {
    dispose(&state, &call, (&path, &body), How::Replay).await
}
