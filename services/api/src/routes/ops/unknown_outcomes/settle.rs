//! Settling.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, JobId};
use loadsure_core::job::Kind;
use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_core::usecase::settle::Settled;
use loadsure_queue::Event;
use loadsure_store::{Acceptance, JobView, NewSettlement, Purchase, Replay};
use loadsure_telemetry::fields;
use time::OffsetDateTime;
use tracing::warn;

use super::claim::Claim;
use super::{booking, find, location};
use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::idempotency;
use crate::openapi::forms::SettlementForm;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::unknown_outcome::UnknownOutcomeBody;
use crate::work::Planned;

/// Settles a purchase whose outcome is unknown by what the insurer says of it. *Bought* is believed once the insurer
/// confirms the certificate; *not bought* is taken ten minutes after the last attempt at the earliest, and lets the
/// caller book again. Both are written to the audit log.
#[utoipa::path(
    post,
    path = "/api/ops/unknown-outcomes/{bookingId}/settle",
    tag = "unknown-outcomes",
    request_body = SettlementForm,
    params(
        ("bookingId" = String, Path, description = "Id of the booking, of any tenant"),
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 200, description = "Settled", body = UnknownOutcomeBody),
        (status = 202, description = "Accepted, and not confirmed by the insurer yet: read `Location`", body = UnknownOutcomeBody),
        (status = 400, description = "`malformed_json`, `invalid_idempotency_key`", body = ProblemBody),
        (status = 404, description = "`booking_not_found`", body = ProblemBody),
        (status = 409, description = "`outcome_not_unknown`, `settlement_too_early`, `settlement_in_progress`, `certificate_taken`, `idempotency_in_progress`", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `certificate_not_confirmed`, `certificate_contradicts_quote`; `idempotency_key_reused`", body = ProblemBody),
        (status = 502, description = "`insurer_unavailable`, `insurer_fault`: the certificate could not be checked", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`: nothing was accepted", body = ProblemBody),
        (status = 504, description = "`insurer_timeout`: the certificate could not be checked", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn settle(
    state: Data<AppState>,
    call: Call,
    path: Path<String>,
    body: JsonBody,
) -> Result<Answer, Problem> {
    let booking = booking(&path)?;
    let claim = Claim::parse(&body.value).map_err(Problem::invalid)?;
    let key = idempotency::key(&call, &body.bytes)?;
    let (purchase, _) = find(&state, booking).await?;
    let actor = call.actor();
    let new = NewSettlement {
        booking,
        actor: &actor,
        key: key.as_ref().map(|key| (call.tenant(), key)),
    };
    let answer = match claim {
        Claim::Bought(number) => bought(&state, &call, &new, (&purchase, &number)).await?,
        Claim::NotBought => not_bought(&state, &call, &new, &purchase).await?,
    };
    idempotency::keep(&state, &call, key.as_ref(), &answer).await;
    Ok(answer)
}

async fn not_bought(
    state: &AppState,
    call: &Call,
    new: &NewSettlement<'_>,
    purchase: &Purchase,
) -> Result<Answer, Problem> {
    match state.store.settle_not_bought(new).await? {
        Acceptance::Accepted(()) => {
            announce(state, purchase).await;
            stands(state, new.booking).await
        }
        Acceptance::Refused(code, _) => Err(refused(code, purchase)),
        Acceptance::Replayed(replay) => replayed(state, call, new.booking, replay).await,
    }
}

async fn bought(
    state: &AppState,
    call: &Call,
    new: &NewSettlement<'_>,
    (purchase, number): (&Purchase, &Number),
) -> Result<Answer, Problem> {
    let planned = Planned::new(state, Kind::Maintenance, call)?.of(purchase.tenant);
    let applied = planned.applied();
    let job = planned.job();
    match state.store.accept_settlement(new, number, &job).await? {
        Acceptance::Accepted(_) => {}
        Acceptance::Refused(code, _) => return Err(refused(code, purchase)),
        Acceptance::Replayed(replay) => return replayed(state, call, new.booking, replay).await,
    }
    planned.publish(state);
    let ended = planned.ended(state).await;
    Ok(answer(state, call, new.booking, ended).await?.preferring(applied))
}

/// Tells those who follow the events. One that is not told is in the record all the same.
async fn announce(state: &AppState, purchase: &Purchase) {
    let event = Event {
        kind: "booking.failed".to_owned(),
        tenant: Some(purchase.tenant),
        subjects: BTreeMap::from([("booking".to_owned(), purchase.booking.as_uuid())]),
        job: None,
        at: OffsetDateTime::now_utc(),
    };
    if let Err(error) = state.queue.emit(&event).await {
        warn!(
            { fields::BOOKING_ID } = %purchase.booking,
            { fields::ERROR } = fields::causes(&error),
            "a settlement is not announced"
        );
    }
}

/// When a purchase may be settled is known to the second.
fn refused(code: ErrorCode, purchase: &Purchase) -> Problem {
    let problem = Problem::new(code);
    if code == ErrorCode::SettlementTooEarly {
        let rest = NOT_BOUGHT_AFTER.saturating_sub(purchase.age);
        return problem.retry_after(rest.as_secs().saturating_add(1));
    }
    problem
}

async fn replayed(
    state: &AppState,
    call: &Call,
    booking: BookingId,
    replay: Replay,
) -> Result<Answer, Problem> {
    let job = match &replay {
        Replay::Accepted { job, .. } => Some(*job),
        Replay::Reused | Replay::Answered(_) => None,
    };
    let current = async |_| current(state, call, booking, job).await;
    idempotency::replay(replay, |_| location(booking), current).await
}

/// How a settlement that was accepted before stands now. One as not bought has no job: it was settled at once.
async fn current(
    state: &AppState,
    call: &Call,
    booking: BookingId,
    job: Option<JobId>,
) -> Result<Answer, Problem> {
    let view = match job {
        Some(job) => state.store.job(job).await?,
        None => None,
    };
    match view {
        Some(view) => {
            answer(
                state,
                call,
                booking,
                Some(view).filter(|view| view.state.is_finished()),
            )
            .await
        }
        None => stands(state, booking).await,
    }
}

async fn answer(
    state: &AppState,
    call: &Call,
    booking: BookingId,
    ended: Option<JobView>,
) -> Result<Answer, Problem> {
    let Some(job) = ended else {
        let found = find(state, booking).await?;
        return Answer::accepted(location(booking), &UnknownOutcomeBody::from(found));
    };
    let code = match job.result.as_ref().and_then(Settled::from_json) {
        Some(Settled::Yes) => return stands(state, booking).await,
        Some(Settled::No(code)) => code,
        None => job.failure.unwrap_or(ErrorCode::Internal),
    };
    Answer::refused(&Problem::new(code), location(booking), call)
}

async fn stands(state: &AppState, booking: BookingId) -> Result<Answer, Problem> {
    Answer::ok(&UnknownOutcomeBody::from(find(state, booking).await?))
}
