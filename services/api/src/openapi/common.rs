//! What routes have in common, so that no route has to repeat it.

use loadsure_core::error_code::ErrorCode;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, Ref, RefOr};

use super::{errors, headers};
use crate::problem::MEDIA_TYPE;

/// What every route under `/api` can answer.
const ALWAYS: [&[ErrorCode]; 5] = [
    &[ErrorCode::Unauthorized],
    &[ErrorCode::Forbidden],
    &[ErrorCode::RateLimited],
    &[ErrorCode::Internal],
    &[ErrorCode::DatabaseUnavailable],
];

/// What every route with a body can answer.
const WITH_BODY: [&[ErrorCode]; 3] = [
    &[ErrorCode::MalformedJson],
    &[ErrorCode::BodyTooLarge],
    &[ErrorCode::UnsupportedMediaType],
];

/// What every route with a body or with parameters in its query can answer.
const WITH_FIELDS: [&[ErrorCode]; 1] = [&[ErrorCode::ValidationFailed]];

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            if path.starts_with("/api/") {
                refuse(operation);
            }
            name(operation);
            headers::describe(operation, path.starts_with("/api/"));
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete]
        .into_iter()
        .flatten()
}

/// Handlers of different nouns share names; with their noun the names are unique.
fn name(operation: &mut Operation) {
    let noun = operation.tags.iter().flatten().next();
    if let Some((noun, verb)) = noun.zip(operation.operation_id.as_ref()) {
        operation.operation_id = Some(format!("{noun}.{verb}"));
    }
}

/// A route that says more of a status keeps its words.
fn refuse(operation: &mut Operation) {
    let has_body = operation.request_body.is_some();
    let has_fields = has_body || inline(operation).any(|known| known.parameter_in == ParameterIn::Query);
    let mut refusals = ALWAYS.to_vec();
    refusals.extend(WITH_BODY.iter().filter(|_| has_body));
    refusals.extend(WITH_FIELDS.iter().filter(|_| has_fields));
    for codes in refusals {
        let status = codes.first().map_or(500, |code| code.entry().status).to_string();
        let responses = &mut operation.responses.responses;
        responses.entry(status).or_insert_with(|| errors::answer(codes));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.as_str() >= "400"
            && let Some(problem) = response.content.swap_remove("application/json")
        {
            response.content.insert(MEDIA_TYPE.to_owned(), problem);
        }
    }
}

/// The parameters that a route describes itself.
pub(super) fn inline(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter().flatten();
    parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// Adds a parameter of the list of components.
pub(super) fn add_parameter(operation: &mut Operation, name: &str) {
    let reference = Ref::new(format!("#/components/parameters/{name}"));
    operation
        .parameters
        .get_or_insert_default()
        .push(RefOr::Ref(reference));
}
