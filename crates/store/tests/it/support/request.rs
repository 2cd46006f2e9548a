//! A request for a quote.

use loadsure_core::quote_request::QuoteRequest;
use serde_json::json;

pub(crate) fn request(freight_id: &str) -> QuoteRequest {
    let address = json!({
        "address1": "1 Dock St", "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"
    });
    let body = json!({
        "user": {"id": "u-1", "email": "ada@example.com", "name": "Ada"},
        "assured": {"name": "Widgets Inc", "email": "cargo@example.com", "address": address},
        "shipment": {
            "version": "2", "freightId": freight_id, "poNumber": "PO-1",
            "pickupDate": "2026-01-03", "deliveryDate": "2026-01-06",
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50000},
                "commodity": [6],
                "fullDescriptionOfCargo": "Shirts"
            },
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": "2026-01-03", "address": address},
                {"stopType": "DELIVERY", "stopNumber": 2, "date": "2026-01-06", "address": address}
            ],
            "loadType": "FULL_TRUCKLOAD_1", "equipmentType": 2
        },
        "integrationFeeType": "percentage", "integrationFeeValue": 0.1
    });
    QuoteRequest::from_stored(&body).unwrap()
}
