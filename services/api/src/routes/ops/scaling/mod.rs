//! Scaling of the workers: how it stands, what was decided, and commands to the queue monitor that decides.

mod answers;
mod ask;
pub(crate) mod commands;
mod form;
pub(crate) mod history;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
use loadsure_store::keys::Scope;

use crate::routes::Endpoint;

/// Where it is read how scaling stands.
const LOCATION: &str = "/api/ops/scaling";

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/ops/scaling")
        .get(Scope::Ops, show::show)
        .register(config);
    Endpoint::at("/ops/scaling/history")
        .get(Scope::Ops, history::history)
        .register(config);
    Endpoint::at("/ops/scaling/pause")
        .post(Scope::Ops, commands::pause)
        .register(config);
    Endpoint::at("/ops/scaling/resume")
        .post(Scope::Ops, commands::resume)
        .register(config);
    Endpoint::at("/ops/scaling/pin")
        .post(Scope::Ops, commands::pin)
        .register(config);
    Endpoint::at("/ops/scaling/limits")
        .post(Scope::Ops, commands::limits)
        .register(config);
    Endpoint::at("/ops/scaling/mode")
        .post(Scope::Ops, commands::mode)
        .register(config);
    Endpoint::at("/ops/scaling/confirm")
        .post(Scope::Ops, commands::confirm)
        .register(config);
}
