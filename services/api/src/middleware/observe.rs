//! Request id, span, metrics and access line, and the writing of refusals.

use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
use loadsure_core::error_code::ErrorCode;
use loadsure_telemetry::{fields, propagation};
use tracing::{Instrument as _, Span, debug, error, field, info, info_span};
use uuid::Uuid;

use crate::call::RequestId;
use crate::problem::Problem;
use crate::state::AppState;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id of a caller that is taken over.
const LONGEST_ID: usize = 64;

/// Stands for paths that match no route: each path of a scanner would be a series of its own.
const UNMATCHED: &str = "unmatched";

/// The outermost middleware.
pub(crate) async fn observe(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let _at_work = state.requests.token();
    let _active = state.metrics.http().start();
    let (id, method) = (request_id(&request), method(request.method()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = span(&request, &id, method);
    let response = next.call(request).instrument(span.clone()).await?;
    let mut response = span.in_scope(|| written(response.map_into_boxed_body(), &id));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    if state.is_stopping() {
        // The header itself is written by the server, from this.
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let route = response.request().match_pattern();
    let route = route.as_deref().unwrap_or(UNMATCHED);
    let status = response.status().as_u16();
    let took = started.elapsed();
    state.metrics.http().answered(method, route, status, took);
    span.record(fields::HTTP_ROUTE, route);
    span.record(fields::HTTP_STATUS, status);
    span.in_scope(|| access_line(route, took));
    Ok(response)
}

/// The platform asks for health every few seconds: that is worth a line only to whoever looks for it.
fn access_line(route: &str, took: Duration) {
    let duration_ms = took.as_secs_f64() * 1_000.0;
    if route.starts_with("/health") {
        debug!(duration_ms, "request answered");
    } else {
        info!(duration_ms, "request answered");
    }
}

fn span(request: &ServiceRequest, id: &str, method: &'static str) -> Span {
    let span = info_span!(
        "request",
        otel.kind = "server",
        { fields::REQUEST_ID } = id,
        { fields::HTTP_METHOD } = method,
        { fields::HTTP_ROUTE } = field::Empty,
        { fields::HTTP_STATUS } = field::Empty,
        { fields::TENANT_ID } = field::Empty,
        { fields::API_KEY_ID } = field::Empty,
    );
    let traceparent = request.headers().get(propagation::TRACEPARENT);
    propagation::set_parent(&span, traceparent.and_then(|value| value.to_str().ok()));
    span
}

/// The caller's id if it can go into a log line as it is, else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(X_REQUEST_ID);
    let given = given.and_then(|value| value.to_str().ok()).filter(|id| {
        !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
    });
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// A closed list, for metrics.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

/// Gives a refusal its body, and logs what led to it: the one place where that is done.
fn written(response: ServiceResponse, id: &str) -> ServiceResponse {
    let Some(error) = response.response().error() else {
        return response;
    };
    let of_library;
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem,
        None => {
            of_library = stand_in(response.status());
            &of_library
        }
    };
    if problem.is_fault() {
        let code = problem.code();
        error!({ fields::ERROR_CODE } = %code, { fields::ERROR } = fields::causes(problem), "request failed");
    }
    let mut answer = problem.write(id, response.request().path());
    // What middleware further in has added, such as the state of the limit.
    for (name, value) in response.headers() {
        if !answer.headers().contains_key(name) {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.into_response(answer)
}

/// For an error of a library, whose own form is plain text with words that are not ours (P32).
fn stand_in(status: StatusCode) -> Problem {
    Problem::new(match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::MalformedJson,
        _ => ErrorCode::Internal,
    })
}
