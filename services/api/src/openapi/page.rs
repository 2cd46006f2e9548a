//! The page that shows the description, from assets that are part of the program: no network is needed.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use loadsure_core::error_code::ErrorCode;
use utoipa_swagger_ui::Config;

use crate::problem::Problem;

/// Where the page stands. Its links are relative, so the slash matters.
const PAGE: &str = "/api-docs/";

/// Swagger UI asks an outside validator by default; here it asks nobody.
static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("../api-docs.json")
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true);
    Arc::new(config)
});

/// The page's own styles and images stand in its code.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Leads to the page.
pub(crate) async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, PAGE))
        .finish()
}

/// The page and what belongs to it.
pub(crate) async fn asset(file: Path<String>) -> Result<HttpResponse, Problem> {
    let served = utoipa_swagger_ui::serve(&file, CONFIG.clone());
    // Its error can be neither sent to another thread nor happen: the assets are text that was checked at build time.
    let served = served.map_err(|_| Problem::new(ErrorCode::Internal))?;
    let file = served.ok_or_else(|| Problem::new(ErrorCode::NotFound))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}
