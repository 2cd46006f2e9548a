//! Bodies of requests. The names in them are looked for in logs and must appear nowhere.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

/// What no log, metric or problem may show.
pub(crate) const PERSONAL: [&str; 6] = [
    "Perdita Sonal",
    "perdita@broker.example",
    "Verity Assured",
    "verity@assured.example",
    "17 Hidden Lane",
    "Hauler Quietly",
];

/// A day from today, in UTC.
pub(crate) fn day(ahead: i64) -> String {
    (OffsetDateTime::now_utc().date() + Duration::days(ahead)).to_string()
}

/// The flat form with what is required and little more.
pub(crate) fn flat() -> Value {
    json!({
        "description": "Shirts", "value": 50000, "currency": "USD",
        "commodityId": 6, "freightClass": "77.5",
        "weightValue": 900, "weightUnit": "kg",
        "loadTypeId": "FULL_TRUCKLOAD_1", "equipmentTypeId": 2,
        "pickupDate": day(3), "deliveryDate": day(6),
        "originAddress1": "17 Hidden Lane", "originCity": "Savannah", "originState": "GA",
        "originPostal": "31401", "originCountry": "USA",
        "destinationAddress1": "2 Rail Rd", "destinationCity": "Dallas", "destinationState": "TX",
        "destinationPostal": "75201", "destinationCountry": "USA",
        "carrierName": "Hauler Quietly", "carrierEmail": "carrier@haul.example", "carrierPhone": "+13125550100",
        "carrierMode": "ROAD", "carrierIdType": "USDOT", "carrierIdValue": "1234567",
        "userName": "Perdita Sonal", "userEmail": "perdita@broker.example",
        "assured": {"name": "Verity Assured", "email": "verity@assured.example", "address": address()},
        "freightId": "FR-77", "poNumber": "PO-77"
    })
}

/// The full form with what is required and little more.
pub(crate) fn full() -> Value {
    json!({
        "user": {"id": "u-1", "email": "perdita@broker.example", "name": "Perdita Sonal"},
        "assured": {"name": "Verity Assured", "email": "verity@assured.example", "address": address()},
        "shipment": {
            "version": "2", "freightId": "FR-88", "poNumber": "PO-88",
            "pickupDate": day(3), "deliveryDate": day(6),
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50000},
                "commodity": [6],
                "fullDescriptionOfCargo": "Shirts",
                "weight": {"unit": "kgs", "value": 900},
                "freightClass": [{"id": "class77_5", "percentage": 100}]
            },
            "carriers": [],
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": day(3), "address": address()},
                {"stopType": "DELIVERY", "stopNumber": 2, "date": day(6), "address": address()}
            ],
            "loadType": "FULL_TRUCKLOAD_1", "equipmentType": 2,
            "integrationFeeType": "percentage", "integrationFeeValue": 0.1
        }
    })
}

fn address() -> Value {
    json!({"address1": "17 Hidden Lane", "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"})
}

/// A body with one member changed; `null` takes it away.
pub(crate) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name);
    } else {
        parent.insert(name.to_owned(), value);
    }
    body
}
