//! The insurer's reference data.

pub(crate) mod list;
pub(crate) mod refresh;
pub(crate) mod schedule;
pub(crate) mod status;

use actix_web::web::ServiceConfig;
use loadsure_store::keys::Scope;

use super::Endpoint;

/// Where what was refreshed and scheduled is read.
const STATUS: &str = "/api/support-data/status";

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/support-data/commodities")
        .get(Scope::Read, list::commodities)
        .register(config);
    Endpoint::at("/support-data/commodity-exclusions")
        .get(Scope::Read, list::commodity_exclusions)
        .register(config);
    Endpoint::at("/support-data/equipment-types")
        .get(Scope::Read, list::equipment_types)
        .register(config);
    Endpoint::at("/support-data/load-types")
        .get(Scope::Read, list::load_types)
        .register(config);
    Endpoint::at("/support-data/freight-classes")
        .get(Scope::Read, list::freight_classes)
        .register(config);
    Endpoint::at("/support-data/terms-of-sales")
        .get(Scope::Read, list::terms_of_sales)
        .register(config);
    Endpoint::at("/support-data/status")
        .get(Scope::Read, status::status)
        .register(config);
    Endpoint::at("/support-data/health")
        .get(Scope::Read, status::health)
        .register(config);
    Endpoint::at("/support-data/refresh")
        .post(Scope::Ops, refresh::refresh)
        .register(config);
    Endpoint::at("/support-data/schedule")
        .post(Scope::Ops, schedule::schedule)
        .register(config);
}
