//! What arrives at the insurer, digit by digit. Each form is also priced by the sandbox, which is as strict as it is
//! known that the insurer may be.

use loadsure_core::ports::Insurer;
use loadsure_sandbox::Operation;
use serde_json::{Map, Value};

use crate::forms;
use crate::support::{Insured, parse};

/// The body that arrived, with its fields in alphabetical order.
async fn arrived(form: &Value) -> String {
    let insured = Insured::start().await;
    insured.client.quote(&parse(form)).await.unwrap();
    let body = &insured.sandbox.requests(Operation::Quote)[0].body;
    serde_json::to_string_pretty(&sorted(body)).unwrap()
}

/// Which order `serde_json` keeps depends on what else is built.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// P6, P7: both ways to fill the flat form arrive whole.
#[tokio::test]
async fn the_flat_form_with_every_short_field() {
    insta::assert_snapshot!(arrived(&forms::flat_with_every_short_field()).await);
}

#[tokio::test]
async fn the_flat_form_with_every_list() {
    insta::assert_snapshot!(arrived(&forms::flat_with_every_list()).await);
}

/// P5: nothing is made up: no carrier, weight, class or equipment that was not given.
#[tokio::test]
async fn the_full_form_with_only_required_fields() {
    insta::assert_snapshot!(arrived(&forms::full_with_required_fields()).await);
}

#[tokio::test]
async fn the_full_form_with_every_field() {
    insta::assert_snapshot!(arrived(&forms::full_with_every_field()).await);
}

/// P11: the caller's own fee, its address for results and its notes stay here, and so do dimensions.
#[tokio::test]
async fn what_is_the_callers_own_stays_here() {
    for form in [
        forms::flat_with_every_short_field(),
        forms::flat_with_every_list(),
        forms::full_with_every_field(),
    ] {
        let body = arrived(&form).await;
        for name in [
            "integrationFee",
            "callback",
            "equestMetadata",
            "dimension",
            "kept at home",
        ] {
            assert!(form.to_string().contains(name), "{name} is not in the form");
            assert!(!body.contains(name), "{name} was sent");
        }
    }
}

/// The one choice of the flat form that neither of the two above makes.
#[tokio::test]
async fn a_carriers_number_may_name_its_register() {
    let mut form = forms::flat_with_every_short_field();
    let fields = form.as_object_mut().unwrap();
    fields.remove("carrierDotNumber");
    fields.insert("carrierIdType".to_owned(), "MC".into());
    fields.insert("carrierIdValue".to_owned(), "123456".into());
    let body = arrived(&form).await;
    assert!(
        body.contains(r#""type": "MCMXFF""#) && body.contains(r#""value": "123456""#),
        "{body}"
    );
}

#[tokio::test]
async fn configured_spellings_are_sent() {
    let insured = Insured::with(|settings| {
        let table = [
            ("weight.kg", "KG"),
            ("mode.MARINE", "SEA"),
            ("stop.CONSOLIDATION", "HUB"),
        ];
        settings.spellings = table
            .map(|(code, text)| (code.to_owned(), text.to_owned()))
            .into();
    })
    .await;
    // The sandbox knows the usual spellings only; what matters is what arrived.
    insured
        .client
        .quote(&parse(&forms::full_with_every_field()))
        .await
        .unwrap_err();
    let shipment = &insured.sandbox.requests(Operation::Quote)[0].body["shipment"];
    assert_eq!(shipment["cargo"]["weight"]["unit"], "KG");
    assert_eq!(shipment["carriers"][1]["mode"], "SEA");
    assert_eq!(shipment["stops"][2]["stopType"], "HUB");
    assert_eq!(shipment["stops"][1]["stopType"], "ADDITIONAL");
}
