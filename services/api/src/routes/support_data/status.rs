//! How the reference data stand.

use actix_web::web::Data;
use loadsure_core::error_code::ErrorCode;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::support_data::{Health, HealthView, StatusView};

/// How the lists stand, when they were refreshed and when they will be.
#[utoipa::path(
    get,
    path = "/api/support-data/status",
    tag = "support-data",
    responses((status = 200, description = "The state of all lists", body = StatusView)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn status(state: Data<AppState>, _: Call) -> Result<Answer, Problem> {
    let store = &state.store;
    let lists = store.support_status().await?;
    let active = store.refresh_is_active().await?;
    let schedule = store.schedule().await?;
    let configured = state.config.support_data.refresh_schedule.as_str();
    Answer::ok(&StatusView::new(&lists, active, schedule, configured))
}

/// Whether every list is there, though it may be old.
#[utoipa::path(
    get,
    path = "/api/support-data/health",
    tag = "support-data",
    responses(
        (status = 200, description = "Every list is there", body = HealthView),
        (status = 503, description = "`support_data_unavailable`: a list was never loaded; `database_unavailable`", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn health(state: Data<AppState>, _: Call) -> Result<Answer, Problem> {
    let health_status = Health::of(&state.store.support_status().await?);
    if health_status == Health::Unavailable {
        return Err(Problem::new(ErrorCode::SupportDataUnavailable));
    }
    Answer::ok(&HealthView::new(health_status))
}
