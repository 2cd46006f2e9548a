//! A load to insure.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

/// What of [`application`] must never be in a log: names, addresses, e-mails.
pub(crate) const SECRETS: [&str; 6] = [
    "Ada Broker",
    "ada@broker.example",
    "Widgets Inc",
    "cargo@widgets.example",
    "1 Dock Street",
    "Haul Company",
];

fn day(ahead: i64) -> String {
    (OffsetDateTime::now_utc().date() + Duration::days(ahead)).to_string()
}

/// An application in the full form.
pub(crate) fn application(value: u32) -> Value {
    let address = json!({
        "address1": "1 Dock Street", "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"
    });
    json!({
        "user": {"id": "ada@broker.example", "email": "ada@broker.example", "name": "Ada Broker"},
        "assured": {"name": "Widgets Inc", "email": "cargo@widgets.example", "address": address},
        "shipment": {
            "version": "2", "freightId": "FR-1", "poNumber": "PO-1",
            "pickupDate": day(3), "deliveryDate": day(6),
            "cargo": {
                "cargoValue": {"currency": "USD", "value": value},
                "commodity": [6],
                "fullDescriptionOfCargo": "Shirts",
                "weight": {"unit": "lbs", "value": 900},
                "freightClass": [{"id": "class77_5", "percentage": 100}]
            },
            "carriers": [{"mode": "ROAD", "name": "Haul Company", "equipmentType": 2}],
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": day(3), "address": address},
                {"stopType": "DELIVERY", "stopNumber": 2, "date": day(6), "address": address}
            ],
            "loadType": "FULL_TRUCKLOAD_1", "equipmentType": 2
        }
    })
}
