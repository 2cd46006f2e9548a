use loadsure_sandbox::{Operation, Settings};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Caller, quote_body};

#[tokio::test]
async fn a_quote_has_a_token_a_life_and_a_whole_product() {
    let caller = Caller::start().await;
    let answer = caller.ok(Operation::Quote, &quote_body()).await;
    let token = answer["quoteToken"].as_str().unwrap();
    assert!(token.starts_with("eyJ") && token.len() > 255);
    assert_eq!(answer["expiresIn"], 3600);
    assert_eq!(answer["paymentMethodType"], "INVOICE");
    let product = &answer["insuranceProduct"];
    let amounts = ["limit", "deductible", "premium", "serviceFee", "tax"];
    assert_eq!(
        amounts.map(|name| product[name].to_string()),
        ["50000", "500", "60", "3.5", "2.16"]
    );
    assert_eq!(product["currency"], "USD");
    for name in ["id", "name", "description", "statementOfFact"] {
        assert!(
            product[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name}"
        );
    }
    assert_eq!(product["commodityExclusions"].as_array().map(Vec::len), Some(10));
    let terms = caller
        .http
        .get(product["termsAndConditionsLink"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert!(terms.bytes().await.unwrap().starts_with(b"%PDF-"));
}

#[tokio::test]
async fn the_same_shipment_costs_the_same_and_has_another_token() {
    let caller = Caller::start().await;
    let first = caller.ok(Operation::Quote, &quote_body()).await;
    let second = caller.ok(Operation::Quote, &quote_body()).await;
    assert_eq!(first["insuranceProduct"], second["insuranceProduct"]);
    assert_ne!(first["quoteToken"], second["quoteToken"]);
    assert_eq!(caller.sandbox.ledger().quotes.issued, 2);
}

#[tokio::test]
async fn what_may_be_left_out_may_be_left_out() {
    let caller = Caller::start().await;
    let mut body = quote_body();
    body["shipment"]["carriers"] = json!([]);
    let cargo = body["shipment"]["cargo"].as_object_mut().unwrap();
    for name in ["weight", "freightClass", "fullDescriptionOfCargo"] {
        cargo.remove(name);
    }
    cargo.insert("commodity".to_owned(), json!(6));
    for name in ["loadType", "equipmentType", "poNumber"] {
        body["shipment"].as_object_mut().unwrap().remove(name);
    }
    caller.ok(Operation::Quote, &body).await;
}

#[tokio::test]
async fn every_optional_field_is_taken_when_it_is_right() {
    let caller = Caller::start().await;
    let mut body = quote_body();
    body["coverageLimit"] = json!({"currency": "USD", "value": 20000.5});
    body["customFields"] = json!({"a": "b", "c": 1});
    body["strictChecking"] = json!(true);
    body["shipment"]["shipper"] = body["assured"].clone();
    let cargo = &mut body["shipment"]["cargo"];
    cargo["commodity"] = json!([1, 8]);
    cargo["otherCommodity"] = json!("Kites");
    cargo["temperatureRange"] = json!({"unit": "C", "minimum": -4, "maximum": 2.5});
    cargo["containerization"] = json!("BREAK_BULK");
    cargo["packaging"] = json!(["Boxes", "Pallets"]);
    cargo["termsOfSale"] = terms_of_sale(&caller).await;
    body["shipment"]["carriers"][0]["equipmentType"] = json!(1);
    body["shipment"]["carriers"][0]["otherEquipmentType"] = json!("Lowboy");
    let answer = caller.ok(Operation::Quote, &body).await;
    assert_eq!(answer["insuranceProduct"]["limit"].to_string(), "20000.5");
}

async fn terms_of_sale(caller: &Caller) -> Value {
    caller.ok(Operation::TermsOfSales, &Value::Null).await[0].clone()
}

#[tokio::test]
async fn cargo_worth_too_much_is_declined() {
    let caller = Caller::start().await;
    caller.sandbox.set_settings(Settings {
        max_insured_value: 49_999.into(),
        ..Settings::default()
    });
    let refused = caller.refused(Operation::Quote, &quote_body(), 400).await;
    let expected = (
        "UNDERWRITING_DECLINED".to_owned(),
        "shipment.cargo.cargoValue.value".to_owned(),
    );
    assert_eq!(refused, [expected]);
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_401_in_json() {
    let caller = Caller::start().await;
    let request = || {
        caller
            .http
            .post(caller.url(Operation::Quote.path()))
            .json(&quote_body())
    };
    for request in [
        request(),
        request().bearer_auth("wrong"),
        request().header("authorization", "Basic x"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["errorCode"], "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn what_is_no_request_at_all_is_answered_in_json_too() {
    let caller = Caller::start().await;
    let cases = [
        (caller.http.get(caller.url(Operation::Quote.path())), 405),
        (caller.http.post(caller.url(Operation::Commodities.path())), 405),
        (caller.http.get(caller.url("/api/api/commodities")), 404),
    ];
    for (request, status) in cases {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.json::<Value>().await.unwrap()["success"], false);
    }
}
