//! The description of the API in OpenAPI 3.1.
//!
//! Each handler describes itself; what all of them share is added by [`common`], and what callers send by [`forms`],
//! from the code's own tables of spellings and codes. Tests hold the description and the code together (P41): every
//! documented field is read by `loadsure-core` and the reverse, every route answers, and answers have the documented
//! shape.

mod common;
mod errors;
pub(crate) mod forms;
mod headers;
pub(crate) mod page;
pub(crate) mod schema;
mod words;

use std::sync::LazyLock;

use loadsure_store::keys::Scope;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, InfoBuilder, License, OpenApi, Server};

pub(crate) use errors::code;

use crate::routes;
use crate::views::scaling::CommandBody;

/// Every handler carries its own description. Bodies of answers that several handlers share are named here.
#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(CommandBody)),
    paths(
        routes::quotes::create::create,
        routes::quotes::create::create_simple,
        routes::quotes::list::list,
        routes::quotes::list::list_numbered,
        routes::quotes::show::show,
        routes::bookings::create::create,
        routes::bookings::list::list,
        routes::bookings::list::list_numbered,
        routes::bookings::show::show,
        routes::certificates::list::list,
        routes::certificates::list::list_numbered,
        routes::certificates::show::show,
        routes::certificates::look_up::look_up,
        routes::certificates::document::document,
        routes::certificates::cancel::cancel,
        routes::support_data::list::commodities,
        routes::support_data::list::commodity_exclusions,
        routes::support_data::list::equipment_types,
        routes::support_data::list::load_types,
        routes::support_data::list::freight_classes,
        routes::support_data::list::terms_of_sales,
        routes::support_data::status::status,
        routes::support_data::status::health,
        routes::support_data::refresh::refresh,
        routes::support_data::schedule::schedule,
        routes::ops::dead_letters::list::list,
        routes::ops::dead_letters::show::show,
        routes::ops::dead_letters::replay::replay,
        routes::ops::dead_letters::discard::discard,
        routes::ops::scaling::show::show,
        routes::ops::scaling::history::history,
        routes::ops::scaling::commands::pause,
        routes::ops::scaling::commands::resume,
        routes::ops::scaling::commands::pin,
        routes::ops::scaling::commands::limits,
        routes::ops::scaling::commands::mode,
        routes::ops::scaling::commands::confirm,
        routes::ops::unknown_outcomes::list::list,
        routes::ops::unknown_outcomes::show::show,
        routes::ops::unknown_outcomes::settle::settle,
        routes::health::health,
        routes::health::live,
        routes::health::ready,
        routes::docs::document,
    )
)]
struct Routes;

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| {
    let mut document = Routes::openapi();
    document.info = InfoBuilder::new()
        .title("Loadsure service")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about()))
        .license(Some(License::new("MIT OR Apache-2.0")))
        .build();
    document.servers = Some(vec![Server::new("/")]);
    document.tags = Some(tags());
    let components = document.components.get_or_insert_with(Components::new);
    for (name, shape) in forms::schemas() {
        components.schemas.insert(name.to_owned(), shape);
    }
    components.add_security_scheme("apiKey", api_key());
    headers::register(components);
    words::list(components);
    common::complete(&mut document);
    document
});

/// The document, as text that ends without a newline.
///
/// # Errors
/// When it cannot be written.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    DOCUMENT.to_pretty_json()
}

const ABOUT: &str = "Quotes, buys and cancels cargo cover load by load.\n\n\
    Every answer is JSON; money is a JSON number with two decimals, exact, beside its currency. Requests that start \
    work wait for its result, by default 25 seconds; `Prefer: wait=N` changes that (at most 55) and \
    `Prefer: respond-async` answers 202 at once. With an `Idempotency-Key`, repeats of a request within 24 hours get \
    the same answer and do nothing twice. Fields that are not described here are refused by name.\n\n\
    Every error is `application/problem+json` (RFC 9457) with one of these codes:\n\n";

fn about() -> String {
    format!("{ABOUT}{}", errors::table())
}

fn tags() -> Vec<utoipa::openapi::Tag> {
    let tag = |name: &str, about: &str| TagBuilder::new().name(name).description(Some(about)).build();
    vec![
        tag("quotes", "The insurer's price for a load."),
        tag("bookings", "The purchase of a quote, at most once."),
        tag("certificates", "The proof of cover, and its cancellation."),
        tag("support-data", "The insurer's reference data, from memory."),
        tag(
            "unknown-outcomes",
            "Purchases whose answer was lost, of all tenants: for those who run the service.",
        ),
        tag(
            "scaling",
            "How many workers there are, and why: for those who run the service.",
        ),
        tag(
            "dead-letters",
            "Jobs that died, of all tenants: for those who run the service.",
        ),
        tag("operations", "Health, and this document."),
    ]
}

fn api_key() -> SecurityScheme {
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let about = format!(
        "An API key of a tenant. Each route names the scope that its key needs, of {}. A service that runs with \
         AUTH_MODE=open needs none.",
        scopes.join(", ")
    );
    let http = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(about));
    SecurityScheme::Http(http.build())
}
