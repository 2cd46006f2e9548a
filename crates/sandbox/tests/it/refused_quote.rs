//! Everything that a quote is refused for.

use loadsure_sandbox::Operation;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Caller, day, quote_body};

const MISSING: &str = "REQUIRED_FIELD_MISSING";
const INVALID: &str = "INVALID_VALUE";

/// The place in `body` named as in the insurer's errors: `shipment.stops[0].date`.
fn pointer(path: &str) -> String {
    format!("/{}", path.replace(['.', '['], "/").replace(']', ""))
}

fn remove(body: &mut Value, path: &str) {
    let pointer = pointer(path);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(name)
        .expect(path);
}

fn set(body: &mut Value, path: &str, value: Value) {
    let pointer = pointer(path);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        other => other[name] = value,
    }
}

#[tokio::test]
async fn every_required_field_that_is_missing_is_named() {
    let caller = Caller::start().await;
    let address = ["address1", "city", "state", "postal", "country"];
    let mut paths: Vec<String> = [
        "user",
        "user.id",
        "user.email",
        "assured",
        "assured.name",
        "assured.email",
        "assured.address",
        "shipment",
        "shipment.version",
        "shipment.freightId",
        "shipment.pickupDate",
        "shipment.deliveryDate",
        "shipment.cargo",
        "shipment.cargo.cargoValue",
        "shipment.cargo.cargoValue.currency",
        "shipment.cargo.cargoValue.value",
        "shipment.cargo.commodity",
        "shipment.cargo.weight.unit",
        "shipment.cargo.weight.value",
        "shipment.cargo.freightClass[0].id",
        "shipment.carriers",
        "shipment.carriers[0].mode",
        "shipment.carriers[0].name",
        "shipment.carriers[0].equipmentType",
        "shipment.carriers[0].carrierId.type",
        "shipment.stops",
        "shipment.stops[0].stopType",
        "shipment.stops[0].date",
        "shipment.stops[0].address",
        "shipment.stops[2].date",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(address.map(|name| format!("assured.address.{name}")));
    paths.extend(address.map(|name| format!("shipment.stops[0].address.{name}")));
    for path in paths {
        let mut body = quote_body();
        remove(&mut body, &path);
        let refused = caller.refused(Operation::Quote, &body, 400).await;
        assert!(
            refused.contains(&(MISSING.to_owned(), path.clone())),
            "{path}: {refused:?}"
        );
    }
}

/// P35, P36, P37: wrong types, enums, dates and amounts are refused, each at its own path.
#[tokio::test]
async fn every_wrong_value_is_named() {
    let caller = Caller::start().await;
    let cases = [
        ("user.email", json!("ada")),
        ("user.id", json!(7)),
        ("user.name", Value::Null),
        ("assured.type", json!("OWNER")),
        ("assured.address.country", json!("US")),
        ("assured.address.country", json!("XXX")),
        ("assured.address.city", json!(" ")),
        ("shipment.version", json!("1")),
        ("shipment.version", json!(2)),
        ("shipment.freightId", json!("")),
        ("shipment.pickupDate", json!("soon")),
        ("shipment.deliveryDate", json!(day(1))),
        ("shipment.loadType", json!("FTL")),
        ("shipment.cargo.commodity", json!([])),
        ("shipment.cargo.commodity", json!("6")),
        ("shipment.cargo.commodity[0]", json!("6")),
        ("shipment.cargo.cargoValue.value", json!(0)),
        ("shipment.cargo.cargoValue.value", json!(-5)),
        ("shipment.cargo.cargoValue.value", json!("50000")),
        ("shipment.cargo.cargoValue.value", json!(1.005)),
        ("shipment.cargo.cargoValue.currency", json!("usd")),
        ("shipment.cargo.weight.unit", json!("kg")),
        ("shipment.cargo.freightClass", json!("65")),
        ("shipment.cargo.freightClass[0]", json!("class70")),
        (
            "shipment.cargo.freightClass",
            json!([{"id": "class70", "percentage": 50}]),
        ),
        ("shipment.cargo.usedGoods", json!("no")),
        ("shipment.cargo.truckload", json!("HALF")),
        ("shipment.cargo.termsOfSale", json!("EXW")),
        ("shipment.cargo.hsCodes[0]", json!(1)),
        (
            "shipment.cargo.temperatureRange",
            json!({"unit": "C", "minimum": 5, "maximum": 1}),
        ),
        ("shipment.carriers[0].mode", json!("SEA")),
        ("shipment.carriers[0].carrierId.type", json!("MC")),
        ("shipment.carriers[0].email", json!("x")),
        ("shipment.carriers[0].leg", json!(0)),
        ("shipment.stops", json!([])),
        ("shipment.stops[1].stopType", json!("INTERMEDIATE")),
        ("shipment.stops[1].stopNumber", json!(1)),
        ("shipment.stops[0].date", json!("2026-13-01")),
        ("customFields", json!({"a": [1]})),
        ("coverageLimit", json!({"currency": "USD", "value": 60000})),
    ];
    for (path, value) in cases {
        let mut body = quote_body();
        if path == "shipment.cargo.hsCodes[0]" {
            body["shipment"]["cargo"]["hsCodes"] = json!([value]);
        } else {
            set(&mut body, path, value.clone());
        }
        let refused = caller.refused(Operation::Quote, &body, 400).await;
        assert!(
            refused.contains(&(INVALID.to_owned(), path.to_owned())),
            "{path} {value}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn ids_that_do_not_exist_are_named() {
    let caller = Caller::start().await;
    let cases = [
        ("shipment.cargo.commodity[0]", json!(35), "UNKNOWN_COMMODITY"),
        (
            "shipment.cargo.freightClass[0].id",
            json!("class77.5"),
            "UNKNOWN_FREIGHT_CLASS",
        ),
        (
            "shipment.carriers[0].equipmentType",
            json!(7),
            "UNKNOWN_EQUIPMENT_TYPE",
        ),
        ("shipment.equipmentType", json!(99), "UNKNOWN_EQUIPMENT_TYPE"),
    ];
    for (path, value, code) in cases {
        let mut body = quote_body();
        set(&mut body, path, value);
        let refused = caller.refused(Operation::Quote, &body, 400).await;
        assert_eq!(refused, [(code.to_owned(), path.to_owned())]);
    }
}

#[tokio::test]
async fn other_commodities_and_equipment_must_be_named_in_words() {
    let caller = Caller::start().await;
    let cases = [
        ("shipment.cargo.commodity[0]", "shipment.cargo.otherCommodity"),
        (
            "shipment.carriers[0].equipmentType",
            "shipment.carriers[0].otherEquipmentType",
        ),
    ];
    for (path, wanted) in cases {
        let mut body = quote_body();
        set(&mut body, path, json!(1));
        let refused = caller.refused(Operation::Quote, &body, 400).await;
        assert_eq!(refused, [(MISSING.to_owned(), wanted.to_owned())]);
    }
}

#[tokio::test]
async fn a_pickup_more_than_thirty_days_ahead_is_refused() {
    let caller = Caller::start().await;
    for (path, ahead) in [("shipment.pickupDate", 40), ("shipment.stops[0].date", 40)] {
        let mut body = quote_body();
        set(&mut body, "shipment.deliveryDate", json!(day(50)));
        set(&mut body, path, json!(day(ahead)));
        let refused = caller.refused(Operation::Quote, &body, 400).await;
        assert_eq!(refused, [("PICKUP_DATE_TOO_FAR".to_owned(), path.to_owned())]);
    }
    let mut body = quote_body();
    set(&mut body, "shipment.deliveryDate", json!(day(50)));
    set(&mut body, "shipment.pickupDate", json!(day(30)));
    caller.ok(Operation::Quote, &body).await;
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let caller = Caller::start().await;
    let post = || {
        let request = caller.http.post(caller.url(Operation::Quote.path()));
        request.bearer_auth(caller.sandbox.api_key().expose_secret())
    };
    let json = "application/json";
    for (kind, text, status) in [
        (json, "{", 400),
        (json, "", 400),
        (json, "[]", 400),
        ("text/plain", "{}", 415),
    ] {
        let response = post()
            .header("content-type", kind)
            .body(text)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), status, "{kind} {text}");
        assert_eq!(response.json::<Value>().await.unwrap()["success"], false);
    }
}
