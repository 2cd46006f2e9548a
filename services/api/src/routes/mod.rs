//! The route table: one `configure` per noun.

pub(crate) mod bookings;
pub(crate) mod certificates;
pub(crate) mod docs;
mod endpoint;
pub(crate) mod health;
pub(crate) mod ops;
pub(crate) mod quotes;
pub(crate) mod support_data;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use loadsure_core::error_code::ErrorCode;

pub(crate) use endpoint::Endpoint;
pub(crate) use health::is_ready;

use crate::middleware::admit;
use crate::problem::Problem;

/// All routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    health::configure(config);
    docs::configure(config);
    config.service(
        web::scope("/api")
            .configure(quotes::configure)
            .configure(bookings::configure)
            .configure(certificates::configure)
            .configure(support_data::configure)
            .configure(ops::configure)
            .default_service(web::to(not_found))
            .wrap(from_fn(admit)),
    );
}

/// What no route matches.
pub(crate) async fn not_found() -> Result<&'static str, Problem> {
    Err(Problem::new(ErrorCode::NotFound))
}
