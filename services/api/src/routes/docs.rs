//! The OpenAPI document and its page.

use actix_web::HttpResponse;
use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::{Endpoint, bookings, quotes};

/// The document. Every handler carries its own description.
#[derive(OpenApi)]
#[openapi(paths(
    quotes::create::create,
    quotes::create::create_simple,
    quotes::list::list,
    quotes::list::list_numbered,
    quotes::show::show,
    bookings::create::create,
    bookings::list::list,
    bookings::list::list_numbered,
    bookings::show::show,
))]
struct Document;

/// The OpenAPI document as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    Document::openapi().to_pretty_json()
}

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/api-docs.json").public(document).register(config);
}

async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Document::openapi())
}
