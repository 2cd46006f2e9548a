//! Asking for a quote.

use actix_web::web::Data;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::QuoteId;
use loadsure_core::invalid::FieldError;
use loadsure_core::job::Kind;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_store::{Acceptance, Key, NewQuote};
use serde_json::Value;
use time::OffsetDateTime;

use super::outcome;
use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::idempotency;
use crate::openapi::forms::{FlatForm, QuoteForm};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::quote::{QuoteBody, QuoteView};
use crate::work::Planned;

/// Reads one of the two forms.
type Parse = fn(&Value, &Context<'_>) -> Result<QuoteRequest, Vec<FieldError>>;

/// Ask for a quote, in the full form (with `shipment`) or the flat one.
#[utoipa::path(
    post,
    path = "/api/insurance/quotes",
    tag = "quotes",
    request_body = QuoteForm,
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 201, description = "The price", body = QuoteBody),
        (status = 202, description = "Accepted; fetch it from `Location`", body = QuoteBody),
        (status = 400, description = "Not JSON, or a bad `Idempotency-Key`", body = ProblemBody),
        (status = 409, description = "The first request with this key has not ended", body = ProblemBody),
        (status = 422, description = "Wrong fields, all of them listed; or `quote_declined` with the insurer's reasons", body = ProblemBody),
        (status = 502, description = "The insurer is not available or did not answer properly", body = ProblemBody),
        (status = 503, description = "Database or queue are away, or `overloaded`: too many quotes wait. Nothing was accepted", body = ProblemBody),
        (status = 504, description = "The insurer did not answer in time", body = ProblemBody),
    ),
    security(("apiKey" = ["quotes"])),
)]
pub(crate) async fn create(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    submit(&state, &call, &body, QuoteRequest::parse).await
}

/// Ask for a quote in the flat form.
#[utoipa::path(
    post,
    path = "/api/insurance/quotes/simple",
    tag = "quotes",
    request_body = FlatForm,
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours"),
    ),
    responses(
        (status = 201, description = "The price", body = QuoteBody),
        (status = 202, description = "Accepted; fetch it from `Location`", body = QuoteBody),
        (status = 400, description = "Not JSON, or a bad `Idempotency-Key`", body = ProblemBody),
        (status = 409, description = "The first request with this key has not ended", body = ProblemBody),
        (status = 422, description = "Wrong fields, all of them listed; or `quote_declined` with the insurer's reasons", body = ProblemBody),
        (status = 502, description = "The insurer is not available or did not answer properly", body = ProblemBody),
        (status = 503, description = "Database or queue are away, or `overloaded`: too many quotes wait. Nothing was accepted", body = ProblemBody),
        (status = 504, description = "The insurer did not answer in time", body = ProblemBody),
    ),
    security(("apiKey" = ["quotes"])),
)]
pub(crate) async fn create_simple(
    state: Data<AppState>,
    call: Call,
    body: JsonBody,
) -> Result<Answer, Problem> {
    submit(&state, &call, &body, QuoteRequest::parse_flat).await
}

async fn submit(state: &AppState, call: &Call, body: &JsonBody, parse: Parse) -> Result<Answer, Problem> {
    let key = idempotency::key(call, &body.bytes)?;
    let id = QuoteId::generate();
    let known = state.reference.load();
    let today = OffsetDateTime::now_utc().date();
    let request = parse(&body.value, &Context::new(today, &known, id)).map_err(Problem::invalid)?;
    shed(state, call, key.as_ref()).await?;
    let planned = Planned::new(state, Kind::Quote, call)?;
    let new = NewQuote {
        id,
        tenant: call.tenant(),
        request: &request,
        job: planned.job(),
    };
    match state.store.accept_quote(&new, key.as_ref()).await? {
        Acceptance::Accepted(_) => accepted(state, call, key.as_ref(), planned, &new).await,
        Acceptance::Refused(code, _) => Err(Problem::new(code)),
        Acceptance::Replayed(replay) => {
            idempotency::replay(replay, outcome::location, async |subject| {
                outcome::current(state, call, QuoteId::from(subject)).await
            })
            .await
        }
    }
}

/// Refuses a new quote while too many wait. A repeat of a request that was accepted is not new.
async fn shed(state: &AppState, call: &Call, key: Option<&Key>) -> Result<(), Problem> {
    let Some(seconds) = state.back_pressure.refuses(state.config.http.max_queue_wait) else {
        return Ok(());
    };
    if let Some(key) = key
        && state.store.find_replay(call.tenant(), key).await?.is_some()
    {
        return Ok(());
    }
    state.metrics.back_pressure().shed();
    Err(Problem::new(ErrorCode::Overloaded).retry_after(seconds))
}

async fn accepted(
    state: &AppState,
    call: &Call,
    key: Option<&Key>,
    planned: Planned,
    new: &NewQuote<'_>,
) -> Result<Answer, Problem> {
    planned.publish(state);
    let applied = planned.applied();
    let pending = QuoteView::pending(new.id, new.request, planned.created_at());
    let read = async || {
        let quote = state.store.quote(new.tenant, new.id).await?;
        Ok(quote.filter(outcome::has_ended))
    };
    let answer = match planned.result(state, read).await {
        Some(quote) => outcome::answer(quote, call)?,
        None => Answer::accepted(outcome::location(new.id.as_uuid()), &QuoteBody::new(pending))?,
    };
    idempotency::keep(state, call, key, &answer).await;
    Ok(answer.preferring(applied))
}
