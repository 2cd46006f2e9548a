//! The words that records use, from the code's own lists.

use loadsure_core::state::State;
use loadsure_core::{booking, quote};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Components, RefOr};

/// Lists the states of quotes and bookings.
pub(super) fn list(components: &mut Components) {
    restrict(components, "QuoteView", "status", &names::<quote::Status>());
    restrict(components, "BookingView", "status", &names::<booking::Status>());
}

fn names<S: State>() -> Vec<&'static str> {
    S::ALL.iter().map(|state| state.as_str()).collect()
}

fn restrict(components: &mut Components, record: &str, field: &str, words: &[&str]) {
    let Some(RefOr::T(Schema::Object(record))) = components.schemas.get_mut(record) else {
        return;
    };
    if let Some(RefOr::T(Schema::Object(field))) = record.properties.get_mut(field) {
        field.enum_values = Some(words.iter().map(|word| (*word).into()).collect());
    }
}
