//! Changing when reference data are refreshed.

use actix_web::web::Data;
use loadsure_config::Schedule as Cron;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::invalid::{FieldCode, FieldError, Problems};
use loadsure_core::json::Node;
use loadsure_store::{Acceptance, Schedule};
use serde_json::Value;
use time::OffsetDateTime;

use super::STATUS;
use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::idempotency;
use crate::openapi::forms::ScheduleForm;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::support_data::ScheduleView;

/// Changes when the lists are refreshed, for all workers at once.
#[utoipa::path(
    post,
    path = "/api/support-data/schedule",
    tag = "support-data",
    request_body = ScheduleForm,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats of one request are answered alike for 24 hours")),
    responses(
        (status = 200, description = "The schedule that all workers follow from now on", body = ScheduleView),
        (status = 400, description = "`malformed_json`, `invalid_idempotency_key`", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn schedule(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let key = idempotency::key(&call, &body.bytes)?;
    let now = state.store.now().await?;
    let schedule = parse(&body.value, now).map_err(Problem::invalid)?;
    let claim = key.as_ref().map(|key| (call.tenant(), key));
    match state.store.set_schedule(&schedule, &call.actor(), claim).await? {
        Acceptance::Accepted(()) => {}
        Acceptance::Refused(code, _) => return Err(Problem::new(code)),
        Acceptance::Replayed(replay) => {
            let current = async |_| current(&state).await;
            return idempotency::replay(replay, |_| STATUS.to_owned(), current).await;
        }
    }
    let answer = Answer::ok(&ScheduleView::from(schedule))?;
    idempotency::keep(&state, &call, key.as_ref(), &answer).await;
    Ok(answer)
}

/// The schedule as it stands: what an earlier request has set whose answer was not kept.
async fn current(state: &AppState) -> Result<Answer, Problem> {
    let schedule = state.store.schedule().await?;
    let schedule = schedule.ok_or_else(|| Problem::new(ErrorCode::Internal))?;
    Answer::ok(&ScheduleView::from(schedule))
}

fn parse(body: &Value, now: OffsetDateTime) -> Result<Schedule, Vec<FieldError>> {
    let mut problems = Problems::default();
    match read(&Node::root(body), now, &mut problems) {
        Some(schedule) if problems.is_empty() => Ok(schedule),
        _ => Err(problems.into_errors()),
    }
}

fn read(node: &Node<'_>, now: OffsetDateTime, problems: &mut Problems) -> Option<Schedule> {
    let mut fields = node.object(problems)?;
    let schedule = fields.required("schedule", problems, |node, problems| {
        let cron: Result<Cron, _> = node.text(problems)?.trim().parse();
        let next = cron.as_ref().ok().and_then(|cron| cron.next_after(now));
        match (cron, next) {
            (Ok(cron), Some(next_run_at)) => Some(Schedule {
                cron: cron.to_string(),
                next_run_at,
            }),
            (Ok(_), None) => node.refuse(problems, FieldCode::NotACron, "names a time that never comes"),
            (Err(invalid), _) => node.refuse(problems, FieldCode::NotACron, invalid.to_string()),
        }
    });
    fields.close(problems);
    schedule
}
