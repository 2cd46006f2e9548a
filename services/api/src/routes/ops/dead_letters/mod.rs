//! Jobs that died: seeing them, trying them once more, and being done with them.

pub(crate) mod discard;
mod dispose;
pub(crate) mod list;
pub(crate) mod replay;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_store::DeadJob;
use loadsure_store::keys::Scope;

use crate::problem::Problem;
use crate::routes::Endpoint;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/ops/dead-letters")
        .get(Scope::Ops, list::list)
        .register(config);
    Endpoint::at("/ops/dead-letters/{jobId}")
        .get(Scope::Ops, show::show)
        .register(config);
    Endpoint::at("/ops/dead-letters/{jobId}/replay")
        .post(Scope::Ops, replay::replay)
        .register(config);
    Endpoint::at("/ops/dead-letters/{jobId}/discard")
        .post(Scope::Ops, discard::discard)
        .register(config);
}

/// Where a job is read.
fn location(job: JobId) -> String {
    format!("/api/ops/dead-letters/{job}")
}

/// The job in a path. What cannot be an id is the id of nothing.
fn job(text: &str) -> Result<JobId, Problem> {
    text.parse().map_err(|_| Problem::new(ErrorCode::JobNotFound))
}

/// Any tenant's job, whatever its state.
async fn find(state: &AppState, job: JobId) -> Result<DeadJob, Problem> {
    let found = state.store.dead_job(job).await?;
    found.ok_or_else(|| Problem::new(ErrorCode::JobNotFound))
}
