use rust_decimal::Decimal;
use serde_json::Value;

use crate::check::{Field, Need, Report};
use crate::reference::Reference;

const CURRENCIES: [&str; 4] = ["USD", "CAD", "EUR", "GBP"];
const CONTAINERIZATION: [&str; 4] = ["FULL_CONTAINER", "LESS_THAN_CONTAINER", "BULK", "BREAK_BULK"];

/// The commodity that stands for anything else and has to be named in words.
const MISCELLANEOUS: u64 = 1;

/// What the price depends on.
#[derive(Debug)]
pub(super) struct Cargo {
    pub(super) value: Decimal,
    pub(super) currency: String,
    pub(super) commodities: Vec<u64>,
}

/// Reads `shipment.cargo`.
pub(super) fn read(report: &mut Report, cargo: &Field<'_>, reference: &Reference) -> Option<Cargo> {
    if !report.object(cargo, Need::Required) {
        return None;
    }
    let worth = cargo.get("cargoValue");
    let money = report.object(&worth, Need::Required).then(|| {
        let value = report.amount(&worth.get("value"), Need::Required);
        value.zip(report.choice(&worth.get("currency"), Need::Required, &CURRENCIES))
    });
    let commodities = commodities(report, cargo, reference);
    weight(report, &cargo.get("weight"));
    freight_classes(report, &cargo.get("freightClass"), reference);
    details(report, cargo, reference);
    let (value, currency) = money.flatten()?;
    Some(Cargo {
        value,
        currency: currency.to_owned(),
        commodities,
    })
}

fn commodities(report: &mut Report, cargo: &Field<'_>, reference: &Reference) -> Vec<u64> {
    let field = cargo.get("commodity");
    let listed = match field.value() {
        Some(Value::Number(_)) => vec![field],
        _ => {
            let items = report.list(&field, Need::Required);
            if items.is_empty() && field.value().is_some_and(Value::is_array) {
                report.invalid(&field, "a list with at least one commodity");
            }
            items
        }
    };
    let mut known = Vec::with_capacity(listed.len());
    for item in listed {
        match report.count(&item, Need::Required) {
            Some(id) if reference.commodities.contains(&id) => known.push(id),
            Some(id) => report.add(
                "UNKNOWN_COMMODITY",
                &item,
                format!("Commodity {id} does not exist"),
            ),
            None => {}
        }
    }
    let named = if known.contains(&MISCELLANEOUS) {
        Need::Required
    } else {
        Need::Optional
    };
    report.text(&cargo.get("otherCommodity"), named);
    known
}

fn weight(report: &mut Report, weight: &Field<'_>) {
    if report.object(weight, Need::Optional) {
        report.choice(&weight.get("unit"), Need::Required, &["lbs", "kgs"]);
        report.amount(&weight.get("value"), Need::Required);
    }
}

/// An empty list was priced by the live API, so it is no error.
fn freight_classes(report: &mut Report, field: &Field<'_>, reference: &Reference) {
    let classes = report.list(field, Need::Optional);
    let mut total = Decimal::ZERO;
    for class in &classes {
        if !report.object(class, Need::Required) {
            continue;
        }
        let id = class.get("id");
        if let Some(name) = report.text(&id, Need::Required)
            && !reference.freight_classes.contains(name)
        {
            report.add(
                "UNKNOWN_FREIGHT_CLASS",
                &id,
                format!("Freight class {name} does not exist"),
            );
        }
        total += report
            .amount(&class.get("percentage"), Need::Required)
            .unwrap_or_default();
    }
    if !classes.is_empty() && total != Decimal::ONE_HUNDRED {
        report.invalid(field, "classes whose percentages add up to 100");
    }
}

fn details(report: &mut Report, cargo: &Field<'_>, reference: &Reference) {
    for name in ["fullDescriptionOfCargo", "nmfcNumber", "notes", "marksAndNumbers"] {
        report.text(&cargo.get(name), Need::Optional);
    }
    for name in ["usedGoods", "storedPast30days"] {
        report.flag(&cargo.get(name));
    }
    report.texts(&cargo.get("hsCodes"));
    let packaging = cargo.get("packaging");
    if packaging.value().is_some_and(Value::is_array) {
        report.texts(&packaging);
    } else {
        report.text(&packaging, Need::Optional);
    }
    report.choice(&cargo.get("containerization"), Need::Optional, &CONTAINERIZATION);
    report.choice(
        &cargo.get("truckload"),
        Need::Optional,
        &["FULL", "LTL", "PARTIAL"],
    );
    report.take(
        &cargo.get("termsOfSale"),
        Need::Optional,
        "one of the terms of sale",
        |value| reference.terms_of_sale.get(value.as_str()?),
    );
    temperature(report, &cargo.get("temperatureRange"));
}

fn temperature(report: &mut Report, range: &Field<'_>) {
    if !report.object(range, Need::Optional) {
        return;
    }
    report.choice(&range.get("unit"), Need::Required, &["C", "F"]);
    let minimum = report.number(&range.get("minimum"), Need::Optional);
    let maximum = report.number(&range.get("maximum"), Need::Optional);
    if minimum
        .zip(maximum)
        .is_some_and(|(minimum, maximum)| minimum > maximum)
    {
        report.invalid(range, "a range whose minimum is not above its maximum");
    }
}
