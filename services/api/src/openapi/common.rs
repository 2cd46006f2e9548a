//! What all routes under `/api` have in common, so that no route has to repeat it.

use loadsure_core::error_code::ErrorCode;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{Header, OpenApi, RefOr, Required};

use super::errors;
use super::schema::{string, whole};

/// What every route can answer.
const ALWAYS: [&[ErrorCode]; 5] = [
    &[ErrorCode::Unauthorized],
    &[ErrorCode::Forbidden],
    &[ErrorCode::RateLimited],
    &[ErrorCode::Internal],
    &[ErrorCode::DatabaseUnavailable],
];

/// What every route with a body can answer.
const WITH_BODY: [&[ErrorCode]; 4] = [
    &[ErrorCode::MalformedJson],
    &[ErrorCode::BodyTooLarge],
    &[ErrorCode::UnsupportedMediaType],
    &[ErrorCode::ValidationFailed],
];

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            if path.starts_with("/api/") {
                refusals(operation);
                rate_limits(operation);
            }
            request_ids(operation);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete]
        .into_iter()
        .flatten()
}

/// A route that says more of a status keeps its words.
fn refusals(operation: &mut Operation) {
    let with_body: &[&[ErrorCode]] = if operation.request_body.is_some() {
        &WITH_BODY
    } else {
        &[]
    };
    for codes in ALWAYS.iter().chain(with_body) {
        let status = codes.first().map_or(500, |code| code.entry().status).to_string();
        let responses = &mut operation.responses.responses;
        responses.entry(status).or_insert_with(|| errors::answer(codes));
    }
}

/// `RateLimit-*` on every answer, `Retry-After` on those that may be repeated.
fn rate_limits(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status != "401" {
            add(
                response,
                "RateLimit-Limit",
                whole("Requests allowed in one window."),
            );
            add(
                response,
                "RateLimit-Remaining",
                whole("Requests left in this window."),
            );
            add(
                response,
                "RateLimit-Reset",
                whole("Seconds until the window ends."),
            );
        }
        if matches!(status.as_str(), "202" | "429" | "503") {
            add(
                response,
                "Retry-After",
                whole("Seconds to wait before asking again."),
            );
        }
    }
}

/// `X-Request-ID`, in and out.
fn request_ids(operation: &mut Operation) {
    let about =
        "Id of this request, at most 128 printable characters; made when not given. It is in every problem.";
    parameter(operation, "X-Request-ID", about, string("An id."));
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            add(response, "X-Request-ID", string("Id of this request."));
        }
    }
}

fn add(response: &mut Response, name: &str, value: ObjectBuilder) {
    let header = Header::new(value.build());
    response
        .headers
        .entry(name.to_owned())
        .or_insert_with(|| RefOr::T(header));
}

/// Adds a header that callers may send, unless the route names it itself.
fn parameter(operation: &mut Operation, name: &str, about: &str, value: ObjectBuilder) {
    let parameters = operation.parameters.get_or_insert_default();
    let known = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(known) if known.name == name);
    if !parameters.iter().any(known) {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(about))
            .schema(Some(value));
        parameters.push(RefOr::T(parameter.build()));
    }
}
