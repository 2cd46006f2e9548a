//! Problems: the one shape of every error, and the table of codes.

use std::fmt::Write as _;

use loadsure_core::error_code::ErrorCode;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{ObjectBuilder, Ref};
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};

use super::schema::choice;
use crate::problem::MEDIA_TYPE;

/// The codes, for the schema of a problem.
pub(crate) fn code() -> ObjectBuilder {
    let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    choice("The stable code: branch on it.", &codes)
}

/// The table of all codes, in Markdown.
pub(super) fn table() -> String {
    let mut table =
        String::from("| code | status | may succeed when repeated | meaning |\n|---|---|---|---|\n");
    for code in ErrorCode::ALL {
        let entry = code.entry();
        let again = if entry.retryable { "yes" } else { "no" };
        // Writing to a string cannot fail.
        let _infallible = writeln!(
            table,
            "| `{}` | {} | {again} | {} |",
            entry.name, entry.status, entry.title
        );
    }
    table
}

/// The answer to requests that end with one of some codes of one status.
pub(super) fn answer(codes: &[ErrorCode]) -> RefOr<Response> {
    let names: Vec<String> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemBody")))
        .build();
    ResponseBuilder::new()
        .description(names.join(", "))
        .content(MEDIA_TYPE, content)
        .into()
}
