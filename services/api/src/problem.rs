//! The one form of every refusal: RFC 9457 `application/problem+json`, from the table of error codes of core.
//!
//! Handlers and middleware return [`Problem`]; [`crate::middleware::observe`] writes it, because only there the
//! request's id is at hand, and logs its source once.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::insurer::{Cause, Reason};
use loadsure_core::invalid::FieldError;
use loadsure_core::ports::Fault;
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of every refusal.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal, before it is written.
#[derive(Debug, thiserror::Error)]
#[error("{code}")]
pub(crate) struct Problem {
    code: ErrorCode,
    detail: Option<&'static str>,
    errors: Vec<ErrorItem>,
    retry_after: Option<u64>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
    #[source]
    source: Option<Cause>,
}

/// One thing that is wrong, or one reason of the insurer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ErrorItem {
    /// Path into the request, such as `shipment.stops[1].address.city`; empty for the whole body.
    pub(crate) path: String,
    /// Stable code: branch on it.
    pub(crate) code: String,
    /// One sentence for people.
    pub(crate) message: String,
}

/// The body of every refusal (RFC 9457). Server errors carry no detail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemBody {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The code in words.
    pub(crate) title: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    /// What went wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<&'static str>,
    /// Path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance: Option<String>,
    /// Stable code: branch on it.
    #[schema(schema_with = crate::openapi::code)]
    pub(crate) code: &'static str,
    /// Id of the request, to be quoted when asking about it.
    pub(crate) request_id: String,
    /// Everything that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<ErrorItem>,
}

impl Problem {
    /// The refusal of a code.
    pub(crate) fn new(code: ErrorCode) -> Self {
        // A few seconds for a server to come back or hand over; a moment for work that is under way.
        let retry_after = match code.entry() {
            entry if entry.status == 503 => Some(5),
            entry if entry.status == 409 && entry.retryable => Some(1),
            _ => None,
        };
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after,
            headers: Vec::new(),
            source: None,
        }
    }

    /// The refusal of a request whose fields are wrong.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(ErrorCode::ValidationFailed);
        problem.errors = errors.into_iter().map(ErrorItem::from).collect();
        problem
    }

    /// The insurer's refusal, with its reasons.
    pub(crate) fn declined(code: ErrorCode, reasons: Vec<Reason>) -> Self {
        let mut problem = Self::new(code);
        problem.errors = reasons.into_iter().map(ErrorItem::from).collect();
        problem
    }

    /// Adds a sentence about this case.
    pub(crate) fn detail(mut self, detail: &'static str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Adds a reason that programs can tell apart.
    pub(crate) fn because(mut self, code: &str, message: String) -> Self {
        self.errors.push(ErrorItem {
            path: String::new(),
            code: code.to_owned(),
            message,
        });
        self
    }

    /// Says when to try again, in seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds a header; a value that no header can hold is left out.
    pub(crate) fn header(mut self, name: header::HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Adds what led to it, for the log.
    pub(crate) fn caused_by(mut self, source: impl Into<Cause>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The code.
    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    /// When to try again, in seconds.
    pub(crate) const fn seconds(&self) -> Option<u64> {
        self.retry_after
    }

    /// Whether it is worth a line of its own in the log.
    pub(crate) fn is_fault(&self) -> bool {
        self.source.is_some() || self.code == ErrorCode::Internal
    }

    /// The body for a request.
    pub(crate) fn body(&self, request_id: &str, path: &str) -> ProblemBody {
        let entry = self.code.entry();
        let is_server_error = entry.status >= 500;
        ProblemBody {
            kind: format!("/docs/errors#{}", entry.name),
            title: entry.title,
            status: entry.status,
            detail: self.detail.filter(|_| !is_server_error),
            instance: (!is_server_error).then(|| path.to_owned()),
            code: entry.name,
            request_id: request_id.to_owned(),
            errors: if is_server_error {
                Vec::new()
            } else {
                self.errors.clone()
            },
        }
    }

    /// The whole response for a request.
    pub(crate) fn write(&self, request_id: &str, path: &str) -> HttpResponse {
        self.head().json(self.body(request_id, path))
    }

    /// Status and headers.
    fn head(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.entry().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A bare form: the request's id is added further out. Never the `Display` of anything (P32).
    fn error_response(&self) -> HttpResponse {
        self.head().finish()
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let code = match fault {
            Fault::Unavailable(_) => ErrorCode::DatabaseUnavailable,
            Fault::Refused { .. } => ErrorCode::Internal,
        };
        Self::new(code).caused_by(fault)
    }
}

impl From<FieldError> for ErrorItem {
    fn from(error: FieldError) -> Self {
        Self {
            path: error.path,
            code: error.code.as_str().to_owned(),
            message: error.message,
        }
    }
}

impl From<Reason> for ErrorItem {
    fn from(reason: Reason) -> Self {
        Self {
            path: reason.path.unwrap_or_default(),
            code: reason.code.unwrap_or_else(|| "declined".to_owned()),
            message: reason.message,
        }
    }
}
