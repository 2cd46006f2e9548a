//! What replaying and discarding have in common.

use actix_web::http::header;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_store::{Acceptance, DeadJob, DeadOrder};
use loadsure_telemetry::fields;
use tracing::warn;
use uuid::Uuid;

use super::{find, job, location};
use crate::answer::Answer;
use crate::body::NoBody;
use crate::call::Call;
use crate::idempotency;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::dead_letter::DeadLetterBody;

/// What is done about a job that died.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    Replay,
    Discard,
}

/// Does it, and answers with the job as it stands then.
pub(super) async fn dispose(
    state: &AppState,
    call: &Call,
    (path, body): (&str, &NoBody),
    how: How,
) -> Result<Answer, Problem> {
    let job = job(path)?;
    let key = idempotency::key(call, &body.bytes)?;
    let actor = call.actor();
    let order = DeadOrder {
        job,
        actor: &actor,
        key: key.as_ref().map(|key| (call.tenant(), key)),
    };
    let done = match how {
        How::Replay => state.store.replay_dead(&order).await?,
        How::Discard => state.store.discard_dead(&order).await?,
    };
    match done {
        Acceptance::Accepted(()) => {}
        Acceptance::Refused(code, subject) => return Err(refused(code, subject)),
        Acceptance::Replayed(replay) => {
            let current = async |_| stands(state, job).await;
            return idempotency::replay(replay, |_| location(job), current).await;
        }
    }
    let found = find(state, job).await?;
    forget(state, &found).await;
    let answer = Answer::ok(&DeadLetterBody::from(found))?;
    idempotency::keep(state, call, key.as_ref(), &answer).await;
    Ok(answer)
}

async fn stands(state: &AppState, job: JobId) -> Result<Answer, Problem> {
    Answer::ok(&DeadLetterBody::from(find(state, job).await?))
}

/// Takes the letter out of Redis, which only shows what the row of the job says.
async fn forget(state: &AppState, job: &DeadJob) {
    if let Err(error) = state.queue.discard_letters_of(job.kind, job.id).await {
        warn!(
            { fields::JOB_ID } = %job.id,
            { fields::ERROR } = fields::causes(&error),
            "a dead letter that was dealt with is still shown"
        );
    }
}

/// What may have been bought is settled, and said where.
fn refused(code: ErrorCode, subject: Option<Uuid>) -> Problem {
    let problem = Problem::new(code);
    match subject {
        Some(booking) if code == ErrorCode::PurchaseMayBeMade => {
            let settle = format!("/api/ops/unknown-outcomes/{booking}");
            problem.header(header::LOCATION, &settle)
        }
        _ => problem,
    }
}
