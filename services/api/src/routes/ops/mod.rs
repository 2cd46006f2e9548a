//! Operations: what people do who run the service, across tenants. Scope `ops`.

pub(crate) mod dead_letters;
pub(crate) mod scaling;
pub(crate) mod unknown_outcomes;

use actix_web::web::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    scaling::configure(config);
    dead_letters::configure(config);
    unknown_outcomes::configure(config);
}
