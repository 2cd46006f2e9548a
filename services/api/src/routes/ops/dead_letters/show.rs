//! One job.

use actix_web::web::{Data, Path};

use super::{find, job};
use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::dead_letter::DeadLetterBody;

/// A job with its history, whatever its state: after it was replayed or discarded, too.
#[utoipa::path(
    get,
    path = "/api/ops/dead-letters/{jobId}",
    tag = "dead-letters",
    params(("jobId" = String, Path, description = "Id of the job, of any tenant")),
    responses(
        (status = 200, description = "The job", body = DeadLetterBody),
        (status = 404, description = "`job_not_found`", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn show(state: Data<AppState>, _: Call, path: Path<String>) -> Result<Answer, Problem> {
    let found = find(&state, job(&path)?).await?;
    Answer::ok(&DeadLetterBody::from(found))
}
