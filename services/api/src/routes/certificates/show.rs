//! One certificate.

use actix_web::web::{Data, Path};
use loadsure_core::invalid::FieldCode;
use loadsure_core::ports::CertificateTask;

use super::ask::Question;
use super::{find, location, number};
use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::AppState;
use crate::views::certificate::{CertificateBody, CertificateView};

/// A certificate as it is known here, or with `refresh=true` as the insurer knows it now.
#[utoipa::path(
    get,
    path = "/api/insurance/certificates/{number}",
    tag = "certificates",
    params(
        ("number" = String, Path, description = "The insurer's number of the certificate"),
        ("refresh" = Option<bool>, Query, description = "Whether to ask the insurer first; `false` unless given"),
        ("Prefer" = Option<String>, Header, description = "With `refresh=true`: `wait=N` (seconds, at most 55) or `respond-async`"),
    ),
    responses(
        (status = 200, description = "The certificate", body = CertificateBody),
        (status = 202, description = "With `refresh=true`: the insurer has not answered yet; the certificate as it was known before", body = CertificateBody),
        (status = 404, description = "`certificate_not_found`: no such certificate of this tenant, or the insurer does not know it", body = ProblemBody),
        (status = 422, description = "`validation_failed`: a wrong parameter", body = ProblemBody),
        (status = 502, description = "`insurer_unavailable`, `insurer_fault`", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`", body = ProblemBody),
        (status = 504, description = "`insurer_timeout`", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn show(state: Data<AppState>, call: Call, path: Path<String>) -> Result<Answer, Problem> {
    let number = number(&path)?;
    if !wants_refresh(&call)? {
        let certificate = find(&state, &call, &number).await?;
        return Answer::ok(&CertificateBody::new(CertificateView::from(certificate)));
    }
    let question = Question::new(&state, &call, &number, CertificateTask::Refresh).await?;
    let applied = question.applied.clone();
    let is_fresh = question.answered(&state).await?;
    let body = CertificateBody::new(find(&state, &call, &number).await?.into());
    let answer = if is_fresh {
        Answer::ok(&body)?
    } else {
        Answer::accepted(location(&number), &body)?
    };
    Ok(answer.preferring(applied))
}

fn wants_refresh(call: &Call) -> Result<bool, Problem> {
    let mut query = Query::of(call.query());
    let rule = (FieldCode::WrongType, "must be true or false");
    let refresh = query.parse("refresh", rule, |text| text.parse().ok());
    query.finish()?;
    Ok(refresh.unwrap_or(false))
}
