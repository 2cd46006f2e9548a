//! Which pages may call from a browser: those of the configured origins, and no others.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};

use crate::state::AppState;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Prefer, X-Request-ID, traceparent";
const RESPONSE_HEADERS: &str = "ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit-Limit, \
    RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-ID";

/// Answers a browser's question beforehand, and says to it which pages may read an answer.
pub(crate) async fn cors<B: MessageBody + 'static>(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let allowed = &state.config.http.cors_allowed_origins;
    if allowed.is_empty() {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| allowed.iter().any(|one| one.as_bytes() == origin.as_bytes()));
    let asks_beforehand = *request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_beforehand && origin.is_some() {
        let answer = HttpResponse::NoContent()
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
            .finish();
        request.into_response(answer).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    allow(response.headers_mut(), origin);
    Ok(response)
}

fn allow(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    // Also without an allowed origin: a cache must not give one page's answer to another.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(RESPONSE_HEADERS),
        );
    }
}
