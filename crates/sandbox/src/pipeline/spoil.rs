use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, RETRY_AFTER};
use serde_json::{Value, json};

use super::{Call, unauthorized};
use crate::faults::Kind;
use crate::ledger;
use crate::operation::Operation;
use crate::reply::{JsonText, Problem, Reply};
use crate::wire;

const PAGE: &str = "<!DOCTYPE html><html><head><title>Error</title></head>\
    <body><center><h1>Something went wrong</h1></center><hr><center>nginx</center></body></html>";

impl Call {
    /// Answers, or not, as the fault wants it.
    pub(super) async fn spoil(&self, kind: Kind) -> HttpResponse {
        match kind {
            Kind::Slow { ms, commits: true } => {
                let work = self.perform();
                self.wait(ms).await;
                self.answer(work)
            }
            Kind::Slow { ms, commits: false } => {
                self.wait(ms).await;
                self.answer(self.perform())
            }
            Kind::Hang { commits } => {
                self.work_untold(kind, commits);
                self.app.closing.cancelled().await;
                wire::reset(&self.request)
            }
            Kind::ResetBefore => {
                self.work_untold(kind, false);
                wire::reset(&self.request)
            }
            Kind::ResetAfter => {
                self.work_untold(kind, true);
                wire::reset(&self.request)
            }
            Kind::Truncate => wire::truncated(self.perform().reply),
            Kind::Garbage { commits } => {
                self.work_untold(kind, commits);
                page(StatusCode::OK)
            }
            Kind::ServerErrorHtml { status, commits } => {
                self.work_untold(kind, commits);
                page(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            }
            Kind::RateLimited { .. }
            | Kind::Unavailable { .. }
            | Kind::OkWithErrors { .. }
            | Kind::StringErrors
            | Kind::Unauthorized => self.refuse(kind),
        }
    }

    /// Refuses in one of the insurer's manners, with nothing done.
    fn refuse(&self, kind: Kind) -> HttpResponse {
        self.unreached(kind, true);
        match kind {
            Kind::RateLimited { retry_after_s } => {
                later(StatusCode::TOO_MANY_REQUESTS, "Too many requests", retry_after_s)
            }
            Kind::Unavailable { retry_after_s } => later(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service temporarily unavailable",
                retry_after_s,
            ),
            Kind::OkWithErrors { success_false } => ok_with_errors(success_false),
            Kind::StringErrors => {
                let errors = json!({"success": false, "errors": ["The request was refused by a fault rule"]});
                HttpResponse::BadRequest().json_text(errors.to_string().into())
            }
            _ => unauthorized().into_response(),
        }
    }

    /// Does the work, if it is to be done, without telling the result.
    fn work_untold(&self, kind: Kind, commits: bool) {
        if commits {
            self.perform();
        } else {
            self.unreached(kind, false);
        }
    }

    fn unreached(&self, kind: Kind, answered: bool) {
        if self.operation == Operation::PurchaseQuote {
            let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
            self.app
                .ledger
                .unreached(ledger::token_of(&body), kind.name(), answered);
        }
    }
}

fn page(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(ContentType::html())
        .body(PAGE)
}

fn later(status: StatusCode, message: &str, retry_after_s: Option<u32>) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if let Some(seconds) = retry_after_s {
        response.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    response.json_text(json!({"message": message}).to_string().into())
}

fn ok_with_errors(success_false: bool) -> HttpResponse {
    let problem = Problem::new("FAULT", "The request was refused by a fault rule");
    if success_false {
        return Reply::refusal(StatusCode::OK, &[problem]).into_response();
    }
    Reply::ok(&json!({"errors": [problem]})).into_response()
}
