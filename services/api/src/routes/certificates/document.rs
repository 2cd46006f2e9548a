//! The document of a certificate.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder as _};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::ports::CertificateTask;
use url::Url;

use super::ask::Question;
use super::{find, location, number};
use crate::answer::Answer;
use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::certificate::CertificateBody;

/// Leads to the document, by a link that the insurer makes for this request: such links may be short-lived.
#[utoipa::path(
    get,
    path = "/api/insurance/certificates/{number}/document",
    tag = "certificates",
    params(
        ("number" = String, Path, description = "The insurer's number of the certificate"),
        ("Prefer" = Option<String>, Header, description = "`wait=N` (seconds, at most 55) or `respond-async`"),
    ),
    responses(
        (status = 302, description = "The document is at `Location`",
            headers(("Location" = String, description = "A fresh link to the PDF"))),
        (status = 202, description = "The insurer has not answered yet; ask again at `Location`", body = CertificateBody),
        (status = 404, description = "`certificate_not_found`: no such certificate of this tenant, or the insurer does not know it", body = ProblemBody),
        (status = 502, description = "`insurer_unavailable`, `insurer_fault`", body = ProblemBody),
        (status = 503, description = "`database_unavailable`, `queue_unavailable`", body = ProblemBody),
        (status = 504, description = "`insurer_timeout`", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn document(
    state: Data<AppState>,
    call: Call,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let number = number(&path)?;
    let question = Question::new(&state, &call, &number, CertificateTask::Document).await?;
    let applied = question.applied.clone();
    let is_fresh = question.answered(&state).await?;
    let certificate = find(&state, &call, &number).await?;
    if !is_fresh {
        let here = format!("{}/document", location(&number));
        let answer = Answer::accepted(here, &CertificateBody::new(certificate.into()))?;
        return Ok(answer.preferring(applied).respond_to(&request));
    }
    let link = certificate.facts.certificate_link.filter(|link| is_web(link));
    let link = link.ok_or_else(|| Problem::new(ErrorCode::InsurerFault))?;
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, link))
        .finish())
}

/// The insurer's text goes into a header that browsers follow.
fn is_web(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_web_address_is_followed() {
        assert!(is_web("https://files.example/certificate.pdf?token=1"));
        for bad in [
            "",
            "certificate.pdf",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https:",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
    }
}
