//! One purchase.

use actix_web::web::{Data, Path};

use super::{booking, find};
use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::unknown_outcome::UnknownOutcomeBody;

/// A purchase with the journal of its attempts, whatever its state: after it is settled, too.
#[utoipa::path(
    get,
    path = "/api/ops/unknown-outcomes/{bookingId}",
    tag = "unknown-outcomes",
    params(("bookingId" = String, Path, description = "Id of the booking, of any tenant")),
    responses(
        (status = 200, description = "The purchase", body = UnknownOutcomeBody),
        (status = 404, description = "`booking_not_found`", body = ProblemBody),
    ),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn show(state: Data<AppState>, _: Call, path: Path<String>) -> Result<Answer, Problem> {
    let found = find(&state, booking(&path)?).await?;
    Answer::ok(&UnknownOutcomeBody::from(found))
}
