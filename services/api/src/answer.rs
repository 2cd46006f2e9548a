//! Answers of requests that create or change something: sent, stored for an idempotency key, and sent again.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, Responder};
use loadsure_store::Answer as Stored;
use serde::Serialize;
use serde_json::Value;

use crate::call::Call;
use crate::problem::{MEDIA_TYPE, Problem};

/// RFC 7240.
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");

/// RFC 7240.
pub(crate) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Says that an answer was given before.
pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long to leave work that is under way alone, in seconds.
const ASK_AGAIN: u64 = 2;

/// An answer before it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: u16,
    location: Option<String>,
    retry_after: Option<u64>,
    applied: Option<String>,
    replayed: bool,
    body: Value,
}

impl Answer {
    fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status: status.as_u16(),
            location: None,
            retry_after: None,
            applied: None,
            replayed: false,
            body,
        }
    }

    /// 200.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self::new(StatusCode::OK, json(body)?))
    }

    /// 201: the result is there.
    pub(crate) fn created(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let answer = Self::new(StatusCode::CREATED, json(body)?);
        Ok(Self {
            location: Some(location),
            ..answer
        })
    }

    /// 202: accepted, and to be fetched from `location`.
    pub(crate) fn accepted(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        let answer = Self::new(StatusCode::ACCEPTED, json(body)?);
        Ok(Self {
            location: Some(location),
            retry_after: Some(ASK_AGAIN),
            ..answer
        })
    }

    /// The refusal that the work ended with. Where its record is said, since the body of a server error does not.
    pub(crate) fn refused(problem: &Problem, location: String, call: &Call) -> Result<Self, Problem> {
        let body = problem.body(call.id(), call.path());
        let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let answer = Self::new(status, json(&body)?);
        Ok(Self {
            location: Some(location),
            retry_after: problem.seconds(),
            ..answer
        })
    }

    /// An answer that was given before.
    pub(crate) fn replayed(stored: Stored) -> Self {
        Self {
            status: stored.status,
            location: stored.location,
            retry_after: None,
            applied: None,
            replayed: true,
            body: stored.body,
        }
    }

    /// The same, marked as the answer to an earlier request.
    pub(crate) fn again(self) -> Self {
        Self {
            replayed: true,
            ..self
        }
    }

    /// The same, with the preference that was followed.
    pub(crate) fn preferring(self, applied: Option<String>) -> Self {
        Self { applied, ..self }
    }

    /// Whether the work has ended, so that the answer stays true.
    pub(crate) fn is_final(&self) -> bool {
        self.status != StatusCode::ACCEPTED.as_u16()
    }

    /// The form in which it is stored.
    pub(crate) fn to_stored(&self) -> Stored {
        Stored {
            status: self.status,
            location: self.location.clone(),
            body: self.body.clone(),
        }
    }
}

impl Responder for Answer {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        if status.as_u16() >= 400 {
            response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(applied) = self.applied {
            response.insert_header((PREFERENCE_APPLIED, applied));
        }
        if self.replayed {
            response.insert_header((IDEMPOTENCY_REPLAYED, "true"));
        }
        response.json(self.body)
    }
}

fn json(body: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(body)
        .map_err(|error| Problem::new(loadsure_core::error_code::ErrorCode::Internal).caused_by(error))
}
