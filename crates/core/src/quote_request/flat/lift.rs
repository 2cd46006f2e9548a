//! Lifting the flat form into the full one.

use serde_json::{Map, Value, json};

use super::places::{carriers, stops};
use super::{Lifted, Names};
use crate::id::QuoteId;
use crate::invalid::{FieldCode, Problems};
use crate::json::{Node, Object};

/// A flat form while it is being lifted.
pub(super) struct Lifting<'a> {
    pub(super) fields: Object<'a>,
    pub(super) names: Names,
}

impl Lifting<'_> {
    /// Moves one field, noting where it went even when it is missing, so that errors name it.
    pub(super) fn take(&mut self, flat: &'static str, full: &str) -> Option<Value> {
        self.names.add(full, flat);
        self.fields.get(flat).map(|node| node.value().clone())
    }

    /// Moves fields under one object of the full form.
    pub(super) fn group(&mut self, full: &str, table: &[(&'static str, &str)]) -> Map<String, Value> {
        let mut group = Map::new();
        for (flat, field) in table {
            if let Some(value) = self.take(flat, &format!("{full}.{field}")) {
                group.insert((*field).to_owned(), value);
            }
        }
        group
    }
}

/// Lifts a flat form. Returns `None` when it is not even an object.
pub(crate) fn lift(node: &Node<'_>, quote_id: QuoteId, problems: &mut Problems) -> Option<Lifted> {
    let mut form = Lifting {
        fields: node.object(problems)?,
        names: Names::default(),
    };
    form.names.add("shipment", "");
    let mut shipment = plain_shipment(&mut form, quote_id);
    shipment.insert("cargo".to_owned(), cargo(&mut form, problems));
    shipment.insert("stops".to_owned(), stops(&mut form, &shipment, problems));
    shipment.insert("carriers".to_owned(), carriers(&mut form, &shipment, problems));
    let mut body = Map::new();
    for name in [
        "integrationFeeType",
        "integrationFeeValue",
        "callbackUrl",
        "customFields",
        "requestMetadata",
    ] {
        if let Some(value) = form.take(name, name) {
            body.insert(name.to_owned(), value);
        }
    }
    body.insert("user".to_owned(), user(&mut form, problems));
    body.insert("assured".to_owned(), assured(&mut form, problems));
    body.insert("shipment".to_owned(), Value::Object(shipment));
    form.fields.close(problems);
    Some(Lifted {
        body: Value::Object(body),
        names: form.names,
    })
}

fn plain_shipment(form: &mut Lifting<'_>, quote_id: QuoteId) -> Map<String, Value> {
    let mut shipment = form.group(
        "shipment",
        &[
            ("freightId", "freightId"),
            ("poNumber", "poNumber"),
            ("pickupDate", "pickupDate"),
            ("deliveryDate", "deliveryDate"),
            ("loadTypeId", "loadType"),
            ("equipmentTypeId", "equipmentType"),
            ("otherEquipmentType", "otherEquipmentType"),
        ],
    );
    shipment
        .entry("freightId")
        .or_insert_with(|| json!(format!("FR-{quote_id}")));
    shipment
}

fn cargo(form: &mut Lifting<'_>, problems: &mut Problems) -> Value {
    const AT: &str = "shipment.cargo";
    let mut cargo = form.group(
        AT,
        &[
            ("description", "fullDescriptionOfCargo"),
            ("otherCommodity", "otherCommodity"),
        ],
    );
    let mut value = form.group(
        "shipment.cargo.cargoValue",
        &[("value", "value"), ("currency", "currency")],
    );
    value.entry("currency").or_insert_with(|| json!("USD"));
    cargo.insert("cargoValue".to_owned(), Value::Object(value));
    let weight = form.group(
        "shipment.cargo.weight",
        &[("weightValue", "value"), ("weightUnit", "unit")],
    );
    let dimensions = form.group(
        "shipment.cargo.dimensions",
        &[
            ("dimensionLength", "length"),
            ("dimensionWidth", "width"),
            ("dimensionHeight", "height"),
            ("dimensionUnit", "unit"),
        ],
    );
    for (name, group) in [("weight", weight), ("dimensions", dimensions)] {
        if !group.is_empty() {
            cargo.insert(name.to_owned(), Value::Object(group));
        }
    }
    cargo.extend(commodity(form, problems).map(|value| ("commodity".to_owned(), value)));
    cargo.extend(freight_class(form, problems).map(|value| ("freightClass".to_owned(), value)));
    Value::Object(cargo)
}

/// `commodityId`, or `commodities: [{id}]`.
fn commodity(form: &mut Lifting<'_>, problems: &mut Problems) -> Option<Value> {
    const FULL: &str = "shipment.cargo.commodity";
    let one = form.take("commodityId", FULL);
    let Some(many) = form.fields.get("commodities") else {
        return one;
    };
    refuse_both(form, one.is_some(), "commodityId", "commodities", problems);
    form.names.add(FULL, "commodities");
    for index in 0..many.value().as_array().map_or(0, Vec::len) {
        form.names
            .add(format!("{FULL}[{index}]"), format!("commodities[{index}].id"));
    }
    renamed_items(&many, &[("id", "id")], problems).map(|items| {
        Value::Array(
            items
                .into_iter()
                .map(|mut item| item.remove("id").unwrap_or_default())
                .collect(),
        )
    })
}

/// `freightClass`, which is 100 %, or `freightClasses: [{classId, percentage}]`.
fn freight_class(form: &mut Lifting<'_>, problems: &mut Problems) -> Option<Value> {
    const FULL: &str = "shipment.cargo.freightClass";
    let one = form.take("freightClass", FULL);
    form.names.add(format!("{FULL}[0].id"), "freightClass");
    let Some(many) = form.fields.get("freightClasses") else {
        return one.map(|class| json!([{"id": class_text(class), "percentage": 100}]));
    };
    refuse_both(form, one.is_some(), "freightClass", "freightClasses", problems);
    form.names.add(FULL, "freightClasses");
    for index in 0..many.value().as_array().map_or(0, Vec::len) {
        form.names.add(
            format!("{FULL}[{index}].id"),
            format!("freightClasses[{index}].classId"),
        );
    }
    let items = renamed_items(
        &many,
        &[("classId", "id"), ("percentage", "percentage")],
        problems,
    )?;
    Some(Value::Array(items.into_iter().map(Value::Object).collect()))
}

/// Callers write a class as `"77.5"`; a bare number is as clear.
fn class_text(class: Value) -> Value {
    match class {
        Value::Number(number) => Value::String(number.to_string()),
        other => other,
    }
}

/// A list of objects with other names for their fields; unknown fields are refused here, under their own names.
fn renamed_items(
    node: &Node<'_>,
    table: &[(&'static str, &str)],
    problems: &mut Problems,
) -> Option<Vec<Map<String, Value>>> {
    node.list(problems, 100, |item, problems| {
        let mut fields = item.object(problems)?;
        let taken = table.iter().filter_map(|(flat, full)| {
            let node = fields.get(flat)?;
            Some(((*full).to_owned(), node.value().clone()))
        });
        let renamed = taken.collect();
        fields.close(problems);
        Some(renamed)
    })
}

/// `user{}`, or `userName` and `userEmail`. The id is the e-mail when none is given.
fn user(form: &mut Lifting<'_>, problems: &mut Problems) -> Value {
    let mut short = Map::new();
    for (flat, field) in [("userName", "name"), ("userEmail", "email")] {
        if let Some(node) = form.fields.get(flat) {
            short.insert(field.to_owned(), node.value().clone());
        }
    }
    let mut user = match form.fields.get("user").map(|node| node.value()) {
        Some(Value::Object(user)) => {
            form.names.add("user.id", "user.email");
            refuse_both(form, !short.is_empty(), "userName", "user", problems);
            user.clone()
        }
        Some(other) => return other.clone(),
        None => {
            form.names.add("user.name", "userName");
            form.names.add("user.email", "userEmail");
            form.names.add("user.id", "userEmail");
            short
        }
    };
    if user.get("id").is_none_or(Value::is_null) {
        user.extend(user.get("email").cloned().map(|email| ("id".to_owned(), email)));
    }
    Value::Object(user)
}

/// `assured{}`, or `assuredName`, `assuredEmail` and `assuredAddress{}`.
fn assured(form: &mut Lifting<'_>, problems: &mut Problems) -> Value {
    const SHORT: [(&str, &str); 3] = [
        ("assuredName", "name"),
        ("assuredEmail", "email"),
        ("assuredAddress", "address"),
    ];
    let mut short = Map::new();
    for (flat, field) in SHORT {
        if let Some(node) = form.fields.get(flat) {
            short.insert(field.to_owned(), node.value().clone());
        }
    }
    let mut assured = match form.fields.get("assured").map(|node| node.value()) {
        Some(Value::Object(assured)) => {
            refuse_both(form, !short.is_empty(), "assuredName", "assured", problems);
            assured.clone()
        }
        Some(other) => return other.clone(),
        None => {
            for (flat, field) in SHORT {
                form.names.add(format!("assured.{field}"), flat);
            }
            short
        }
    };
    if let Some(Value::Object(address)) = assured.get_mut("address") {
        with_country(address);
    }
    Value::Object(assured)
}

/// An address of the flat form lies in the USA unless it says otherwise.
pub(super) fn with_country(address: &mut Map<String, Value>) {
    if address.get("country").is_none_or(Value::is_null) {
        address.insert("country".to_owned(), json!("USA"));
    }
}

/// Notes a conflict when two ways of saying one thing are used at once.
pub(super) fn refuse_both(form: &Lifting<'_>, both: bool, one: &str, other: &str, problems: &mut Problems) {
    if both {
        let message = format!("must not be given together with {one}");
        problems.add(form.fields.path_of(other), FieldCode::Conflict, message);
    }
}
