//! The parts of the flat form that become lists: stops and carriers.

use serde_json::{Map, Value, json};

use super::lift::{Lifting, refuse_both, with_country};
use crate::carrier::OTHER_EQUIPMENT;
use crate::invalid::{FieldCode, Problems};

const STOPS: &str = "shipment.stops";
const CARRIERS: &str = "shipment.carriers";

const ORIGIN: [(&str, &str); 6] = [
    ("originAddress1", "address1"),
    ("originAddress2", "address2"),
    ("originCity", "city"),
    ("originState", "state"),
    ("originPostal", "postal"),
    ("originCountry", "country"),
];

const DESTINATION: [(&str, &str); 6] = [
    ("destinationAddress1", "address1"),
    ("destinationAddress2", "address2"),
    ("destinationCity", "city"),
    ("destinationState", "state"),
    ("destinationPostal", "postal"),
    ("destinationCountry", "country"),
];

/// `stops[]` as in the full form, or two stops made of origin and destination with the given dates.
pub(super) fn stops(form: &mut Lifting<'_>, shipment: &Map<String, Value>, problems: &mut Problems) -> Value {
    let origin = form.group("shipment.stops[0].address", &ORIGIN);
    let destination = form.group("shipment.stops[1].address", &DESTINATION);
    if let Some(given) = form.fields.get("stops") {
        let both = !origin.is_empty() || !destination.is_empty();
        refuse_both(form, both, "origin… and destination…", "stops", problems);
        form.names.forget(STOPS);
        let mut stops = given.value().clone();
        for stop in stops.as_array_mut().into_iter().flatten() {
            if let Some(Value::Object(address)) = stop.get_mut("address") {
                with_country(address);
            }
        }
        return stops;
    }
    let mut stop = |index: usize, kind: &str, date_field: &str, mut address: Map<String, Value>| {
        with_country(&mut address);
        form.names.add(format!("{STOPS}[{index}].date"), date_field);
        json!({
            "stopType": kind,
            "stopNumber": index + 1,
            "date": shipment.get(date_field),
            "address": address,
        })
    };
    let origin = stop(0, "PICKUP", "pickupDate", origin);
    let destination = stop(1, "DELIVERY", "deliveryDate", destination);
    json!([origin, destination])
}

const CARRIER: [(&str, &str); 5] = [
    ("carrierName", "name"),
    ("carrierEmail", "email"),
    ("carrierPhone", "phone"),
    ("carrierMode", "mode"),
    ("carrierEquipmentType", "equipmentType"),
];

/// `carriers[]` as in the full form, one carrier made of `carrier…` fields, or none: no carrier is ever made up.
pub(super) fn carriers(
    form: &mut Lifting<'_>,
    shipment: &Map<String, Value>,
    problems: &mut Problems,
) -> Value {
    let mut single = form.group("shipment.carriers[0]", &CARRIER);
    let id = carrier_id(form, problems);
    single.extend(id.map(|id| ("carrierId".to_owned(), id)));
    let mut carriers = match form.fields.get("carriers") {
        Some(given) => {
            refuse_both(form, !single.is_empty(), "carrier…", "carriers", problems);
            form.names.forget(CARRIERS);
            given.value().clone()
        }
        None if single.is_empty() => json!([]),
        None => json!([single]),
    };
    for (index, carrier) in carriers.as_array_mut().into_iter().flatten().enumerate() {
        if let Value::Object(carrier) = carrier {
            with_equipment(form, index, carrier, shipment);
            if let Some(Value::Object(address)) = carrier.get_mut("address") {
                with_country(address);
            }
        }
    }
    carriers
}

/// A carrier that says nothing of its equipment has the shipment's. For equipment "Other" the form has one place for
/// words. What is wrong with either is told of the field that the caller wrote.
fn with_equipment(
    form: &mut Lifting<'_>,
    index: usize,
    carrier: &mut Map<String, Value>,
    shipment: &Map<String, Value>,
) {
    let mut take = |carrier: &mut Map<String, Value>, field: &str, flat: &str| {
        if carrier.get(field).is_none_or(Value::is_null) {
            form.names.add(format!("{CARRIERS}[{index}].{field}"), flat);
            carrier.extend(shipment.get(field).map(|value| (field.to_owned(), value.clone())));
        }
    };
    let ours = shipment.get("equipmentType");
    if ours.is_some() {
        take(carrier, "equipmentType", "equipmentTypeId");
    }
    let other = json!(OTHER_EQUIPMENT);
    if carrier.get("equipmentType") == Some(&other) && ours.is_none_or(|ours| *ours == other) {
        take(carrier, "otherEquipmentType", "otherEquipmentType");
    }
}

/// `carrierDotNumber`, or `carrierIdType` and `carrierIdValue`.
fn carrier_id(form: &mut Lifting<'_>, problems: &mut Problems) -> Option<Value> {
    const AT: &str = "shipment.carriers[0].carrierId";
    let typed = form.group(AT, &[("carrierIdType", "type"), ("carrierIdValue", "value")]);
    let Some(dot_number) = form.fields.get("carrierDotNumber") else {
        return (!typed.is_empty()).then_some(Value::Object(typed));
    };
    if !typed.is_empty() {
        let message = "must not be given together with carrierIdType and carrierIdValue";
        problems.add(
            form.fields.path_of("carrierDotNumber"),
            FieldCode::Conflict,
            message,
        );
    }
    form.names.forget(AT);
    form.names.add(format!("{AT}.value"), "carrierDotNumber");
    Some(json!({"type": "USDOT", "value": dot_number.value()}))
}
