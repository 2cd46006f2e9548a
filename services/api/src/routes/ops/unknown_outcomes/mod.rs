//! Purchases whose outcome is unknown: seeing and settling them.

mod claim;
pub(crate) mod list;
pub(crate) mod settle;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
pub(crate) use claim::OUTCOMES;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::BookingId;
use loadsure_store::keys::Scope;
use loadsure_store::{JournalEntry, Purchase};

use crate::problem::Problem;
use crate::routes::Endpoint;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/ops/unknown-outcomes")
        .get(Scope::Ops, list::list)
        .register(config);
    Endpoint::at("/ops/unknown-outcomes/{bookingId}")
        .get(Scope::Ops, show::show)
        .register(config);
    Endpoint::at("/ops/unknown-outcomes/{bookingId}/settle")
        .post(Scope::Ops, settle::settle)
        .register(config);
}

/// Where a purchase is read.
fn location(booking: BookingId) -> String {
    format!("/api/ops/unknown-outcomes/{booking}")
}

/// The booking in a path. What cannot be an id is the id of nothing.
fn booking(text: &str) -> Result<BookingId, Problem> {
    text.parse().map_err(|_| Problem::new(ErrorCode::BookingNotFound))
}

/// Any tenant's purchase, whatever its state.
async fn find(state: &AppState, booking: BookingId) -> Result<(Purchase, Vec<JournalEntry>), Problem> {
    let found = state.store.purchase(booking).await?;
    found.ok_or_else(|| Problem::new(ErrorCode::BookingNotFound))
}
