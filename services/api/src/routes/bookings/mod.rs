//! Bookings: the purchase of a quote.

pub(crate) mod create;
pub(crate) mod list;
mod order;
mod outcome;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
use loadsure_store::keys::Scope;

use super::Endpoint;

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/insurance/bookings")
        .get(Scope::Read, list::list)
        .post(Scope::Bookings, create::create)
        .register(config);
    Endpoint::at("/insurance/bookings/list")
        .get(Scope::Read, list::list_numbered)
        .register(config);
    Endpoint::at("/insurance/bookings/{bookingId}")
        .get(Scope::Read, show::show)
        .register(config);
}
