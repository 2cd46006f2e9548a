//! Loads of every kind, and how each is written in the flat and in the full form.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// A load that both forms can say.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// Fields of the flat form.
    pub(crate) flat: Value,
    /// The full form that says the same.
    pub(crate) full: Value,
}

/// Loads whose flat form uses any mix of short fields, lists and objects.
pub(crate) fn loads() -> impl Strategy<Value = Load> {
    let parts = (
        basics(),
        goods(),
        classes(),
        journey(),
        carriers(),
        people(),
        extras(),
    );
    parts.prop_map(|(basics, goods, classes, journey, carriers, people, extras)| {
        let mut load = Load {
            flat: json!({}),
            full: json!({"shipment": {"cargo": {"cargoValue": {}}}}),
        };
        let equipment = basics.1["equipmentType"].clone();
        for (flat, full) in [basics, journey, carriers_with(carriers, &equipment)] {
            put(&mut load.flat, flat);
            put(&mut load.full["shipment"], full);
        }
        for (flat, full) in [goods, classes] {
            put(&mut load.flat, flat);
            put(&mut load.full["shipment"]["cargo"], full);
        }
        for (flat, full) in [people, extras] {
            put(&mut load.flat, flat);
            put(&mut load.full, full);
        }
        load
    })
}

/// Fields of the flat form, and those of the full form that say the same.
type Said = (Value, Value);

/// Adds fields, leaving out those that are `null`.
fn put(target: &mut Value, fields: Value) {
    let (Value::Object(target), Value::Object(fields)) = (target, fields) else {
        return;
    };
    target.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9 .-]{0,14}[a-z]"
}

fn email() -> impl Strategy<Value = String> {
    "[a-z]{1,8}@[a-z]{1,8}\\.example"
}

fn amount() -> impl Strategy<Value = Value> {
    let number = (1_u64..100_000_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    number.prop_map(|text| serde_json::from_str(&text).unwrap_or_default())
}

fn basics() -> impl Strategy<Value = Said> {
    let texts = (word(), option::of(word()), option::of(2_u32..7));
    texts.prop_map(|(freight, po, equipment)| {
        let flat = json!({
            "freightId": freight, "poNumber": po, "loadTypeId": "PALLET_10", "equipmentTypeId": equipment
        });
        let full = json!({
            "freightId": freight, "poNumber": po, "loadType": "PALLET_10", "equipmentType": equipment
        });
        (flat, full)
    })
}

fn goods() -> impl Strategy<Value = Said> {
    let currency = option::of(select(&["USD", "CAD", "EUR"][..]));
    let weight = option::of((amount(), select(&["lbs", "kg", "kgs"][..])));
    let commodities = prop::collection::vec(2_u32..49, 1..4);
    let size = option::of((1_u32..500, select(&["in", "ft", "cm", "m"][..])));
    (
        word(),
        amount(),
        currency,
        weight,
        commodities,
        any::<bool>(),
        size,
    )
        .prop_map(
            |(description, value, currency, weight, commodities, as_list, size)| {
                let (weight_value, weight_unit) = weight.clone().unzip();
                let (length, length_unit) = size.unzip();
                let listed: Vec<Value> = commodities.iter().map(|id| json!({"id": id})).collect();
                let one = commodities.first().filter(|_| !as_list);
                let flat = json!({
                    "description": description, "value": value, "currency": currency,
                    "weightValue": weight_value, "weightUnit": weight_unit,
                    "dimensionLength": length, "dimensionWidth": length, "dimensionHeight": length,
                    "dimensionUnit": length_unit,
                    "commodityId": one, "commodities": as_list.then_some(listed),
                });
                let full = json!({
                    "fullDescriptionOfCargo": description,
                    "cargoValue": {"value": value, "currency": currency.unwrap_or("USD")},
                    "weight": weight.map(|(value, unit)| json!({"value": value, "unit": unit})),
                    "dimensions": length.map(|side| {
                        json!({"length": side, "width": side, "height": side, "unit": length_unit})
                    }),
                    "commodity": one.map_or_else(|| json!(commodities), |one| json!([one])),
                });
                (flat, full)
            },
        )
}

fn classes() -> impl Strategy<Value = Said> {
    let one = select(&["70", "77.5", "class85", "class92_5"][..]).prop_map(|class| {
        let flat = json!({"freightClass": class});
        (flat, json!({"freightClass": [{"id": class, "percentage": 100}]}))
    });
    let two = (1_u32..100).prop_map(|first| {
        let shares = |name: &str| json!([{name: "class70", "percentage": first}, {name: "125", "percentage": 100 - first}]);
        (
            json!({"freightClasses": shares("classId")}),
            json!({"freightClass": shares("id")}),
        )
    });
    prop_oneof![Just((json!({}), json!({}))), one, two]
}

fn addresses() -> impl Strategy<Value = (Value, Value)> {
    let country = option::of(select(&["USA", "CAN", "MEX"][..]));
    (word(), option::of(word()), word(), country).prop_map(|(street, second, city, country)| {
        let address = |country: Option<&str>| {
            let mut address = json!({});
            put(
                &mut address,
                json!({
                    "address1": street, "address2": second, "city": city, "state": "GA", "postal": "31401",
                    "country": country
                }),
            );
            address
        };
        (address(country), address(Some(country.unwrap_or("USA"))))
    })
}

/// An address under names that begin with a prefix.
fn prefixed(prefix: &str, address: &Value) -> Map<String, Value> {
    let fields = address.as_object().into_iter().flatten();
    let name = |name: &str| format!("{prefix}{}{}", name[..1].to_uppercase(), &name[1..]);
    fields
        .map(|(field, value)| (name(field), value.clone()))
        .collect()
}

fn journey() -> impl Strategy<Value = Said> {
    (1_u8..15, 15_u8..29, addresses(), addresses(), any::<bool>()).prop_map(
        |(from_day, to_day, origin, destination, as_list)| {
            let (from, to) = (format!("2026-03-{from_day:02}"), format!("2026-03-{to_day:02}"));
            let stops = |origin: &Value, destination: &Value| {
                json!([
                    {"stopType": "PICKUP", "stopNumber": 1, "date": from, "address": origin},
                    {"stopType": "DELIVERY", "stopNumber": 2, "date": to, "address": destination}
                ])
            };
            let mut flat = json!({"pickupDate": from, "deliveryDate": to});
            if as_list {
                put(&mut flat, json!({"stops": stops(&origin.0, &destination.0)}));
            } else {
                put(&mut flat, Value::Object(prefixed("origin", &origin.0)));
                put(&mut flat, Value::Object(prefixed("destination", &destination.0)));
            }
            let full = json!({
                "pickupDate": from, "deliveryDate": to, "stops": stops(&origin.1, &destination.1)
            });
            (flat, full)
        },
    )
}

/// One carrier under short names, or in a list, or none.
fn carriers() -> impl Strategy<Value = Said> {
    let none = Just((json!({}), Value::Null));
    let list = carrier().prop_map(|(_, full)| (json!({"carriers": [full.clone()]}), full));
    prop_oneof![none, carrier(), list]
}

/// One carrier under short names, and as an item of a list.
fn carrier() -> impl Strategy<Value = Said> {
    let number = option::of((select(&["USDOT", "MC", "SCAC"][..]), "[0-9]{3,8}", any::<bool>()));
    let some = (
        word(),
        select(&["ROAD", "SEA", "AIR"][..]),
        option::of(email()),
        number,
        option::of(2_u32..7),
    );
    some.prop_map(|(name, mode, email, number, equipment)| {
        let mut flat = json!({});
        put(&mut flat, json!({
            "carrierName": name, "carrierMode": mode, "carrierEmail": email, "carrierEquipmentType": equipment
        }));
        let mut full = json!({});
        put(&mut full, json!({"name": name, "mode": mode, "email": email, "equipmentType": equipment}));
        match number {
            Some((_, value, true)) => {
                put(&mut flat, json!({"carrierDotNumber": value}));
                put(&mut full, json!({"carrierId": {"type": "USDOT", "value": value}}));
            }
            Some((register, value, false)) => {
                put(&mut flat, json!({"carrierIdType": register, "carrierIdValue": value}));
                put(&mut full, json!({"carrierId": {"type": register, "value": value}}));
            }
            None => {}
        }
        (flat, full)
    })
}

/// A carrier whose equipment is not given has the shipment's.
fn carriers_with((flat, carrier): Said, equipment: &Value) -> Said {
    let Value::Object(mut carrier) = carrier else {
        return (flat, json!({"carriers": []}));
    };
    if !carrier.contains_key("equipmentType") && !equipment.is_null() {
        carrier.insert("equipmentType".to_owned(), equipment.clone());
    }
    (flat, json!({"carriers": [carrier]}))
}

fn people() -> impl Strategy<Value = Said> {
    let user = (word(), email(), option::of(word()), any::<bool>());
    let assured = (word(), email(), addresses(), any::<bool>());
    (user, assured).prop_map(|((name, mail, id, as_object), (company, post, address, whole))| {
        let mut flat = json!({});
        let id = id.filter(|_| as_object);
        if as_object {
            let mut user = json!({});
            put(&mut user, json!({"name": name, "email": mail, "id": id}));
            put(&mut flat, json!({"user": user}));
        } else {
            put(&mut flat, json!({"userName": name, "userEmail": mail}));
        }
        if whole {
            put(
                &mut flat,
                json!({"assured": {"name": company, "email": post, "address": address.0}}),
            );
        } else {
            put(
                &mut flat,
                json!({
                    "assuredName": company, "assuredEmail": post, "assuredAddress": address.0
                }),
            );
        }
        let full = json!({
            "user": {"id": id.unwrap_or_else(|| mail.clone()), "name": name, "email": mail},
            "assured": {"name": company, "email": post, "address": address.1}
        });
        (flat, full)
    })
}

/// What is said alike in both forms.
fn extras() -> impl Strategy<Value = Said> {
    let fee = option::of(prop_oneof![
        (0_u32..=100).prop_map(|percent| (
            "percentage",
            serde_json::from_str(&format!("{}.{:02}", percent / 100, percent % 100)).unwrap_or_default()
        )),
        amount().prop_map(|amount: Value| ("fixed", amount)),
    ]);
    let own = (option::of(word()), option::of(word()), any::<bool>());
    (fee, own).prop_map(|(fee, (custom, note, callback))| {
        let (kind, value) = fee.unzip();
        let said = json!({
            "integrationFeeType": kind, "integrationFeeValue": value,
            "customFields": custom.map(|text| json!({"own": text})),
            "requestMetadata": note.map(|text| json!({"note": text})),
            "callbackUrl": callback.then_some("https://caller.example/hook"),
        });
        (said.clone(), said)
    })
}
