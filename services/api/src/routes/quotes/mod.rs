//! Quotes.

pub(crate) mod create;
pub(crate) mod list;
mod outcome;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
use loadsure_store::keys::Scope;

use super::Endpoint;

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/insurance/quotes")
        .get(Scope::Read, list::list)
        .post(Scope::Quotes, create::create)
        .register(config);
    Endpoint::at("/insurance/quotes/simple")
        .post(Scope::Quotes, create::create_simple)
        .register(config);
    Endpoint::at("/insurance/quotes/list")
        .get(Scope::Read, list::list_numbered)
        .register(config);
    Endpoint::at("/insurance/quotes/{quoteId}")
        .get(Scope::Read, show::show)
        .register(config);
}
