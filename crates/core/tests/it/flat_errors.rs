//! Errors of the flat form are told under its own names.

use loadsure_core::invalid::{FieldCode, FieldError};
use loadsure_core::quote_request::QuoteRequest;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::flat_form::context;
use crate::load::loads;

fn errors(form: &Value) -> Vec<FieldError> {
    QuoteRequest::parse(form, &context()).err().unwrap_or_default()
}

/// The first name of a path.
fn root(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default()
}

fn names(form: &Value) -> Vec<String> {
    form.as_object()
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .cloned()
        .collect()
}

/// What may always be left out of the flat form, or together with others.
const OPTIONAL: [&str; 8] = [
    "currency",
    "freightId",
    "poNumber",
    "equipmentTypeId",
    "customFields",
    "requestMetadata",
    "callbackUrl",
    "freightClass",
];

proptest! {
    /// A wrong value is told once, at its own field, and at no field that the caller never wrote.
    #[test]
    fn a_wrong_value_is_named_as_the_caller_named_it(load in loads(), at in any::<prop::sample::Index>()) {
        let mut form = load.flat;
        let names = names(&form);
        let broken = at.get(&names);
        form[broken] = json!(true);
        let errors = errors(&form);
        prop_assert!(!errors.is_empty(), "{broken}");
        for error in &errors {
            prop_assert_eq!(root(&error.path), broken.as_str(), "{:?}", errors);
        }
        prop_assert!(errors.iter().any(|error| error.path == *broken && error.code == FieldCode::WrongType), "{:?}", errors);
    }

    /// A missing field is told under a name of the flat form, never under one of the full form.
    #[test]
    fn a_missing_field_is_named_as_the_flat_form_names_it(load in loads(), at in any::<prop::sample::Index>()) {
        let mut form = load.flat;
        let names = names(&form);
        let missing = at.get(&names);
        form.as_object_mut().unwrap().remove(missing);
        for error in errors(&form) {
            prop_assert!(!OPTIONAL.contains(&missing.as_str()), "{missing} is optional: {error:?}");
            prop_assert!(!["shipment", "cargo"].contains(&root(&error.path)), "{error:?}");
        }
    }

    /// P40: a name that is not known is refused, whichever form it stands in.
    #[test]
    fn an_unknown_field_is_refused_by_its_name(load in loads(), name in "x[a-z]{3,8}") {
        for form in [load.flat, load.full] {
            let mut form = form;
            form[name.as_str()] = json!(1);
            let found: Vec<_> = errors(&form).into_iter().map(|error| (error.path, error.code)).collect();
            prop_assert_eq!(found, vec![(name.clone(), FieldCode::UnknownField)]);
        }
    }
}

/// Equipment "Other" needs words, and the flat form has one place for them.
#[test]
fn other_equipment_of_shipment_and_carrier_is_said_once() {
    let codes = |form: &Value| -> Vec<(String, FieldCode)> {
        let wanted = errors(form)
            .into_iter()
            .filter(|error| error.path.contains("quipment"));
        wanted.map(|error| (error.path, error.code)).collect()
    };
    let mut form = json!({"equipmentTypeId": 1, "carrierName": "Haul Co", "carrierMode": "ROAD"});
    assert_eq!(
        codes(&form),
        [("otherEquipmentType".to_owned(), FieldCode::Required)]
    );
    form["otherEquipmentType"] = json!("Step deck");
    assert_eq!(codes(&form), []);
    form["carrierEquipmentType"] = json!(2);
    assert_eq!(codes(&form), []);
    let carriers_only = json!({"carrierEquipmentType": 1, "otherEquipmentType": "Step deck"});
    assert_eq!(codes(&carriers_only), []);
}

#[test]
fn an_empty_flat_form_lists_everything_that_is_required_under_its_own_names() {
    let mut paths: Vec<String> = errors(&json!({})).into_iter().map(|error| error.path).collect();
    paths.sort();
    let expected = [
        "assuredAddress",
        "assuredEmail",
        "assuredName",
        "commodityId",
        "deliveryDate",
        "description",
        "destinationAddress1",
        "destinationCity",
        "destinationPostal",
        "destinationState",
        "loadTypeId",
        "originAddress1",
        "originCity",
        "originPostal",
        "originState",
        "pickupDate",
        "userEmail",
        "userName",
        "value",
    ];
    assert_eq!(paths, expected);
}
