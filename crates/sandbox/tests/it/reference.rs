use loadsure_sandbox::Operation;
use serde_json::{Value, json};

use crate::support::Caller;

#[tokio::test]
async fn the_lists_are_bare_arrays_of_the_known_shape() {
    let caller = Caller::start().await;
    let cases = [
        (
            Operation::Commodities,
            46,
            json!({"id": 2, "name": "Aircraft Parts"}),
        ),
        (Operation::EquipmentTypes, 6, json!({"id": 2, "name": "Dry Van"})),
        (
            Operation::LoadTypes,
            10,
            json!({"id": "FULL_TRUCKLOAD_1", "name": "Full Truckload"}),
        ),
        (
            Operation::FreightClasses,
            18,
            json!({"id": "class50", "name": "Class 50"}),
        ),
    ];
    for (operation, count, first) in cases {
        let list = caller.ok(operation, &Value::Null).await;
        assert_eq!(
            (list.as_array().map(Vec::len), &list[0]),
            (Some(count), &first),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn exclusions_have_four_texts_and_terms_of_sale_are_strings() {
    let caller = Caller::start().await;
    let exclusions = caller.ok(Operation::CommodityExclusions, &Value::Null).await;
    assert_eq!(exclusions.as_array().map(Vec::len), Some(10));
    for name in ["id", "name", "description", "sortOrder"] {
        assert!(exclusions[0][name].is_string(), "{name}");
    }
    let terms = caller.ok(Operation::TermsOfSales, &Value::Null).await;
    let codes: Vec<_> = terms
        .as_array()
        .unwrap()
        .iter()
        .map(|term| &term.as_str().unwrap()[..6])
        .collect();
    assert_eq!((codes.len(), codes[0], codes[12]), (13, "EXW - ", "DDP - "));
}

#[tokio::test]
async fn the_lists_need_a_key() {
    let caller = Caller::start().await;
    let response = caller
        .http
        .get(caller.url(Operation::Commodities.path()))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 401);
}
