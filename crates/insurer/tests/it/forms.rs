//! The forms of api-contract.md, with fixed dates so that what becomes of them can be pinned.

use serde_json::{Value, json};

use crate::support::USER;

fn address(street: &str) -> Value {
    json!({"address1": street, "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"})
}

fn full_address(street: &str) -> Value {
    let mut address = address(street);
    address["address2"] = json!("Unit 5");
    address
}

/// The full form with only what is required.
pub(crate) fn full_with_required_fields() -> Value {
    json!({
        "user": {"id": USER, "email": USER, "name": "Ada"},
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

fn party(name: &str, part: &str) -> Value {
    json!({
        "name": name, "email": "party@example.com", "address": full_address("4 Side St"),
        "phone": "+1 912 555 0101", "ein": "12-3456789", "type": part
    })
}

/// The full form with every field.
pub(crate) fn full_with_every_field() -> Value {
    json!({
        "user": {"id": "u-1", "email": USER, "name": "Ada", "phone": "+1 912 555 0100"},
        "assured": party("Widgets Inc", "BUYER"),
        "strictChecking": false,
        "accountId": "acc-1",
        "customFields": {"branch": "SAV", "margin": 12.50},
        "additionalAuthorizedUsers": ["ben@example.com"],
        "coverageLimit": {"currency": "CAD", "value": 40000.5},
        "integrationFeeType": "percentage",
        "integrationFeeValue": 0.1,
        "callbackUrl": "https://caller.example/hook",
        "requestMetadata": {"trace": "kept at home"},
        "shipment": shipment_with_every_field()
    })
}

fn shipment_with_every_field() -> Value {
    json!({
        "version": "2",
        "freightId": "FR-2",
        "poNumber": "PO-2",
        "pickupDate": "2026-01-05",
        "deliveryDate": "2026-01-20",
        "shipper": party("Shipper Ltd", "SHIPPER"),
        "recipient": party("Recipient SA", "RECIPIENT"),
        "cargo": cargo_with_every_field(),
        "carriers": [{
            "mode": "ROAD", "name": "Haul Co", "email": "haul@example.com", "phone": "+1 912 555 0102",
            "carrierId": {"type": "MC", "value": "123456"}, "address": full_address("5 Yard St"),
            "equipmentType": 1, "otherEquipmentType": "Step deck", "leg": 1
        }, {"mode": "SEA", "name": "Ship Co", "carrierId": {"type": "IMO", "value": "9074729"}, "leg": 2}],
        "stops": stops_with_every_field(),
        "loadType": "FULL_CONTAINER_LOAD_5",
        "equipmentType": 1,
        "otherEquipmentType": "Step deck"
    })
}

fn cargo_with_every_field() -> Value {
    json!({
        "cargoValue": {"currency": "CAD", "value": 50000.1},
        "commodity": [1, 6],
        "otherCommodity": "Buttons",
        "fullDescriptionOfCargo": "Shirts and buttons",
        "weight": {"unit": "kg", "value": 900.25},
        "freightClass": [{"id": "77.5", "percentage": 33.35}, {"id": "class100", "percentage": 66.65}],
        "dimensions": {"length": 100, "width": 80, "height": 60, "unit": "cm"},
        "nmfcNumber": "49880",
        "notes": "Keep dry",
        "marksAndNumbers": "W1-W20",
        "hsCodes": ["6105.10"],
        "usedGoods": false,
        "storedPast30days": true,
        "containerization": "FULL_CONTAINER",
        "packaging": "Cartons",
        "truckload": "PARTIAL",
        "temperatureRange": {"unit": "C", "minimum": -5.5, "maximum": 20},
        "termsOfSale": "FOB - Free On Board vessel, named ocean port of shipment. This term is used for ocean shipments only where it is important that the goods pass the ship's rail."
    })
}

fn stops_with_every_field() -> Value {
    let street = |number: u32, kind: &str, date: &str| {
        json!({
            "stopType": kind, "stopNumber": number, "stopId": format!("S{number}"), "date": date,
            "address": full_address("6 Way St")
        })
    };
    let port = |number: u32, kind: &str, date: &str, name: &str, country: &str, locode: &str| {
        json!({
            "stopType": kind, "stopNumber": number, "date": date,
            "name": name, "country": country, "locode": locode
        })
    };
    json!([
        street(1, "PICKUP", "2026-01-05"),
        street(2, "INTERMEDIATE", "2026-01-06"),
        street(3, "CONSOLIDATION", "2026-01-07"),
        port(4, "PORT_OF_LOADING", "2026-01-08", "Savannah", "USA", "USSAV"),
        port(5, "PORT_OF_DISCHARGE", "2026-01-17", "Halifax", "CAN", "CAHAL"),
        street(6, "DECONSOLIDATION", "2026-01-18"),
        street(7, "DELIVERY", "2026-01-20"),
    ])
}

/// What both variants of the flat form share.
fn flat() -> Value {
    json!({
        "description": "Shirts", "value": 50000.25, "currency": "EUR", "otherCommodity": "Buttons",
        "weightValue": 900, "weightUnit": "kg",
        "dimensionLength": 100, "dimensionWidth": 80, "dimensionHeight": 60, "dimensionUnit": "in",
        "loadTypeId": "FULL_TRUCKLOAD_1", "equipmentTypeId": 2,
        "pickupDate": "2026-01-05", "deliveryDate": "2026-01-09",
        "freightId": "FR-3", "poNumber": "PO-3",
        "integrationFeeType": "fixed", "integrationFeeValue": 25, "callbackUrl": "https://caller.example/hook",
        "requestMetadata": {"trace": "kept at home"}
    })
}

fn extended(mut form: Value, more: &Value) -> Value {
    form.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    form
}

/// The flat form with every field, the short one wherever there is a choice.
pub(crate) fn flat_with_every_short_field() -> Value {
    extended(
        flat(),
        &json!({
            "freightClass": "77.5", "commodityId": 1,
            "originAddress1": "2 Dock St", "originAddress2": "Gate 3", "originCity": "Savannah",
            "originState": "GA", "originPostal": "31401", "originCountry": "USA",
            "destinationAddress1": "3 Quay St", "destinationAddress2": "Gate 4", "destinationCity": "Halifax",
            "destinationState": "NS", "destinationPostal": "B3H", "destinationCountry": "CAN",
            "carrierName": "Haul Co", "carrierEmail": "haul@example.com", "carrierPhone": "+1 912 555 0102",
            "carrierMode": "ROAD", "carrierDotNumber": "1234567", "carrierEquipmentType": 3,
            "userName": "Ada", "userEmail": USER,
            "assuredName": "Widgets Inc", "assuredEmail": "cargo@example.com",
            "assuredAddress": full_address("1 Main St")
        }),
    )
}

/// The flat form with every field, the list or object wherever there is a choice.
pub(crate) fn flat_with_every_list() -> Value {
    extended(
        flat(),
        &json!({
            "freightClasses": [{"classId": "class70", "percentage": 40}, {"classId": "class85", "percentage": 60}],
            "commodities": [{"id": 1}, {"id": 6}],
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": "2026-01-05", "address": address("2 Dock St")},
                {"stopType": "ADDITIONAL", "stopNumber": 2, "date": "2026-01-07", "address": address("7 Mid St")},
                {"stopType": "DELIVERY", "stopNumber": 3, "date": "2026-01-09", "address": address("3 Quay St")}
            ],
            "carriers": [{"mode": "RAIL", "name": "Rail Co", "carrierId": {"type": "SCAC", "value": "RAIL"}}],
            "user": {"email": USER, "name": "Ada", "phone": "+1 912 555 0100"},
            "assured": party("Widgets Inc", "SELLER")
        }),
    )
}
