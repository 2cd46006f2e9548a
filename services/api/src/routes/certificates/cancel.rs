//! Cancelling a certificate.

use actix_web::web::{Data, Path};
use loadsure_core::cancellation::{Order, Status};
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::CancellationId;
use loadsure_core::job::Kind;
use loadsure_store::{Acceptance, CancellationOutcome};

use super::{find, location, number};
use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::idempotency;
use crate::openapi::forms::CancellationForm;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::certificate::CertificateBody;
use crate::work::Planned;

/// Cancels a certificate, and answers with it once the insurer has confirmed, never before.
#[utoipa::path(
    post,
    path = "/api/insurance/certificates/{number}/cancel",
    tag = "certificates",
    request_body = CancellationForm,
    params(
        ("number" = String, Path, description = "The insurer's number of the certificate"),
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 200, description = "Cancelled", body = CertificateBody),
        (status = 202, description = "Accepted, and not confirmed yet; repeat the request with its `Idempotency-Key` to learn how it ended, or read the certificate at `Location`", body = CertificateBody),
        (status = 400, description = "`malformed_json`, `invalid_idempotency_key`", body = ProblemBody),
        (status = 404, description = "`certificate_not_found`: no such certificate of this tenant", body = ProblemBody),
        (status = 409, description = "`certificate_not_active`, `cancellation_in_progress`, `idempotency_in_progress`", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `cancellation_declined` with the insurer's reasons; `idempotency_key_reused`", body = ProblemBody),
        (status = 502, description = "`insurer_unavailable`, `insurer_fault`: no attempt was confirmed", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`: nothing was accepted", body = ProblemBody),
        (status = 504, description = "`insurer_timeout`: no attempt was confirmed", body = ProblemBody),
    ),
    security(("apiKey" = ["bookings"])),
)]
pub(crate) async fn cancel(
    state: Data<AppState>,
    call: Call,
    path: Path<String>,
    body: JsonBody,
) -> Result<Answer, Problem> {
    let number = number(&path)?;
    let order = Order::parse(number.clone(), &body.value).map_err(Problem::invalid)?;
    let key = idempotency::key(&call, &body.bytes)?;
    let planned = Planned::new(&state, Kind::Cancellation, &call)?;
    let applied = planned.applied();
    let job = planned.job();
    let accepted = state
        .store
        .accept_cancellation(call.tenant(), &order, &job, key.as_ref());
    let id = match accepted.await? {
        Acceptance::Accepted((id, _)) => id,
        Acceptance::Refused(code, _) => return Err(Problem::new(code)),
        Acceptance::Replayed(replay) => {
            let current = async |id| current(&state, &call, &number, CancellationId::from(id)).await;
            return idempotency::replay(replay, |_| location(&number), current).await;
        }
    };
    planned.publish(&state);
    let outcome = planned
        .result(&state, async || finished(&state, &call, id).await)
        .await;
    let answer = answer(&state, &call, &number, outcome).await?.preferring(applied);
    idempotency::keep(&state, &call, key.as_ref(), &answer).await;
    Ok(answer)
}

/// How a cancellation ended, if it has.
async fn finished(
    state: &AppState,
    call: &Call,
    id: CancellationId,
) -> Result<Option<CancellationOutcome>, loadsure_core::ports::Fault> {
    let outcome = state.store.cancellation(call.tenant(), id).await?;
    Ok(outcome.filter(|outcome| matches!(outcome.status, Status::Done | Status::Failed)))
}

/// How a cancellation that was accepted before stands now.
async fn current(
    state: &AppState,
    call: &Call,
    number: &Number,
    id: CancellationId,
) -> Result<Answer, Problem> {
    let outcome = finished(state, call, id).await?;
    answer(state, call, number, outcome).await
}

async fn answer(
    state: &AppState,
    call: &Call,
    number: &Number,
    outcome: Option<CancellationOutcome>,
) -> Result<Answer, Problem> {
    let refusal = match outcome {
        None => {
            let known = CertificateBody::new(find(state, call, number).await?.into());
            return Answer::accepted(location(number), &known);
        }
        Some(outcome) if outcome.status == Status::Done => {
            return Answer::ok(&CertificateBody::new(find(state, call, number).await?.into()));
        }
        Some(CancellationOutcome {
            failure: Some(code), ..
        }) => Problem::new(code),
        Some(outcome) => Problem::declined(ErrorCode::CancellationDeclined, outcome.reasons),
    };
    Answer::refused(&refusal, location(number), call)
}
