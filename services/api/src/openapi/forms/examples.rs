//! Examples. Tests read each with the code that reads real requests.
//!
//! Their dates are fixed: moving ones would change the snapshot of the document every day.

use serde_json::{Value, json};

/// A full form with every field.
pub(crate) fn full() -> Value {
    json!({
        "user": {
            "id": "u-1001",
            "email": "pat@broker.example",
            "name": "Pat Doe",
            "phone": "+1 312 555 0101",
        },
        "assured": assured(),
        "shipment": shipment(),
        "integrationFeeType": "percentage",
        "integrationFeeValue": 0.1,
        "strictChecking": false,
        "accountId": "acc-77",
        "additionalAuthorizedUsers": ["claims@broker.example"],
        "coverageLimit": {"currency": "USD", "value": 50000},
        "customFields": {"branch": "Chicago", "loadScore": 7},
        "callbackUrl": "https://tms.broker.example/hooks/loadsure",
        "requestMetadata": {"screen": "new-load"},
    })
}

fn assured() -> Value {
    json!({
        "name": "Example Appliances Inc",
        "email": "shipping@assured.example",
        "address": address("100 Main St", "Chicago", "IL", "60601"),
        "phone": "+1 312 555 0102",
        "ein": "12-3456789",
        "type": "SHIPPER",
    })
}

fn address(street: &str, city: &str, state: &str, postal: &str) -> Value {
    json!({
        "address1": street,
        "address2": "Dock 4",
        "city": city,
        "state": state,
        "postal": postal,
        "country": "USA",
    })
}

fn shipment() -> Value {
    let chicago = address("233 S Wacker Dr", "Chicago", "IL", "60606");
    let dallas = address("1500 Marilla St", "Dallas", "TX", "75201");
    json!({
        "version": "2",
        "freightId": "LOAD-1001",
        "poNumber": "PO-1001",
        "pickupDate": "2026-06-01",
        "deliveryDate": "2026-06-04",
        "shipper": {"name": "Example Appliances Inc", "email": "shipping@assured.example", "address": chicago},
        "recipient": {"name": "Example Stores", "email": "dock@stores.example", "address": dallas},
        "cargo": cargo(),
        "carriers": [{
            "mode": "ROAD",
            "name": "Example Trucking LLC",
            "email": "dispatch@carrier.example",
            "phone": "+1 312 555 0100",
            "carrierId": {"type": "USDOT", "value": "1234567"},
            "address": chicago,
            "equipmentType": 1,
            "otherEquipmentType": "Curtain-sided van",
            "leg": 1,
        }],
        "stops": [
            {"stopType": "PICKUP", "stopNumber": 1, "stopId": "s-1", "date": "2026-06-01", "address": chicago},
            {"stopType": "DELIVERY", "stopNumber": 2, "stopId": "s-2", "date": "2026-06-04", "address": dallas},
        ],
        "loadType": "FULL_TRUCKLOAD_1",
        "equipmentType": 1,
        "otherEquipmentType": "Curtain-sided van",
    })
}

fn cargo() -> Value {
    json!({
        "cargoValue": {"currency": "USD", "value": 50000},
        "commodity": [8, 1],
        "otherCommodity": "Spare parts",
        "fullDescriptionOfCargo": "Washing machines and spare parts, 40 pallets",
        "weight": {"unit": "lbs", "value": 18000},
        "freightClass": [
            {"id": "class92_5", "percentage": 60},
            {"id": "class70", "percentage": 40},
        ],
        "dimensions": {"length": 48, "width": 8.5, "height": 9, "unit": "ft"},
        "nmfcNumber": "116030",
        "notes": "Keep upright",
        "marksAndNumbers": "EX-1/40",
        "hsCodes": ["8450.11"],
        "usedGoods": false,
        "storedPast30days": false,
        "containerization": "BREAK_BULK",
        "packaging": ["Pallets"],
        "truckload": "FULL",
        "temperatureRange": {"unit": "F", "minimum": 40, "maximum": 90},
        "termsOfSale": "EXW",
    })
}

/// A full form with only what is needed.
pub(crate) fn full_smallest() -> Value {
    let address = |street: &str, city: &str, state: &str, postal: &str| json!({"address1": street, "city": city, "state": state, "postal": postal, "country": "USA"});
    json!({
        "user": {"id": "u-1001", "email": "pat@broker.example", "name": "Pat Doe"},
        "assured": {
            "name": "Example Appliances Inc",
            "email": "shipping@assured.example",
            "address": address("100 Main St", "Chicago", "IL", "60601"),
        },
        "shipment": {
            "freightId": "LOAD-1001",
            "pickupDate": "2026-06-01",
            "deliveryDate": "2026-06-04",
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50000},
                "commodity": 8,
                "fullDescriptionOfCargo": "Washing machines, 40 pallets",
            },
            "stops": [
                {
                    "stopType": "PICKUP", "stopNumber": 1, "date": "2026-06-01",
                    "address": address("233 S Wacker Dr", "Chicago", "IL", "60606"),
                },
                {
                    "stopType": "DELIVERY", "stopNumber": 2, "date": "2026-06-04",
                    "address": address("1500 Marilla St", "Dallas", "TX", "75201"),
                },
            ],
            "loadType": "FULL_TRUCKLOAD_1",
        },
    })
}

/// A flat form as most callers send it.
pub(crate) fn flat() -> Value {
    let mut form = flat_load();
    if let (Some(form), Value::Object(people)) = (form.as_object_mut(), flat_people()) {
        form.extend(people);
    }
    form
}

fn flat_load() -> Value {
    json!({
        "freightId": "LOAD-1001",
        "poNumber": "PO-1001",
        "description": "Washing machines, 40 pallets",
        "value": 50000,
        "currency": "USD",
        "commodityId": 8,
        "freightClass": "92.5",
        "weightValue": 18000,
        "weightUnit": "lbs",
        "dimensionLength": 48,
        "dimensionWidth": 8.5,
        "dimensionHeight": 9,
        "dimensionUnit": "ft",
        "loadTypeId": "FULL_TRUCKLOAD_1",
        "equipmentTypeId": 2,
        "pickupDate": "2026-06-01",
        "deliveryDate": "2026-06-04",
        "originAddress1": "233 S Wacker Dr",
        "originCity": "Chicago",
        "originState": "IL",
        "originPostal": "60606",
        "originCountry": "USA",
        "destinationAddress1": "1500 Marilla St",
        "destinationCity": "Dallas",
        "destinationState": "TX",
        "destinationPostal": "75201",
        "destinationCountry": "USA",
    })
}

fn flat_people() -> Value {
    json!({
        "carrierName": "Example Trucking LLC",
        "carrierEmail": "dispatch@carrier.example",
        "carrierPhone": "+1 312 555 0100",
        "carrierMode": "ROAD",
        "carrierIdType": "USDOT",
        "carrierIdValue": "1234567",
        "userName": "Pat Doe",
        "userEmail": "pat@broker.example",
        "assuredName": "Example Appliances Inc",
        "assuredEmail": "shipping@assured.example",
        "assuredAddress": {
            "address1": "100 Main St", "city": "Chicago", "state": "IL", "postal": "60601", "country": "USA",
        },
        "integrationFeeType": "fixed",
        "integrationFeeValue": 25,
    })
}

/// A flat form that says in lists and objects what the other says in single fields.
pub(crate) fn flat_with_lists() -> Value {
    let address = json!({"address1": "100 Main St", "city": "Chicago", "state": "IL", "postal": "60601"});
    json!({
        "description": "Washing machines and spare parts",
        "value": 50000,
        "commodities": [{"id": 8}, {"id": 17}],
        "freightClasses": [{"classId": "92.5", "percentage": 60}, {"classId": "class70", "percentage": 40}],
        "loadTypeId": "FULL_TRUCKLOAD_1",
        "pickupDate": "2026-06-01",
        "deliveryDate": "2026-06-04",
        "stops": [
            {"stopType": "PICKUP", "stopNumber": 1, "date": "2026-06-01", "address": address},
            {"stopType": "INTERMEDIATE", "stopNumber": 2, "date": "2026-06-02", "address": address},
            {"stopType": "DELIVERY", "stopNumber": 3, "date": "2026-06-04", "address": address},
        ],
        "carriers": [{"mode": "ROAD", "name": "Example Trucking LLC"}],
        "user": {"email": "pat@broker.example", "name": "Pat Doe"},
        "assured": {
            "name": "Example Appliances Inc", "email": "shipping@assured.example", "address": address,
        },
    })
}

/// An order to buy.
pub(crate) fn booking() -> Value {
    json!({"quoteId": "01932c5e-7a10-7c3e-9c1b-3f5d2a6b8c01", "sendEmailsTo": ["USER"]})
}

/// A look-up.
pub(crate) fn lookup() -> Value {
    json!({"certificateNumber": "6f2c2a9e-0b0a-4d0e-9b52-0c5f8d1f6a77", "userId": "u-1001"})
}

/// An order to cancel.
pub(crate) fn cancellation() -> Value {
    json!({"userId": "u-1001", "reason": "CANOTH", "additionalInfo": "Load was split in two"})
}

/// A schedule.
pub(crate) fn schedule() -> Value {
    json!({"schedule": "0 */6 * * *"})
}

/// Settlements of an unknown outcome.
pub(crate) fn settlements() -> [Value; 2] {
    [
        json!({"outcome": "bought", "certificateNumber": "8d2f7c1e-5b1a-4a53-9a0e-3c1b7f6f2a10"}),
        json!({"outcome": "not_bought"}),
    ]
}

/// A pause.
pub(crate) fn pause() -> Value {
    json!({"reason": "The insurer migrates until noon"})
}

/// Pins.
pub(crate) fn pins() -> [Value; 2] {
    [json!({"workers": 3}), json!({"workers": "none"})]
}

/// Limits.
pub(crate) fn limits() -> Value {
    json!({"min": 2, "max": 6})
}

/// A mode.
pub(crate) fn mode() -> Value {
    json!({"mode": "propose"})
}

/// A confirmation.
pub(crate) fn confirm() -> Value {
    json!({"proposal": "01932c5e-7a10-7c3e-9c1b-3f5d2a6b8c01"})
}
