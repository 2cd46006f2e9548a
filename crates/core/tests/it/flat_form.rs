//! The flat form says the same as the full one.

use loadsure_core::id::QuoteId;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::Known;
use proptest::prelude::*;
use serde_json::Value;

use crate::load::loads;

/// The context of a request whose quote has a fixed id.
pub(crate) fn context() -> Context<'static> {
    Context {
        today: None,
        known: Known::nothing(),
        quote_id: quote_id(),
    }
}

fn quote_id() -> QuoteId {
    QuoteId::from(uuid::Uuid::nil())
}

proptest! {
    /// P6: nothing that can be said in the flat form is lost or changed on the way into the full one.
    #[test]
    fn a_flat_form_is_the_same_request_as_its_full_form(load in loads()) {
        let flat = QuoteRequest::parse(&load.flat, &context());
        let full = QuoteRequest::parse(&load.full, &context());
        prop_assert_eq!(flat.as_ref().err(), None);
        prop_assert_eq!(flat, full);
    }

    /// P40: what is stored of a request is the whole request, whichever form it came in.
    #[test]
    fn a_request_is_read_back_as_it_was_stored(load in loads()) {
        let request = QuoteRequest::parse(&load.flat, &context()).unwrap();
        let stored = request.to_stored();
        prop_assert_eq!(QuoteRequest::from_stored(&stored), Ok(request));
    }

    /// The only name that is made up is one that says what it is: `FR-` and the quote's id.
    #[test]
    fn a_missing_freight_id_is_derived_from_the_quote(load in loads()) {
        let mut flat = load.flat;
        flat.as_object_mut().unwrap().remove("freightId");
        let request = QuoteRequest::parse(&flat, &context()).unwrap();
        prop_assert_eq!(request.shipment.freight_id.expose(), format!("FR-{}", quote_id()));
    }

    /// P5: no carrier, weight or class is made up.
    #[test]
    fn what_is_not_given_is_not_there(load in loads()) {
        let request = QuoteRequest::parse(&load.flat, &context()).unwrap();
        let given = |prefix: &str| {
            let names = load.flat.as_object().into_iter().flat_map(serde_json::Map::keys);
            names.into_iter().any(|name| name.starts_with(prefix))
        };
        let cargo = &request.shipment.cargo;
        prop_assert_eq!(!request.shipment.carriers.is_empty(), given("carrier"));
        prop_assert_eq!(cargo.weight.is_some(), given("weight"));
        prop_assert_eq!(!cargo.freight_class.is_empty(), given("freightClass"));
        prop_assert_eq!(cargo.dimensions.is_some(), given("dimension"));
        prop_assert_eq!(request.shipment.equipment_type.is_some(), given("equipmentTypeId"));
        prop_assert_eq!(request.fee.is_some(), given("integrationFee"));
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    /// P35, P36: a value of any type in any field is an error at most, never a panic.
    #[test]
    fn no_value_in_no_field_panics(load in loads(), at in any::<prop::sample::Index>(), value in anything()) {
        for form in [load.flat, load.full] {
            let mut form = form;
            let names: Vec<String> = form.as_object().into_iter().flat_map(serde_json::Map::keys).cloned().collect();
            form[at.get(&names)] = value.clone();
            if let Err(errors) = QuoteRequest::parse(&form, &context()) {
                prop_assert!(!errors.is_empty());
            }
        }
    }
}
