//! The headers of requests and answers, described once each.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{Components, Header, Ref, RefOr, Required};

use super::common::{add_parameter, inline};
use super::schema::{string, text, whole};

/// Id of a request, in and out.
const REQUEST_ID: &str = "X-Request-ID";

/// Headers of answers, with what they say.
fn answers() -> [(&'static str, ObjectBuilder); 8] {
    [
        (REQUEST_ID, string("Id of the request, for asking about it.")),
        ("RateLimit-Limit", whole("Requests allowed in one window.")),
        ("RateLimit-Remaining", whole("Requests left in this window.")),
        ("RateLimit-Reset", whole("Seconds until the window ends.")),
        ("Retry-After", whole("Seconds to wait before asking again.")),
        ("Location", string("Where the record is read.")),
        ("Preference-Applied", string("What of Prefer was followed.")),
        (
            "Idempotency-Replayed",
            string("true when this is the answer to an earlier request with the same Idempotency-Key."),
        ),
    ]
}

/// Adds all descriptions to the list of components.
pub(super) fn register(components: &mut Components) {
    for (name, value) in answers() {
        let header = RefOr::T(Header::new(value.build()));
        components.headers.insert(name.to_owned(), header);
    }
    let about = "Id of this request, made when not given. It is in every log line and problem.";
    let parameter = ParameterBuilder::new()
        .name(REQUEST_ID)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(text(128, "Printable ASCII characters.")));
    components
        .parameters
        .insert(REQUEST_ID.to_owned(), RefOr::T(parameter.build()));
}

/// Adds to an operation what it takes and answers; `is_limited` says whether its requests are counted.
pub(super) fn describe(operation: &mut Operation, is_limited: bool) {
    let takes = |name: &str| inline(operation).any(|known| known.name == name);
    let (takes_key, takes_preference) = (takes("Idempotency-Key"), takes("Prefer"));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let is_final = !matches!(
            status.as_str(),
            "202" | "401" | "403" | "413" | "415" | "429" | "503"
        );
        let names = [
            (REQUEST_ID, true),
            ("RateLimit-Limit", is_limited),
            ("RateLimit-Remaining", is_limited),
            ("RateLimit-Reset", is_limited),
            (
                "Retry-After",
                matches!(status.as_str(), "202" | "409" | "429" | "503"),
            ),
            ("Location", matches!(status.as_str(), "201" | "202")),
            ("Preference-Applied", takes_preference && status.starts_with('2')),
            ("Idempotency-Replayed", takes_key && is_final),
        ];
        for (name, _) in names.into_iter().filter(|(_, applies)| *applies) {
            refer(response, name);
        }
    }
    add_parameter(operation, REQUEST_ID);
}

fn refer(response: &mut Response, name: &str) {
    let reference = || RefOr::Ref(Ref::new(format!("#/components/headers/{name}")));
    response.headers.entry(name.to_owned()).or_insert_with(reference);
}
