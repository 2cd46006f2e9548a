//! How scaling stands.

use actix_web::web::Data;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::scaling::ScalingBody;

/// What operations asked for, which queue monitor leads, its last decision, what is proposed, and the latest changes.
#[utoipa::path(
    get,
    path = "/api/ops/scaling",
    tag = "scaling",
    responses((status = 200, description = "How scaling stands", body = ScalingBody)),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn show(state: Data<AppState>, _: Call) -> Result<Answer, Problem> {
    Answer::ok(&ScalingBody::from(state.store.scaling_state().await?))
}
