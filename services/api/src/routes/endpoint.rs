//! One path and what may be done with it.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Resource, Responder, Route};
use loadsure_core::error_code::ErrorCode;
use loadsure_store::keys::Scope;

use crate::middleware::require;
use crate::problem::Problem;

/// A path with its methods, each for those who have a scope. Other methods are answered 405 with `Allow`.
pub(crate) struct Endpoint {
    resource: Resource,
    allowed: Vec<&'static str>,
}

impl Endpoint {
    /// A path without methods yet.
    pub(crate) fn at(path: &'static str) -> Self {
        Self {
            resource: web::resource(path),
            allowed: Vec::new(),
        }
    }

    /// Adds GET, and HEAD with it.
    pub(crate) fn get<F, Args>(self, scope: Scope, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.with(
            &["GET", "HEAD"],
            reading().to(handler).wrap(from_fn(require(scope))),
        )
    }

    /// Adds POST.
    pub(crate) fn post<F, Args>(self, scope: Scope, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.with(&["POST"], web::post().to(handler).wrap(from_fn(require(scope))))
    }

    /// Adds GET, and HEAD with it, for everyone: only outside of `/api`.
    pub(crate) fn public<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.with(&["GET", "HEAD"], reading().to(handler))
    }

    fn with(mut self, methods: &[&'static str], route: Route) -> Self {
        self.resource = self.resource.route(route);
        self.allowed.extend(methods);
        self
    }

    /// Puts it into the route table.
    pub(crate) fn register(self, config: &mut ServiceConfig) {
        config.service(self.into_factory());
    }

    fn into_factory(self) -> impl HttpServiceFactory + 'static {
        let allowed = self.allowed.join(", ");
        self.resource.default_service(web::to(move || {
            let problem = Problem::new(ErrorCode::MethodNotAllowed).header(header::ALLOW, &allowed);
            async move { Err::<&str, _>(problem) }
        }))
    }
}

fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
