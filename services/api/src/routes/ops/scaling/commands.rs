//! Commands to the queue monitor. The one that leads applies them; each is written to the audit log.

use actix_web::web::Data;
use loadsure_core::scaling::Command;

use super::answers::{CommandAnswers, CommandHeaders};
use super::ask::ask;
use super::form;
use crate::answer::Answer;
use crate::body::{JsonBody, NoBody};
use crate::call::Call;
use crate::openapi::forms::{ConfirmForm, LimitsForm, ModeForm, PauseForm, PinForm};
use crate::problem::Problem;
use crate::state::AppState;

/// Has the number of workers left alone until further notice. Work goes on.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/pause",
    tag = "scaling",
    request_body = PauseForm,
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn pause(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let command = form::pause(&body.value).map_err(Problem::invalid)?;
    ask(&state, &call, &body.bytes, command).await
}

/// Ends a pause. Takes no body.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/resume",
    tag = "scaling",
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn resume(state: Data<AppState>, call: Call, body: NoBody) -> Result<Answer, Problem> {
    ask(&state, &call, &body.bytes, Command::Resume).await
}

/// Keeps to one number of workers, whatever the work, or ends that.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/pin",
    tag = "scaling",
    request_body = PinForm,
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn pin(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let command = form::pin(&body.value).map_err(Problem::invalid)?;
    ask(&state, &call, &body.bytes, command).await
}

/// Changes the fewest and the most workers, up to what the queue monitor is configured to allow.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/limits",
    tag = "scaling",
    request_body = LimitsForm,
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn limits(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let command = form::limits(&body.value).map_err(Problem::invalid)?;
    ask(&state, &call, &body.bytes, command).await
}

/// Says how far the queue monitor goes: it only observes, it proposes and waits to be confirmed, or it acts.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/mode",
    tag = "scaling",
    request_body = ModeForm,
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn mode(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let command = form::mode(&body.value).map_err(Problem::invalid)?;
    ask(&state, &call, &body.bytes, command).await
}

/// Confirms the open proposal, which is then carried out.
#[utoipa::path(
    post,
    path = "/api/ops/scaling/confirm",
    tag = "scaling",
    request_body = ConfirmForm,
    params(CommandHeaders),
    responses(CommandAnswers),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn confirm(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let command = form::confirm(&body.value).map_err(Problem::invalid)?;
    ask(&state, &call, &body.bytes, command).await
}
