//! What all commands take and answer, for the description of the API.

use utoipa::{IntoParams, IntoResponses};

use crate::problem::ProblemBody;
use crate::views::scaling::CommandBody;

/// Headers of a command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "describes the headers in OpenAPI; they are read one by one"
)]
pub(super) struct CommandHeaders {
    /// `wait=N` (seconds, at most 55) or `respond-async`
    #[param(rename = "Prefer")]
    prefer: Option<String>,
    /// Repeats of one request are answered alike for 24 hours
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// Answers to a command.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes the answers in OpenAPI")]
pub(super) enum CommandAnswers {
    /// The leading queue monitor applied it
    #[response(status = 200)]
    Applied(CommandBody),
    /// Sent, and not answered by a queue monitor yet: see `Location`, or repeat the request with its Idempotency-Key
    #[response(status = 202)]
    Pending(CommandBody),
    /// `malformed_json`, `invalid_idempotency_key`
    #[response(status = 400)]
    Unusable(ProblemBody),
    /// `scaling_refused`: `errors` says why
    #[response(status = 409)]
    Refused(ProblemBody),
    /// `validation_failed`; `idempotency_key_reused`
    #[response(status = 422)]
    Wrong(ProblemBody),
    /// `database_unavailable`, `queue_unavailable`
    #[response(status = 503)]
    Unavailable(ProblemBody),
}
