//! The application that every quote of the model is for.

use std::sync::LazyLock;

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::Number;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::Known;
use serde_json::{Value, json};
use uuid::Uuid;

static REQUEST: LazyLock<QuoteRequest> = LazyLock::new(|| {
    let context = Context {
        today: None,
        known: Known::nothing(),
        quote_id: Uuid::nil().into(),
    };
    QuoteRequest::parse_full(&full(), &context).unwrap()
});

pub(crate) fn request() -> QuoteRequest {
    REQUEST.clone()
}

/// An order to cancel a certificate.
pub(crate) fn cancel(number: Number) -> Order {
    Order::parse(number, &json!({"userId": "ada@example.com", "reason": "CANNLN"})).unwrap()
}

fn address(street: &str) -> Value {
    json!({"address1": street, "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"})
}

fn full() -> Value {
    json!({
        "user": {"id": "ada@example.com", "email": "ada@example.com", "name": "Ada"},
        "assured": {"name": "Widgets Inc", "email": "cargo@example.com", "address": address("1 Main St")},
        "shipment": {
            "freightId": "FR-1",
            "pickupDate": "2026-01-05",
            "deliveryDate": "2026-01-09",
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50000},
                "commodity": 6,
                "fullDescriptionOfCargo": "Shirts"
            },
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": "2026-01-05", "address": address("2 Dock St")},
                {"stopType": "DELIVERY", "stopNumber": 2, "date": "2026-01-09", "address": address("3 Quay St")}
            ],
            "loadType": "FULL_TRUCKLOAD_1"
        }
    })
}
