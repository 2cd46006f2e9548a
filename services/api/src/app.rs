//! The application that each thread of the server runs.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PathConfig};
use actix_web::{App, Error};

use loadsure_core::error_code::ErrorCode;

use crate::middleware::{cors, harden, observe};
use crate::problem::Problem;
use crate::routes;
use crate::state::AppState;

/// Builds it. The middleware added last is the outermost.
pub(crate) fn app(
    state: Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(state)
        // A path that cannot be decoded names nothing.
        .app_data(PathConfig::default().error_handler(|_, _| Problem::new(ErrorCode::NotFound).into()))
        .configure(routes::configure)
        .default_service(web::to(routes::not_found))
        .wrap(from_fn(harden))
        .wrap(from_fn(cors))
        .wrap(from_fn(observe))
}
