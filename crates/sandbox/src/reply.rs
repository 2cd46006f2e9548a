use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use serde_json::Value;

/// One entry of the insurer's `errors` list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "errorCode")]
    pub(crate) code: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
}

impl Problem {
    /// A problem of the whole request.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            path: None,
        }
    }

    /// A problem of the field at `path`.
    pub(crate) fn at(code: &'static str, path: &str, message: impl Into<String>) -> Self {
        Self {
            path: Some(path.to_owned()).filter(|path| !path.is_empty()),
            ..Self::new(code, message)
        }
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    errors: &'a [Problem],
}

/// An answer in JSON before it becomes HTTP, so that a fault can still spoil it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Cow<'static, str>,
}

impl Reply {
    /// 200 with `body`.
    pub(crate) fn ok(body: &Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: body.to_string().into(),
        }
    }

    /// `{"success":false,"errors":[…]}`.
    pub(crate) fn refusal(status: StatusCode, problems: &[Problem]) -> Self {
        let failure = Failure {
            success: false,
            errors: problems,
        };
        // Two strings and a flag: writing them as JSON cannot fail.
        let body = serde_json::to_string(&failure).unwrap_or_default();
        Self {
            status,
            body: body.into(),
        }
    }

    /// 400 for what is wrong in the request.
    pub(crate) fn invalid(problems: &[Problem]) -> Self {
        Self::refusal(StatusCode::BAD_REQUEST, problems)
    }

    /// The sandbox itself failed.
    pub(crate) fn broken(message: &str) -> Self {
        Self::refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            &[Problem::new("SANDBOX_FAILURE", message)],
        )
    }

    pub(crate) fn into_response(self) -> HttpResponse {
        HttpResponse::build(self.status).json_text(self.body)
    }
}

/// Sends text that is already JSON.
pub(crate) trait JsonText {
    fn json_text(&mut self, body: Cow<'static, str>) -> HttpResponse;
}

impl JsonText for HttpResponseBuilder {
    fn json_text(&mut self, body: Cow<'static, str>) -> HttpResponse {
        let builder = self.insert_header(ContentType::json());
        match body {
            Cow::Borrowed(text) => builder.body(text),
            Cow::Owned(text) => builder.body(text),
        }
    }
}
