//! Certificates: reading, asking the insurer about them, and cancelling.

pub(crate) mod ask;
pub(crate) mod cancel;
pub(crate) mod document;
pub(crate) mod list;
pub(crate) mod look_up;
pub(crate) mod show;

use actix_web::web::ServiceConfig;
use loadsure_core::certificate::{Certificate, Number};
use loadsure_core::error_code::ErrorCode;
use loadsure_store::keys::Scope;

use super::Endpoint;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/insurance/certificates")
        .get(Scope::Read, list::list)
        .post(Scope::Read, look_up::look_up)
        .register(config);
    Endpoint::at("/insurance/certificates/list")
        .get(Scope::Read, list::list_numbered)
        .register(config);
    Endpoint::at("/insurance/certificates/{number}")
        .get(Scope::Read, show::show)
        .register(config);
    Endpoint::at("/insurance/certificates/{number}/document")
        .get(Scope::Read, document::document)
        .register(config);
    Endpoint::at("/insurance/certificates/{number}/cancel")
        .post(Scope::Bookings, cancel::cancel)
        .register(config);
}

/// Where a certificate is read.
fn location(number: &Number) -> String {
    format!("/api/insurance/certificates/{number}")
}

/// The number in a path. What cannot be a number is the number of nothing.
fn number(text: &str) -> Result<Number, Problem> {
    text.parse()
        .map_err(|_| Problem::new(ErrorCode::CertificateNotFound))
}

/// A certificate of the caller.
async fn find(state: &AppState, call: &Call, number: &Number) -> Result<Certificate, Problem> {
    let found = state.store.certificate(call.tenant(), number).await?;
    found.ok_or_else(|| Problem::new(ErrorCode::CertificateNotFound))
}
