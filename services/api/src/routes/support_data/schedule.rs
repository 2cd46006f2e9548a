//! Changing when reference data are refreshed.

use actix_web::web::Data;
use loadsure_config::Schedule as Cron;
use loadsure_core::invalid::{FieldCode, FieldError, Problems};
use loadsure_core::json::Node;
use loadsure_store::Schedule;
use serde_json::Value;
use time::OffsetDateTime;

use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::openapi::forms::ScheduleForm;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::support_data::ScheduleView;

/// Changes when the lists are refreshed, for all workers at once. Repeating it does no harm, so it takes no
/// `Idempotency-Key`.
#[utoipa::path(
    post,
    path = "/api/support-data/schedule",
    tag = "support-data",
    request_body = ScheduleForm,
    responses((status = 200, description = "The schedule that all workers follow from now on", body = ScheduleView)),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn schedule(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let now = state.store.now().await?;
    let schedule = parse(&body.value, now).map_err(Problem::invalid)?;
    state.store.set_schedule(&schedule, &call.actor()).await?;
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
