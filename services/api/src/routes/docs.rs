//! The description of the API, and its page.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, ServiceConfig};

use super::Endpoint;
use crate::openapi::{self, page};

/// The document as it is sent, written once.
#[derive(Debug)]
pub(crate) struct Document(Bytes);

pub(super) fn configure(config: &mut ServiceConfig) {
    let text = openapi::openapi_json().unwrap_or_default();
    config.app_data(Data::new(Document(Bytes::from(text))));
    Endpoint::at("/api-docs.json").public(document).register(config);
    Endpoint::at("/api-docs").public(page::redirect).register(config);
    Endpoint::at("/api-docs/{file:.*}")
        .public(page::asset)
        .register(config);
}

/// This document.
#[utoipa::path(
    get,
    path = "/api-docs.json",
    tag = "operations",
    responses((status = 200, description = "The description of the API in OpenAPI 3.1", body = Object)),
    security(()),
)]
pub(crate) async fn document(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document.0.clone())
}
